"""The bars as a replay sees them: holes filled with what was last known, and every such substitute counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.model import Rate, value
from agent.model.times import HOUR_MS, HOUR_S
from agent.records.bars import Bar
from agent.units import Price, Ratio


@value
class Tick:
    """One bar with a figure for everything."""

    bar: Bar
    spot: Price
    spot_ms: int
    """When the spot price is from."""
    traded: Price
    mark: Price
    high: Price
    low: Price
    rate: Rate
    """The last that was paid."""

    @property
    def at_ms(self) -> int:
        return self.bar.at_ms

    @property
    def quoted(self) -> bool:
        """Whether the venue told any price in this bar: without one nothing can be decided."""
        return bool(self.bar.traded or self.bar.mark)


@dataclass(kw_only=True, slots=True)
class Holes:
    """In how many bars something stood in for a figure that the source does not have."""

    bars: int = 0
    absent: int = 0
    """Hours that the source leaves out altogether."""
    spot: int = 0
    """The last known one."""
    perp: int = 0
    """The last known one; nothing was decided."""
    mark: int = 0
    """The perp's last trade."""
    high: int = 0
    """The highest mark of the hour: the mark at its end."""

    def count(self, bar: Bar, after_ms: int) -> None:
        told = bool(bar.traded or bar.mark)
        self.bars += 1
        self.absent += (bar.at_ms - after_ms) // HOUR_MS - 1
        self.spot += bar.spot is None
        self.perp += not told
        self.mark += told and bar.mark is None
        self.high += bar.high is None


class Tape:
    """Walks through bars once; `holes` counts those from `since_ms` on."""

    def __init__(self, bars: Iterable[Bar], since_ms: int = 0) -> None:
        self._bars, self._since_ms, self.holes = bars, since_ms, Holes()

    def __iter__(self) -> Iterator[Tick]:
        """From the first bar on which both prices are known."""
        before, spot, spot_ms, traded, mark, rate = 0, None, 0, None, None, Rate(value=Ratio(0), interval_s=HOUR_S)
        for bar in self._bars:
            if bar.spot:
                spot, spot_ms = bar.spot, bar.at_ms
            traded = bar.traded or bar.mark or traded
            mark = bar.mark or bar.traded or mark
            rate = bar.funding or rate
            if bar.at_ms >= self._since_ms:
                self.holes.count(bar, before or bar.at_ms - HOUR_MS)
                before = bar.at_ms
            if spot and traded and mark:
                yield Tick(
                    bar=bar,
                    spot=spot,
                    spot_ms=spot_ms,
                    traded=traded,
                    mark=mark,
                    high=bar.high or mark,
                    low=bar.low or mark,
                    rate=rate,
                )
