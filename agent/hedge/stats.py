"""Statistics over what was recorded, in Decimal: plain definitions, so that a reader can check them by hand.

What a sample cannot tell (too few values, nothing that varies) is None, never a figure that looks like one.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from functools import lru_cache
from itertools import pairwise

from agent.model import Closes, value
from agent.model.times import DAY_MS
from agent.units import Price

DAYS_A_YEAR = Decimal(365)
"""Coins trade every day."""
LOOKBACK_DAYS = 30
LEAST_RETURNS = 20
"""Of the lookback: fewer say too little."""
_LOGARITHMS = Context(prec=34)
"""As many digits as a decimal128 has: more would only take time."""


@value
class Fit:
    """A straight line through pairs: y = intercept + slope * x."""

    slope: Decimal
    intercept: Decimal
    r2: Decimal
    """How much of y's variance the line explains, 0 to 1."""


@value
class Ar1:
    """Values that are pulled back: the next one is level + persistence * (this one - level), on average."""

    level: Decimal
    persistence: Decimal
    """Between -1 and 1; near 1 a surprise lasts."""

    def ahead(self, now: Decimal, steps: int) -> Decimal:
        """What is expected so many steps later."""
        return self.level + self.persistence**steps * (now - self.level)

    def average(self, now: Decimal, steps: int) -> Decimal:
        """What is expected on average over the next steps."""
        return mean([self.ahead(now, step) for step in range(1, steps + 1)])


def mean(values: Sequence[Decimal]) -> Decimal:
    """Of at least one value."""
    return sum(values, Decimal(0)) / len(values)


def deviation(values: Sequence[Decimal]) -> Decimal | None:
    """Standard deviation of a sample (divided by n - 1)."""
    if len(values) < 2:
        return None
    middle = mean(values)
    return (sum(((each - middle) ** 2 for each in values), Decimal(0)) / (len(values) - 1)).sqrt()


def z_score(values: Sequence[Decimal], now: Decimal) -> Decimal | None:
    """How many standard deviations above their mean."""
    spread = deviation(values)
    return (now - mean(values)) / spread if spread else None


def percentile(values: Sequence[Decimal], now: Decimal) -> Decimal | None:
    """The share of the values below it, 0 to 1; an equal one counts half."""
    if not values:
        return None
    halves = sum(2 if each < now else each == now for each in values)
    return Decimal(halves) / (2 * len(values))


def fading(count: int, half_life: int) -> tuple[Decimal, ...]:
    """Exponential weights, oldest first: the newest weighs 1, and half as much each half life earlier."""
    fade = Decimal("0.5") ** (Decimal(1) / half_life)
    return tuple(fade**age for age in reversed(range(count)))


def regression(
    xs: Sequence[Decimal],
    ys: Sequence[Decimal],
    weights: Sequence[Decimal] | None = None,
    shrinkage: Decimal = Decimal(0),
) -> Fit | None:
    """Least squares of y on x. Shrinkage draws the slope that far, 0 to 1, from the sample's own towards 1; R2 stays
    the sample's. None below three pairs, and where x or y does not vary.
    """
    ws = weights or [Decimal(1)] * len(xs)
    rows = list(zip(ws, xs, ys, strict=True))
    if len(rows) < 3:
        return None
    total = sum(ws, Decimal(0))
    x, y = sum(w * x for w, x, _ in rows) / total, sum(w * y for w, _, y in rows) / total
    xx = sum((w * (each - x) ** 2 for w, each, _ in rows), Decimal(0))
    yy = sum((w * (each - y) ** 2 for w, _, each in rows), Decimal(0))
    xy = sum((w * (one - x) * (other - y) for w, one, other in rows), Decimal(0))
    if not xx or not yy:
        return None
    slope = (1 - shrinkage) * (xy / xx) + shrinkage
    return Fit(slope=slope, intercept=y - slope * x, r2=min(Decimal(1), xy * xy / (xx * yy)))


def ar1(values: Sequence[Decimal]) -> Ar1 | None:
    """The regression of each value on the one before; None where it does not pull back to any level."""
    fit = regression(values[:-1], values[1:])
    if fit is None or abs(fit.slope) >= 1:
        return None
    return Ar1(level=fit.intercept / (1 - fit.slope), persistence=fit.slope)


def daily_returns(closes: Closes) -> dict[int, Decimal]:
    """Logarithmic, by the end of the day. A missing day has none, and neither has the one after it."""
    return {day: _move(then, now) for (before, then), (day, now) in pairwise(closes) if day - before == DAY_MS}


@lru_cache(maxsize=4096)
def _move(then: Price, now: Price) -> Decimal:
    """Remembered: a logarithm is slow, and a replay asks for the same days at every bar."""
    return (now / then).raw.ln(_LOGARITHMS)


def volatility(returns: Sequence[Decimal]) -> Decimal | None:
    """Realised, a year, of daily returns: their deviation by the root of the days in a year."""
    daily = deviation(returns)
    return None if daily is None else daily * DAYS_A_YEAR.sqrt()


def recent_volatility(closes: Closes, now_ms: int) -> Decimal | None:
    """Realised, a year, of the last 30 days; None where fewer than 20 of their returns are known."""
    since = now_ms - (LOOKBACK_DAYS + 1) * DAY_MS
    recent = [each for day, each in daily_returns(closes[-LOOKBACK_DAYS - 2 :]).items() if day > since]
    return volatility(recent) if len(recent) >= LEAST_RETURNS else None
