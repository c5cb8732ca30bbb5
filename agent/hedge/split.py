"""How an increase is divided among venues: step by step, each to where it costs least all-in.

A step goes to the next point of a venue's depth, so that the cheapest takes what it takes before its impact makes
another the cheaper one. Costs that differ by less than the tolerance count as equal, and the order of preference
decides: a hedge does not move about for a little. Sizes carry no sign here.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agent.hedge.band import untradable
from agent.hedge.bound import towards, worth
from agent.hedge.costs import all_in, over, sizes
from agent.hedge.parameters import Hedge
from agent.hedge.places import Place
from agent.model import value
from agent.units import Base, Ratio, Usd

NOTHING = Base(0)


@value
class Offer:
    """One venue for this increase."""

    place: Place
    room: Base
    """What its depth, its collateral and its share take now."""
    most: Base
    """What its share takes, were there depth and collateral enough."""


Parts: TypeAlias = tuple[Base, ...]
"""One for each offer."""


@value
class Wanted:
    """An increase, and what it is divided by."""

    drift: Base
    days: int
    tolerance: Ratio
    """A share of the notional, over these days."""
    least: Usd

    @property
    def amount(self) -> Base:
        return abs(self.drift)

    def cost(self, offer: Offer, size: Base) -> Usd:
        return all_in(offer.place.market, towards(size, self.drift), self.days)

    def rate(self, offer: Offer, start: Base, end: Base) -> Ratio:
        """What the coins between two sizes cost, as a share of their notional."""
        return (self.cost(offer, end) - self.cost(offer, start)) / worth(end - start, offer.place.market.mark)


def wanted(drift: Base, hedge: Hedge) -> Wanted:
    tolerance = over(hedge.tolerance, hedge.horizon_days)
    return Wanted(drift=drift, days=hedge.horizon_days, tolerance=tolerance, least=hedge.min_trade)


def split(want: Wanted, found: Sequence[Offer]) -> Parts:
    """In whole lots; `found` is in order of preference. What all have no room for goes where a share still allows it:
    that venue says what it lacks. A part too small to trade goes to the others.
    """
    parts = _rounded(want, found, _in_steps(want, found))
    if len(found) > 1 and (n := _too_small(want, found, parts)) is not None:
        others = split(want, [*found[:n], *found[n + 1 :]])
        return (*others[:n], NOTHING, *others[n:])
    single = min(_singles(want, found), key=lambda each: total(want, found, each), default=parts)
    saved = total(want, found, parts) - total(want, found, single)
    return single if saved > notional(found, single) * want.tolerance else parts


def total(want: Wanted, found: Sequence[Offer], parts: Parts) -> Usd:
    return sum((want.cost(offer, part) for offer, part in zip(found, parts, strict=True)), Usd(0))


def notional(found: Sequence[Offer], parts: Parts) -> Usd:
    return sum((worth(part, offer.place.market.mark) for offer, part in zip(found, parts, strict=True)), Usd(0))


def preferred(rates: Sequence[Ratio], tolerance: Ratio) -> int:
    """The first that is as good as the cheapest."""
    return next(n for n, rate in enumerate(rates) if rate <= min(rates) + tolerance)


def _in_steps(want: Wanted, found: Sequence[Offer]) -> Parts:
    taken, left = [NOTHING] * len(found), want.amount
    while left:
        ends = [_until(want, offer, now, left) for offer, now in zip(found, taken, strict=True)]
        ways = [n for n, end in enumerate(ends) if end > taken[n]]
        if not ways:
            break
        rates = [want.rate(found[n], taken[n], ends[n]) for n in ways]
        n = ways[preferred(rates, want.tolerance)]
        taken[n], left = ends[n], left - (ends[n] - taken[n])
    return tuple(taken)


def _until(want: Wanted, offer: Offer, now: Base, left: Base) -> Base:
    """The end of the next step there."""
    points = (at for at in sizes(offer.place.market, want.drift) if at > now)
    return min(next(points, offer.room), offer.room, now + left)


def _rounded(want: Wanted, found: Sequence[Offer], taken: Parts) -> Parts:
    """To lots; what that leaves, and what nobody has room for, goes where some more fits."""
    parts = [part.to_lot(offer.place.market.lot) for offer, part in zip(found, taken, strict=True)]
    limits = [*((n, offer.room) for n, offer in enumerate(found))]
    limits += [(n, found[n].most) for n in _cheapest_first(want, found)]
    for n, limit in limits:
        spare = want.amount - sum(parts, NOTHING)
        parts[n] += max(NOTHING, min(spare, limit - parts[n])).to_lot(found[n].place.market.lot)
    return tuple(parts)


def _cheapest_first(want: Wanted, found: Sequence[Offer]) -> Iterator[int]:
    """Of equals, the one that is preferred."""
    left = list(range(len(found)))
    while left:
        rates = [want.rate(found[n], NOTHING, want.amount) for n in left]
        yield left.pop(preferred(rates, want.tolerance))


def _too_small(want: Wanted, found: Sequence[Offer], parts: Parts) -> int | None:
    """The smallest part that nobody would trade."""
    small = [n for n, part in enumerate(parts) if part and _sliver(want, found[n], part)]
    return min(small, key=lambda n: parts[n], default=None)


def _sliver(want: Wanted, offer: Offer, part: Base) -> bool:
    market = offer.place.market
    return untradable(part, market) or worth(part, market.mark) < want.least


def _singles(want: Wanted, found: Sequence[Offer]) -> Iterator[Parts]:
    """Each venue that could take all of it by itself."""
    for n, offer in enumerate(found):
        whole = want.amount.to_lot(offer.place.market.lot)
        if offer.room >= want.amount and not _sliver(want, offer, whole):
            yield tuple(whole if n == m else NOTHING for m in range(len(found)))
