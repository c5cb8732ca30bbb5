"""How an increase is divided among venues: step by step, each to where it costs least all-in.

A step goes to the next point of a venue's depth, so that the cheapest takes what it takes before its impact makes
another the cheaper one. Venues with one reserve have it only once. Costs that differ by less than the tolerance count
as equal, and the order of preference decides: a hedge does not move about for a little. Sizes carry no sign here.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agent.hedge.band import untradable
from agent.hedge.bound import towards, worth
from agent.hedge.carry import over
from agent.hedge.costs import all_in, preferred, sizes
from agent.hedge.offer import Offer
from agent.hedge.parameters import Hedge
from agent.model import value
from agent.units import Base, Ratio, Usd

NOTHING = Base(0)


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


def room(found: Sequence[Offer], parts: Sequence[Base], n: int) -> Base:
    """What one of them takes beside the parts of the others: what these draw, a shared reserve has no more."""
    mates = ((other, part) for other, part in zip(found, parts, strict=True) if other.shares_with(found[n]))
    return found[n].beside(sum((other.draws(part) for other, part in mates), Usd(0)))


def _in_steps(want: Wanted, found: Sequence[Offer]) -> Parts:
    taken, left = [NOTHING] * len(found), want.amount
    while left:
        ends = [_until(want, found, taken, n, left) for n in range(len(found))]
        ways = [n for n, end in enumerate(ends) if end > taken[n]]
        if not ways:
            break
        rates = [want.rate(found[n], taken[n], ends[n]) for n in ways]
        n = ways[preferred(rates, want.tolerance)]
        taken[n], left = ends[n], left - (ends[n] - taken[n])
    return tuple(taken)


def _until(want: Wanted, found: Sequence[Offer], taken: Sequence[Base], n: int, left: Base) -> Base:
    """The end of the next step there."""
    now, most = taken[n], room(found, taken, n)
    points = (at for at in sizes(found[n].place.market, want.drift) if at > now)
    return min(next(points, most), most, now + left)


def _rounded(want: Wanted, found: Sequence[Offer], taken: Parts) -> Parts:
    """To lots; what that leaves goes where some more fits, and what nobody has room for, if it is worth asking for,
    where a share allows it."""
    parts = [part.to_lot(offer.place.market.lot) for offer, part in zip(found, taken, strict=True)]
    for n in range(len(found)):
        parts[n] += _more(want, found, parts, n, room(found, parts, n))
    for n in _cheapest_first(want, found):
        asked = _more(want, found, parts, n, found[n].most)
        parts[n] += NOTHING if _sliver(want, found[n], asked) else asked
    return tuple(parts)


def _more(want: Wanted, found: Sequence[Offer], parts: Sequence[Base], n: int, most: Base) -> Base:
    spare = want.amount - sum(parts, NOTHING)
    return max(NOTHING, min(spare, most - parts[n])).to_lot(found[n].place.market.lot)


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
