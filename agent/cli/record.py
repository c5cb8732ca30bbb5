"""A funding rate beside its own record: how unusual it is, and which forecasts of it were better than none."""

from collections.abc import Iterator
from decimal import Decimal

from agent.cli import show
from agent.hedge.carry import yearly
from agent.hedge.forecast import Score, means, scores
from agent.hedge.stats import mean, percentile, z_score
from agent.model import Market, Name, Past, View, value
from agent.model.plain import plain
from agent.model.words import earns, figure, percent
from agent.units import Ratio


@value
class Record:
    """Of one market, in daily means, as rates a year."""

    venue: Name
    market: Name
    now: Ratio
    days: int
    mean: Ratio
    z_score: Ratio | None
    """Of the rate now, in standard deviations above the mean; None where nothing varied."""
    percentile: Ratio | None
    """The share of days that paid less."""
    scores: tuple[Score, ...]
    """Forecasts over the horizon; none where the record is too short for a verdict."""


def record(view: View, market: Market, past: Past, horizon: int) -> Record | None:
    """None where nothing is recorded."""
    paid, now = past.funding.get((view.venue, market.name), ()), yearly(market.funding)
    seen = means(paid, view.stamp.time_ms)
    if not seen:
        return None
    return Record(
        venue=view.venue,
        market=market.name,
        now=now,
        days=len(seen),
        mean=Ratio(mean(seen)),
        z_score=_ratio(z_score(seen, now.raw)),
        percentile=_ratio(percentile(seen, now.raw)),
        scores=scores(seen, horizon),
    )


def _ratio(found: Decimal | None) -> Ratio | None:
    return None if found is None else Ratio(found)


def text(found: Record) -> Iterator[str]:
    """Like: hl ETH, 180 days: you RECEIVE 9 % a year on average; now 3 %, z-score -0.8, above 22 % of the days."""
    unusual = f", z-score {figure(found.z_score.raw, 1)}" if found.z_score is not None else ""
    above = f", above {percent(found.percentile, 0)} of the days" if found.percentile is not None else ""
    name, now = f"{found.venue} {found.market}", percent(found.now, 1)
    yield f"  {name}, {found.days} days: {earns(found.mean)} on average; now {now}{unusual}{above}"


def table(found: Record, horizon: int) -> str:
    """Forecasts of that market; whoever did not beat "last" is not used."""
    rows = (
        (each.name, each.forecasts, percent(each.error, 1), figure(each.against_last.raw, 3)) for each in found.scores
    )
    header = (f"{found.venue} {found.market}, {horizon} days ahead", "forecasts", "error a year", "against last")
    return show.table(rows, header)


def json(found: Record) -> object:
    return plain(found)
