"""A venue as it would be once legs have gone: each at its worst price, for margin must hold even then."""

from collections.abc import Iterable
from dataclasses import replace

from agent.model import Action, Cancel, Fund, Leg, Position, Trade, View
from agent.units import Usd


def after(view: View, legs: Iterable[Leg]) -> View:
    """The view after those of the legs that go to this venue."""
    for leg in legs:
        for action in leg.actions if leg.venue == view.venue else ():
            view = _after(view, action)
    return view


def _after(view: View, action: Action) -> View:
    match action:
        case Fund(amount=amount):
            return replace(view, equity=view.equity + amount, free=view.free + amount, reserve=view.reserve - amount)
        case Cancel(order_id=gone):
            return replace(view, orders=tuple(order for order in view.orders if order.id != gone))
        case Trade():
            return replace(view, positions=_positions(view, action), equity=view.equity - cost(view, action))
        case _:
            return view


def cost(view: View, trade: Trade) -> Usd:
    """What the account loses at once when the trade fills at its worst price; a gain is not counted on."""
    return max(Usd(0), trade.size * trade.worst - trade.size * view.market(trade.market).mark)


def _positions(view: View, trade: Trade) -> tuple[Position, ...]:
    others = tuple(p for p in view.positions if p.market != trade.market)
    entry = next((p.entry for p in view.positions if p.market == trade.market), trade.worst)
    size = view.size(trade.market) + trade.size
    return (*others, Position(market=trade.market, size=size, entry=entry))
