"""One hedge at one moment: what its decision depends on, and what there is to say of it whatever is decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agent.hedge.burden import bearable, burdens
from agent.hedge.forecast import expecting
from agent.hedge.orders import ended_unseen, overdue, waiting, working_in
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, dark
from agent.hedge.strangers import adopted, stranger
from agent.model import Adopted, Code, Kind, Leg, Memory, Name, OpenOrder, Reason, Snapshot, Trade, View
from agent.model.words import side
from agent.units import Ratio


@dataclass(frozen=True, kw_only=True)
class Task:
    """One hedge, and everything that its decision depends on."""

    hedge: Hedge
    found: tuple[Place, ...]
    snapshot: Snapshot
    memory: Memory
    limits: Limits
    ahead: tuple[Leg, ...] = ()
    """Legs that go first and use collateral."""

    @property
    def now_ms(self) -> int:
        return self.snapshot.time_ms()

    @property
    def dark(self) -> tuple[Name, ...]:
        """Its venues that could not be read."""
        return dark(self.hedge, self.snapshot)

    @property
    def markets(self) -> set[tuple[Name, Name]]:
        """Each with its venue first."""
        return {(place.view.venue, place.market.name) for place in self.found}

    @cached_property
    def usable(self) -> tuple[Place, ...]:
        """What trades now, with the funding to expect there."""
        hedge, past = self.hedge, self.memory.past
        open_ = (place for place in self.found if not place.view.halted)
        return tuple(expecting(place, hedge.forecast, hedge.horizon_days, past) for place in open_)

    @property
    def listed(self) -> tuple[Place, ...]:
        """Where the hedge may grow: the first market of each venue, the best venue first."""
        firsts = {place.view.venue: place for place in reversed(self.usable) if place.view.venue in self.hedge.venues}
        return tuple(place for place in self.usable if firsts.get(place.view.venue) is place)

    @cached_property
    def unended(self) -> tuple[Reason, ...]:
        """A position that does not show yet what an order did would be hedged twice: the next round knows."""
        views = {place.view.venue: place.view for place in self.found}
        return tuple(reason for view in views.values() for reason in ended_unseen(view, self.memory))

    def is_overdue(self) -> bool:
        """One that is about to be cancelled may still fill: the next round knows."""
        return any(overdue(order, view, self.limits) for view, order in self._orders())

    def is_shrunk(self) -> bool:
        """What a rescue leaves of the position is only known when it has gone: the next round knows."""
        rescued = (leg for leg in self.ahead if leg.kind is Kind.RESCUE)
        going = {(leg.venue, action.market) for leg in rescued for action in leg.actions if isinstance(action, Trade)}
        return not going.isdisjoint(self.markets)

    def adopted(self) -> tuple[Adopted, ...]:
        """Of this underlying: what one of its causes lets the hedge go on from."""
        views = {place.view.venue: place.view for place in self.found}
        found = (each for view in views.values() for each in adopted(view, self.memory, self.hedge.on_change))
        return tuple(each for each in found if (each.venue, each.market) in self.markets)

    def news(self) -> Iterator[Reason]:
        """What is not as the last run left it, or not known."""
        yield from map(self._unseen, self.dark)
        answers = self.hedge.on_change
        strange = (stranger(place.view, place.market.name, self.memory, answers) for place in self.found)
        yield from (reason for reason in strange if reason)
        yield from (waiting(view, order) for view, order in self._orders())
        yield from self.unended

    def burdens(self) -> tuple[Reason, ...]:
        """Said wherever the hedge stands, and wherever it may not: nobody holds bare coins without being told why."""
        rule = self.hedge.carry
        heavy = burdens(rule, self.found, self.memory.past, self.now_ms)
        cut = bearable(self.hedge, heavy) < Ratio(1)
        return tuple(each.told(rule) for each in heavy if rule and (cut or each.place.position))

    def halted(self) -> tuple[Reason, ...]:
        return tuple(_halted(self.hedge, place) for place in self.found if place.view.halted)

    def stranded(self) -> tuple[Reason, ...]:
        """Halted venues that hold a position; an empty one is not worth a word while another trades."""
        return tuple(_halted(self.hedge, place) for place in self.found if place.view.halted and place.position)

    def _orders(self) -> Iterator[tuple[View, OpenOrder]]:
        return ((place.view, order) for place in self.found for order in working_in(place.view, [place.market.name]))

    def _unseen(self, venue: Name) -> Reason:
        positions = self.memory.positions.items()
        known = (f"{side(size)} {market}" for (at, market), size in positions if at == venue and size)
        most = ", ".join(known) or "what was seen last"
        return Reason(
            code=Code.NOT_SEEN,
            subject=f"{self.hedge.underlying} {venue}",
            value=f"its position may be anything from none to {most}: nothing is added",
        )


def _halted(hedge: Hedge, place: Place) -> Reason:
    return Reason(
        code=Code.HALTED,
        subject=f"{hedge.underlying} {place.view.venue}",
        value=f"{place.view.halted}; {side(place.position)} there",
    )
