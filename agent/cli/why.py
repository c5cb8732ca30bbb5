"""An explanation as a person reads it: the paragraph, then every gate with what it found and what it allows."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from agent.cli import show

if TYPE_CHECKING:
    from agent.hedge.explain import Explanation

WIDTH = 100


def paragraphs(found: Iterable["Explanation"]) -> str:
    return "\n\n".join(
        "\n".join(wrap(each.says, WIDTH, initial_indent="  ", subsequent_indent="  ")) for each in found
    )


def gates(each: "Explanation") -> str:
    """Of the trade that is planned, else of the smallest increase."""
    asked = "for this trade" if each.trade else "for the smallest increase"
    header = (f"gate, {asked}", "", "found", "limit")
    well = [gate.gate for gate in each.gates if not (gate.held or gate.found)]
    listed = wrap(
        f"ok, with nothing to measure: {', '.join(well)}", WIDTH, initial_indent="  ", subsequent_indent="  "
    )
    return "\n".join((show.table(_rows(each), header, left=4), *listed))


def _rows(each: "Explanation") -> Iterator[Sequence[str]]:
    for gate in each.gates:
        if gate.held or gate.found:
            yield gate.gate, "HOLDS" if gate.held else "ok", gate.found, gate.limit


def text(found: Sequence["Explanation"]) -> str:
    return "\n\n".join(f"{paragraphs([each])}\n\n{gates(each)}" for each in found)
