"""What funding will be: forecasters, and whether they deserve to be believed.

Each sees the daily means up to a day and says the mean of the days to come. None is used because it sounds clever:
only where, on the recorded past and out of sample, its errors were smaller than those of "as today".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from agent.hedge import stats
from agent.hedge.carry import by_day
from agent.hedge.places import Place
from agent.hedge.stats import mean
from agent.model import Past, Rate, Settled, value
from agent.model.times import YEAR_S
from agent.units import Ratio

WARM_UP_DAYS = 30
"""Before that nothing is forecast."""
LEAST_FORECASTS = 8
"""Fewer say nothing about a forecaster."""
WINDOW_DAYS = 7
FIT_DAYS = 120


class Forecaster(Protocol):
    """`seen` are daily means, a year, oldest first and never empty; answers the mean of the next `days` days."""

    def __call__(self, seen: Sequence[Decimal], days: int, /) -> Decimal: ...


def last(seen: Sequence[Decimal], days: int) -> Decimal:
    """As today: what every other has to beat."""
    return seen[-1]


def moving_average(seen: Sequence[Decimal], days: int) -> Decimal:
    """Of the last week."""
    return mean(seen[-WINDOW_DAYS:])


def ar1(seen: Sequence[Decimal], days: int) -> Decimal:
    """On its way back to the level of the last months; as today where they show none."""
    fit = stats.ar1(seen[-FIT_DAYS:])
    return fit.average(seen[-1], days) if fit else seen[-1]


FORECASTERS: Mapping[str, Forecaster] = {"last": last, "moving-average": moving_average, "ar1": ar1}


@value
class Score:
    """How one forecaster did on the recorded past, each forecast made from what was known before it."""

    name: str
    forecasts: int
    error: Ratio
    """Root of the mean squared error, of a rate a year."""
    against_last: Ratio
    """Its error / that of "last": below 1 it is better."""


def scores(seen: Sequence[Decimal], days: int) -> tuple[Score, ...]:
    """One for each forecaster, by forecasts that do not overlap; empty where there are too few of them."""
    starts = range(WARM_UP_DAYS, len(seen) - days + 1, days)
    if len(starts) < LEAST_FORECASTS:
        return ()
    truth = [mean(seen[at : at + days]) for at in starts]
    errors = {
        name: _root_mean_square([one(seen[:at], days) - came for at, came in zip(starts, truth, strict=True)])
        for name, one in FORECASTERS.items()
    }
    base = errors["last"]
    return tuple(
        Score(name=name, forecasts=len(starts), error=Ratio(error), against_last=Ratio(error / base if base else 1))
        for name, error in errors.items()
    )


def _root_mean_square(errors: Sequence[Decimal]) -> Decimal:
    return mean([error * error for error in errors]).sqrt()


def chosen(wanted: str, seen: Sequence[Decimal], days: int) -> str:
    """The forecaster of that name, or for "best" the one with the smallest error; "last" unless it beat that."""
    scored = {score.name: score for score in scores(seen, days)}
    if wanted == "best":
        wanted = min(scored, key=lambda name: scored[name].error.raw, default="last")
    found = scored.get(wanted)
    return wanted if found and found.against_last < Ratio(1) else "last"


def means(paid: Settled, now_ms: int) -> tuple[Decimal, ...]:
    """What forecasters see: of whole days, a year."""
    return tuple(each.raw for each in by_day(paid, now_ms).values())


def expecting(place: Place, wanted: str, days: int, past: Past) -> Place:
    """The place with the funding to expect there over that many days, for whoever compares costs."""
    if wanted == "last":  # the rate of the moment is newer than any day
        return place
    seen = means(past.funding.get((place.view.venue, place.market.name), ()), place.view.stamp.time_ms)
    name = chosen(wanted, seen, days)
    if name == "last":
        return place
    a_year = Rate(value=Ratio(FORECASTERS[name](seen, days)), interval_s=YEAR_S)
    return replace(place, market=replace(place.market, funding=a_year))
