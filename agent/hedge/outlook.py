"""A venue as it would be once legs have gone: each at its worst price, for margin must hold even then."""

from collections.abc import Container, Iterable
from dataclasses import replace

from agent.hedge.margin import backed, opening_margin
from agent.model import Action, Cancel, Fund, Leg, Name, Position, Snapshot, Trade, View
from agent.units import Base, Usd


def after(view: View, legs: Iterable[Leg], mates: Container[Name] = ()) -> View:
    """The view after those of the legs that go to this venue, or draw on its reserve: those of its `mates`."""
    for leg in legs:
        for action in leg.actions:
            if leg.venue == view.venue:
                view = _after(view, action)
            elif leg.venue in mates and isinstance(action, Fund):
                view = _drawn(view, max(Usd(0), action.amount))
    return view


def mates(view: View, snapshot: Snapshot) -> frozenset[Name]:
    """The other venues whose collateral comes out of the same reserve."""
    sharing = (other.venue for other in snapshot.views if other.reserve_at == view.reserve_at)
    return frozenset(sharing) - {view.venue} if view.reserve_at else frozenset()


def _after(view: View, action: Action) -> View:
    match action:
        case Fund(amount=amount):
            free = None if view.free is None else view.free + amount
            behind = tuple(backed(p, view.market(p.market), amount) for p in view.positions)
            then = replace(_drawn(view, amount), equity=view.equity + amount, free=free, positions=behind)
            return _opening(then, amount)
        case Cancel(order_id=gone):
            return replace(view, orders=tuple(order for order in view.orders if order.id != gone))
        case Trade():
            lost, tied = cost(view, action), ties(view, action)
            then = replace(view, positions=_positions(view, action), equity=view.equity - lost)
            return _opening(then, -(tied + lost)) if tied else then
        case _:
            return view


def _drawn(view: View, amount: Usd) -> View:
    """What comes back is there again, and needs a new approval."""
    given = view.allowance
    if given is not None:
        given = replace(given, held=given.held - amount, approved=given.approved - max(Usd(0), amount))
    return replace(view, reserve=view.reserve - amount, allowance=given)


def _opening(view: View, amount: Usd) -> View:
    return view if view.open_margin is None else replace(view, open_margin=view.open_margin + amount)


def cost(view: View, trade: Trade) -> Usd:
    """What the account loses at once when the trade fills at its worst price; a gain is not counted on."""
    return max(Usd(0), trade.size * trade.worst - trade.size * view.market(trade.market).mark)


def ties(view: View, trade: Trade) -> Usd:
    """The initial margin of what the trade adds to the position; what a reduction sets free is not counted on."""
    before = view.size(trade.market)
    return max(Base(0), abs(before + trade.size) - abs(before)) * opening_margin(view.market(trade.market))


def _positions(view: View, trade: Trade) -> tuple[Position, ...]:
    others = tuple(p for p in view.positions if p.market != trade.market)
    entry = next((p.entry for p in view.positions if p.market == trade.market), trade.worst)
    size = view.size(trade.market) + trade.size
    return (*others, Position(market=trade.market, size=size, entry=entry))
