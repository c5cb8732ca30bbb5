"""From samples to a table: medians, ratios, and whether an aim was met. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median_low
from typing import Any, Literal, TypeAlias

from agent.cli import show
from agent.model.base import value

Unit: TypeAlias = Literal["", "s", "MB"]
_PLACES = {"": 0, "s": 2, "MB": 0}
_HEADERS = ("", "beside", "ours", "theirs", "ratio", "aim", "")


@value
class Sample:
    """One run of one program, start to exit."""

    seconds: float
    peak_mb: float
    requests: int = 0


Figure: TypeAlias = Callable[[Sample], float]
Samples: TypeAlias = Mapping[str, Sequence[Sample]]
"""By the program's name, turn by turn."""


@value
class Aim:
    """What a line should come to: its ratio, or our own figure where `absolute`."""

    limit: float
    below: bool = False
    absolute: bool = False

    def met(self, line: "Line") -> bool:
        figure = line.ours if self.absolute else line.ratio
        if figure is None:
            return False
        return figure < self.limit if self.below else figure <= self.limit

    def words(self, unit: Unit) -> str:
        limit = f"{self.limit:g} {unit}".strip() if self.absolute else f"{self.limit:g}x"
        return f"{'below' if self.below else 'at most'} {limit}"


@value
class Line:
    """One figure of ours, and what stands beside it, if there is something fair to compare with."""

    name: str
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    beside: str = ""
    unit: Unit = ""
    aim: Aim | None = None

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "met" if self.aim.met(self) else "not met"


@value
class Group:
    title: str
    lines: tuple[Line, ...]


def compared(name: str, figure: Figure, ours: Sequence[Sample], theirs: Sequence[Sample], beside: str) -> Line:
    """Medians, and the median of the turns' ratios: what slows a whole turn down does not touch its ratio."""
    pairs = [(figure(one), figure(other)) for one, other in zip(ours, theirs, strict=False)]
    return Line(
        name=name,
        ours=median_low(map(figure, ours)),
        theirs=median_low(map(figure, theirs)),
        ratio=median_low(one / other for one, other in pairs),
        beside=beside,
    )


def table(groups: Iterable[Group]) -> str:
    """One table for all groups, so that their columns stand below each other."""
    rows: list[Sequence[str]] = []
    for group in groups:
        rows += [(), (group.title,), *map(_row, group.lines)]
    padded = [(*row, *[""] * (len(_HEADERS) - len(row))) for row in rows]
    return "\n".join(line.rstrip() for line in show.table(padded, _HEADERS, left=2).splitlines())


def _row(line: Line) -> Sequence[str]:
    return (
        f"- {line.name}",
        line.beside,
        _figure(line.ours, line.unit),
        "" if line.theirs is None else _figure(line.theirs, line.unit),
        "" if line.ratio is None else f"{line.ratio:.2f}x",
        "" if line.aim is None else line.aim.words(line.unit),
        line.verdict,
    )


def _figure(amount: float, unit: Unit) -> str:
    return f"{amount:.{_PLACES[unit]}f} {unit}".strip()


def as_json(groups: Iterable[Group]) -> list[dict[str, Any]]:
    return [
        {
            "group": group.title,
            "name": line.name,
            "unit": line.unit or "count",
            "ours": line.ours,
            "beside": line.beside or None,
            "theirs": line.theirs,
            "ratio": line.ratio,
            "aim": line.aim and line.aim.words(line.unit),
            "met": line.aim and line.aim.met(line),
        }
        for group in groups
        for line in group.lines
    ]
