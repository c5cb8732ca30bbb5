"""An explanation as a person reads it: the paragraph, then every gate with what it found and what it allows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, TypeAlias

from agent.cli import show

if TYPE_CHECKING:
    from agent.hedge.explain import Explanation

WIDTH = 100
LONGEST = 40
"""Of a figure in a column; a sentence goes below the table."""
Say: TypeAlias = Callable[[str], str]
"""Words.text, before anything is laid out: a name it puts in is shorter than what it replaces."""


def paragraphs(found: Iterable["Explanation"], say: Say = str) -> str:
    return "\n\n".join(_line(say(each.says)) for each in found)


def gates(each: "Explanation", say: Say = str) -> str:
    """Of the trade that is planned, else of the smallest increase."""
    asked = "for this trade" if each.trade else "for the smallest increase"
    header = (f"gate, {asked}", "", "found", "limit")
    well = [gate.gate for gate in each.gates if not (gate.held or gate.found)]
    rows = list(_rows(each, say))
    table = show.table((row for row in rows if len(row[2]) <= LONGEST), header, left=4)
    told = (
        _line(f"{gate} {state}: {found}; limit: {limit}")
        for gate, state, found, limit in rows
        if len(found) > LONGEST
    )
    return "\n".join((table, *told, _line(f"ok, with nothing to measure: {', '.join(well)}")))


def _line(text: str) -> str:
    return "\n".join(wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  "))


def _rows(each: "Explanation", say: Say) -> Iterator[tuple[str, str, str, str]]:
    for gate in each.gates:
        if gate.held or gate.found:
            yield gate.gate, "HOLDS" if gate.held else "ok", say(gate.found), say(gate.limit)


def text(found: Sequence["Explanation"], say: Say = str) -> str:
    return "\n\n".join(f"{paragraphs([each], say)}\n\n{gates(each, say)}" for each in found)
