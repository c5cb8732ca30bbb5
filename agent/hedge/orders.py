"""Working orders: they count as position, and one that nobody fills is cancelled."""

from collections.abc import Iterable

from agent.hedge.landing import filled, gone
from agent.hedge.parameters import Limits
from agent.model import Cancel, Code, Kind, Leg, Memory, Name, OpenOrder, Reason, View
from agent.model.words import side

LATE = 4
"""Times the venue's latency: an order that takes no longer is not given up."""


def overdue(order: OpenOrder, view: View, limits: Limits) -> bool:
    """Nobody fills it, and it can be taken back."""
    now, patience_s = view.stamp.time_ms, max(limits.order_patience_s, LATE * view.latency_s)
    return now - order.since_ms > patience_s * 1000 and now >= order.cancels_from_ms


def working_in(view: View, markets: Iterable[Name]) -> tuple[OpenOrder, ...]:
    wanted = set(markets)
    return tuple(order for order in view.orders if order.role == "working" and order.market in wanted)


def waiting(view: View, order: OpenOrder) -> Reason:
    age = (view.stamp.time_ms - order.since_ms) // 1000
    said = f"{side(order.size)} for {age} s"
    return Reason(code=Code.WORKING, subject=f"{view.venue} {order.market} {order.id}", value=said)


def ended_unseen(view: View, memory: Memory) -> tuple[Reason, ...]:
    """Orders of ours whose end shows in one place and not in another: one of the two is out of date."""
    told = dict.fromkeys(gone(view, memory), "it is gone, and how it ended is not known yet")
    told |= dict.fromkeys(filled(view, memory), "the position shows its fill, and the order still stands")
    return tuple(
        Reason(code=Code.WORKING, subject=f"{view.venue} {order}", value=said) for order, said in told.items()
    )


def cancel(view: View, orders: Iterable[OpenOrder], kind: Kind) -> tuple[Leg, ...]:
    """One leg that takes them all back; none when there is nothing to cancel."""
    actions = tuple(Cancel(order_id=order.id) for order in orders)
    return (Leg(venue=view.venue, actions=actions, kind=kind),) if actions else ()
