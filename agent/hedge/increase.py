"""An increase over one venue or several: how much each takes, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.hedge.allocation import grow, taken_whole
from agent.hedge.band import untradable
from agent.hedge.bound import towards, worth
from agent.hedge.carry import carry_a_year
from agent.hedge.costs import all_in, trading, yearly
from agent.hedge.doubts import closed
from agent.hedge.offer import Offer, offer, share_left
from agent.hedge.outlook import after, mates
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place
from agent.hedge.split import NOTHING, Wanted, room, split, wanted
from agent.model import Code, HedgeState, Leg, Plan, Reason, Snapshot, value
from agent.model.words import coins, earns, percent, sliced
from agent.units import Base, Ratio


@value
class Increase:
    """`listed` are the hedge's venues that trade, one market each, in order of preference; at least one."""

    hedge: Hedge
    state: HedgeState
    listed: tuple[Place, ...]
    snapshot: Snapshot
    limits: Limits
    ahead: tuple[Leg, ...]
    """Legs that go first and use collateral."""

    @property
    def drift(self) -> Base:
        return self.state.wanted

    def offers(self) -> tuple[Offer, ...]:
        """Of those that take more; where none does, the first venue's, whose gate says why."""
        able = [place for place in self.listed if not self._closed(place)]
        return tuple(self._offer(place) for place in able or self.listed[:1])

    def _offer(self, place: Place) -> Offer:
        most = min(abs(self.drift), self._share(place))
        return offer(self._seen(place, self.ahead), self.drift, most, self.limits)

    def _closed(self, place: Place) -> str | None:
        return closed(place, self.drift, self.snapshot, self.limits)

    def _seen(self, place: Place, legs: Sequence[Leg]) -> Place:
        return replace(place, view=after(place.view, legs, mates(place.view, self.snapshot)))

    def _share(self, place: Place) -> Base:
        """All of it may go where the share is all."""
        if self.hedge.max_share.get(place.view.venue, Ratio(1)) == Ratio(1):
            return abs(self.drift)
        return share_left(self.hedge, place, self.state.target)

    def parts(self) -> tuple["Part", ...]:
        """A venue alone gets the drift as it is; several get whole lots."""
        found, want = self.offers(), wanted(self.drift, self.hedge)
        alone = len(found) == 1 and found[0].most == want.amount
        sizes = (want.amount,) if alone else split(want, found)
        beside = (replace(each, room=room(found, sizes, n)) for n, each in enumerate(found))
        return tuple(Part(offer=each, size=size, want=want) for each, size in zip(beside, sizes, strict=True))

    def plan(self, parts: Sequence["Part"]) -> Plan:
        """Each leg on what the ones before it leave of a reserve that they share. While an order still works at a
        venue, its part waits: what that leaves, and what collateral it ties, is only known when it is filled.
        """
        legs, reasons = list[Leg](), list[Reason]()
        for part in (part for part in parts if part.size):
            place = self._seen(part.offer.place, legs)
            if place.working:
                reasons.append(sliced(place.market.name, NOTHING, part.signed, "one working order"))
                continue
            plan = grow(part.signed, place, self.snapshot, self.limits, self.hedge.min_trade)
            legs += plan.legs
            reasons += plan.reasons
        return Plan(legs=tuple(legs), reasons=(*reasons, *self._why(parts), *self._beyond_shares(parts)))

    def whole(self, parts: Sequence["Part"]) -> bool:
        """Whether the markets take all of it at once within the allowed slippage."""
        return all(taken_whole(part.signed, part.offer.place.market, self.limits) for part in parts)

    def _why(self, parts: Sequence["Part"]) -> Iterator[Reason]:
        """One line for each venue, where there is a choice."""
        if len(self.listed) == 1:
            return
        yield from (part.why() for part in parts)
        taking = {part.offer.place.view.venue for part in parts}
        for place in self.listed:
            if place.view.venue not in taking:
                yield _split(place, f"takes none: {self._closed(place)}")

    def _beyond_shares(self, parts: Sequence["Part"]) -> Iterator[Reason]:
        left = abs(self.drift) - sum((part.size for part in parts), NOTHING)
        if left <= self.state.band or all(untradable(left, part.offer.place.market) for part in parts):
            return
        said = f"{coins(left)} of {coins(abs(self.drift))} stay unhedged"
        shares = ", ".join(f"{venue} {percent(share)}" for venue, share in self.hedge.max_share.items())
        yield Reason(code=Code.MAX_SHARE, subject=self.hedge.underlying, value=said, limit=shares)


@value
class Part:
    """What one venue takes of an increase."""

    offer: Offer
    size: Base
    want: Wanted

    @property
    def signed(self) -> Base:
        return towards(self.size, self.want.drift)

    def why(self) -> Reason:
        """Its all-in cost at its own size; of a venue that takes none, at the size of all."""
        market, days = self.offer.place.market, self.want.days
        size = self.signed or self.want.drift
        notional = worth(size, market.mark)
        cost = earns(-yearly(all_in(market, size, days), notional, days))
        paid, carry = percent(trading(market, size) / notional, 3), earns(carry_a_year(market, size))
        said = f"takes {coins(self.size)} of {coins(self.want.amount)}" if self.size else "takes none"
        said = f"{said}: all-in {cost} over {days} days (fee and impact {paid}, carry: {carry})"
        return _split(self.offer.place, said, self._bound())

    def _bound(self) -> str:
        """What kept it from taking more."""
        offer = self.offer
        if offer.room >= self.want.amount or self.size < offer.room.to_lot(offer.place.market.lot):
            return ""
        bound = "its share," if offer.room == offer.most else "depth and collateral for"
        return f"{bound} {coins(offer.room)}"


def _split(place: Place, said: str, limit: str = "") -> Reason:
    return Reason(code=Code.SPLIT, subject=f"{place.view.venue} {place.market.name}", value=said, limit=limit)
