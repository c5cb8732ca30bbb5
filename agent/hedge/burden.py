"""What the hedge costs by being held, against its limit: tell, reduce, close, or roll to a cheaper venue.

Judged by what was paid: the mean of whole days over the patience, venue by venue. The day under way has no mean yet:
one bad hour after midnight is no bad day. Once beyond the limit it stays a burden until that mean is below `resume`:
a rate that plays around the limit moves nothing twice.
"""

from collections.abc import Iterator, Sequence

from agent.hedge.carry import by_day, mean_rate, yearly
from agent.hedge.carry_rule import CarryRule
from agent.hedge.parameters import Hedge
from agent.hedge.places import Place
from agent.model import Code, Past, Rate, Reason, Settled, value
from agent.model.times import DAY_MS
from agent.model.words import earns, percent
from agent.units import Ratio

LOOKBACK_DAYS = 60
"""How long a burden can last before it has to show itself again."""
STALE_DAYS = 3
"""Whole days that end earlier are not the present."""


@value
class Burden:
    """A market where a short costs more than it may, and what it costs a year now."""

    place: Place
    cost: Ratio

    def told(self, rule: CarryRule) -> Reason:
        does = {
            "tell": "nothing is done about it",
            "reduce": f"where no venue is cheaper, {percent(rule.ratio, 0)} of the exposure stay hedged",
            "close": "where no venue is cheaper, the hedge is closed",
            "roll": "it moves to a venue that is cheaper all-in, where there is one",
        }[rule.then]
        subject = f"{self.place.view.venue} {self.place.market.name}"
        limit = f"{percent(rule.max_cost, 1)} a year for {rule.patience_days} days"
        said = f"{earns(Ratio(0) - self.cost)} over {rule.patience_days} days: {does}"
        return Reason(code=Code.CARRY_COST, subject=subject, value=said, limit=limit)


def burdens(rule: CarryRule | None, found: Sequence[Place], past: Past, now_ms: int) -> tuple[Burden, ...]:
    """Of these places; too short a history burdens none."""
    return tuple(_burdens(rule, found, past, now_ms)) if rule else ()


def _burdens(rule: CarryRule, found: Sequence[Place], past: Past, now_ms: int) -> Iterator[Burden]:
    for place in found:
        costs = _costs(place, past, now_ms)
        if burdened(rule, costs):
            yield Burden(place=place, cost=mean_rate(costs[-rule.patience_days :]))


def light(rule: CarryRule, place: Place, heavy: Sequence[Burden], past: Past, now_ms: int) -> bool:
    """Whether a hedge may roll to it: what costs less by no more than lies between the two thresholds would soon be
    left again. Too short a history speaks against none."""
    costs = _costs(place, past, now_ms)[-rule.patience_days :]
    worst = max((each.cost for each in heavy if each.place.position), default=rule.max_cost)
    return len(costs) < rule.patience_days or mean_rate(costs) < worst - (rule.max_cost - rule.resume)


def _costs(place: Place, past: Past, now_ms: int) -> tuple[Ratio, ...]:
    key = (place.view.venue, place.market.name)
    return daily_costs(past.funding.get(key, ()), past.borrow.get(key, ()), place.market.borrow, now_ms)


def bearable(hedge: Hedge, heavy: Sequence[Burden]) -> Ratio:
    """The share of the exposure that may stay hedged: less than all only where every venue of the hedge is seen to be
    a burden. One that is cheaper takes the increases, and a roll what stands elsewhere."""
    if hedge.carry is None:
        return Ratio(1)
    cheap = set(hedge.venues) - {burden.place.view.venue for burden in heavy}
    return Ratio(1) if cheap else hedge.carry.most


def daily_costs(paid: Settled, borrowed: Settled, borrow: Rate, now_ms: int) -> tuple[Ratio, ...]:
    """What a short paid a year, by whole UTC day; a day without a payment is left out. Funding > 0 is received.

    Where a day's borrow was not recorded, that of now stands in.
    """
    funding, lent = by_day(paid, now_ms), by_day(borrowed, now_ms)
    if max(funding, default=0) < now_ms // DAY_MS - STALE_DAYS:
        return ()
    return tuple(lent.get(day, yearly(borrow)) - received for day, received in funding.items())


def burdened(rule: CarryRule, costs: Sequence[Ratio]) -> bool:
    """Whether the last of these daily costs belongs to a burden."""
    on, days = False, rule.patience_days
    for end in range(max(days, len(costs) - LOOKBACK_DAYS), len(costs) + 1):
        mean = mean_rate(costs[end - days : end])
        on = mean > rule.max_cost or (on and mean >= rule.resume)
    return on
