"""A value over time, and what is asked of it: how deep it fell, and how much it moved."""

from decimal import Decimal

from agent.model import value
from agent.model.times import DAY_MS
from agent.units import Ratio, Usd

DAYS_A_YEAR = 365
_DIGITS = Decimal("1e-18")


@value
class Drawdown:
    """The deepest fall from a peak before it; a share of that peak, 0 or below."""

    depth: Ratio
    peak_ms: int
    low_ms: int


class Curve:
    """Takes one value after another. The moves are those between the ends of UTC days."""

    def __init__(self, at_ms: int, start: Usd) -> None:
        self._peak, self._peak_ms = start, at_ms
        self.drawdown = Drawdown(depth=Ratio(0), peak_ms=at_ms, low_ms=at_ms)
        self._day = start
        self._moves = self._sum = self._squares = Decimal(0)

    def add(self, at_ms: int, now: Usd) -> None:
        if now > self._peak:
            self._peak, self._peak_ms = now, at_ms
        elif now < self._peak * (Ratio(1) + self.drawdown.depth):
            depth = Ratio((now / self._peak).raw - 1)
            self.drawdown = Drawdown(depth=depth, peak_ms=self._peak_ms, low_ms=at_ms)
        if at_ms % DAY_MS == 0:
            self._move(now)

    def _move(self, now: Usd) -> None:
        if self._day > Usd(0):
            move = ((now / self._day).raw - 1).quantize(_DIGITS)
            self._moves += 1
            self._sum += move
            self._squares += move * move
        self._day = now

    @property
    def deviation_a_year(self) -> Ratio | None:
        """The standard deviation of the daily moves times the root of 365; None for less than two of them."""
        if self._moves < 2:
            return None
        variance = (self._squares - self._sum * self._sum / self._moves) / (self._moves - 1)
        return Ratio((max(Decimal(0), variance) * DAYS_A_YEAR).sqrt())
