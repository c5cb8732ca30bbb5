"""Across coins: as much of the hedged coin's perp as takes most of the variance out of a basket of coins.

The ratio is the slope of the basket's daily returns on the hedged coin's: their covariance over the variance of the
hedged coin (L. Ederington, The Hedging Performance of the New Futures Markets, Journal of Finance 34, 1979).
"""

from collections.abc import Sequence
from decimal import Decimal

from agent.hedge.policies.base import Known, Wish, require, require_part, require_share, undecided
from agent.hedge.stats import Fit, daily_returns, fading, regression
from agent.model import Code, Name, Reason, value
from agent.model.times import DAY_MS
from agent.model.words import figure, percent
from agent.units import Ratio, Usd

STALE_MS = 7 * DAY_MS
"""A slope of older days is not that of the present."""


@value
class MinVariance:
    """Never more than the basket's value: a short beyond it would be a bet on the slope."""

    window_days: int = 90
    least_days: int = 30
    least_fit: Ratio = Ratio("0.5")
    shrinkage: Ratio = Ratio(0)
    half_life_days: int = 0

    def __post_init__(self) -> None:
        days, window = self.least_days, self.window_days
        some = f"at least 3 and at most window_days {window}"
        require("min-variance", "least_days", days, holds=3 <= days <= window, allowed=some)
        require_share("min-variance", "least_fit", self.least_fit)
        require_part("min-variance", "shrinkage", self.shrinkage)
        equal = "at least 1, or 0 for equal weights"
        require("min-variance", "half_life_days", self.half_life_days, holds=self.half_life_days >= 0, allowed=equal)

    def __call__(self, known: Known, /) -> Wish:
        others = [name for name, worth in known.worths.items() if worth and name != known.underlying]
        if not others or not known.exposure:
            return Wish(size=Ratio(1), why=f"no coin but {known.underlying}: all of it")
        days = self._returns(known)
        pairs = tuple(days.values())
        if known.now_ms - max(days, default=known.now_ms) > STALE_MS:
            return undecided(known, f"the last return of each of {_named(known)} is old", "one of the last week")
        if len(pairs) < self.least_days:
            lacks = f"{len(pairs)} days of the last {self.window_days} have a return of each of {_named(known)}"
            return undecided(known, lacks, f"{self.least_days} days")
        fit = self._fit(pairs)
        if fit is None or Ratio(fit.r2) < self.least_fit:
            lacks = f"{known.underlying} explains too little of {_named(known)}: R2 {figure(fit.r2, 2) if fit else 0}"
            return undecided(known, lacks, f"R2 {self.least_fit}")
        return self._wish(known, fit, len(pairs))

    def _returns(self, known: Known) -> dict[int, tuple[Decimal, Decimal]]:
        """The hedged coin's and the basket's, at its present weights, for each day on which all have one."""
        total, begins = sum(known.worths.values(), Usd(0)), known.now_ms - self.window_days * DAY_MS
        returns = {name: daily_returns(known.past.closes.get(name, ())) for name in _coins(known)}
        shares = {name: (worth / total).raw for name, worth in known.worths.items()}
        return {
            day: (hedged, sum((share * returns[name][day] for name, share in shares.items()), Decimal(0)))
            for day, hedged in returns[known.underlying].items()
            if day > begins and all(day in found for found in returns.values())
        }

    def _fit(self, pairs: Sequence[tuple[Decimal, Decimal]]) -> Fit | None:
        weights = fading(len(pairs), self.half_life_days) if self.half_life_days else None
        return regression([x for x, _ in pairs], [y for _, y in pairs], weights, self.shrinkage.raw)

    def _wish(self, known: Known, fit: Fit, days: int) -> Wish:
        r2 = figure(fit.r2, 2)
        left = percent(Ratio(1 - fit.r2), 0)
        said = f"R2 {r2} over {days} days: {left} of the variance of {_named(known)} stays"
        limit = f"holds while they move with {known.underlying}"
        return Wish(
            size=Ratio(min(max(fit.slope, Decimal(0)), Decimal(1))),
            why=f"slope {figure(fit.slope, 2)} of {_named(known)} on {known.underlying} over {days} days, R2 {r2}",
            warns=(Reason(code=Code.CORRELATION, subject=known.underlying, value=said, limit=limit),),
        )


def _coins(known: Known) -> tuple[Name, ...]:
    return tuple(dict.fromkeys((known.underlying, *known.worths)))


def _named(known: Known) -> str:
    """The basket, like ETH + SEI."""
    return " + ".join(name for name, worth in known.worths.items() if worth)
