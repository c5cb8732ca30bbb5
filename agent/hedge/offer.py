"""What one venue takes of an increase: alone, and beside others that draw on its reserve. Sizes carry no sign."""

from dataclasses import replace

from agent.hedge.allocation import drawn, takes
from agent.hedge.bound import towards
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place
from agent.model import value
from agent.units import Base, Ratio, Usd


@value
class Offer:
    """One venue for this increase."""

    place: Place
    drift: Base
    limits: Limits
    room: Base
    """What its depth, its collateral and its share take now."""
    most: Base
    """What its share takes, were there depth and collateral enough."""

    def shares_with(self, other: "Offer") -> bool:
        """Their collateral comes out of one reserve."""
        mine, theirs = self.place.view, other.place.view
        return mine.venue != theirs.venue and mine.reserve_at == theirs.reserve_at != ""

    def draws(self, size: Base) -> Usd:
        """Of the reserve."""
        return drawn(self.place, towards(size, self.drift), self.limits) if size else Usd(0)

    def beside(self, spent: Usd) -> Base:
        """Its room once others have drawn so much of the reserve."""
        if not spent:
            return self.room
        view = replace(self.place.view, reserve=max(Usd(0), self.place.view.reserve - spent))
        return min(self.room, takes(replace(self.place, view=view), self.drift, self.limits))


def offer(place: Place, drift: Base, most: Base, limits: Limits) -> Offer:
    room = min(most, takes(place, drift, limits))
    return Offer(place=place, drift=drift, limits=limits, room=room, most=most)


def share_left(hedge: Hedge, place: Place, target: Base) -> Base:
    """What the venue's share of the target leaves beside what stands and works there."""
    share = hedge.max_share.get(place.view.venue, Ratio(1))
    return max(Base(0), abs(target) * share - towards(place.position + place.working, target))
