"""Which of two looks at a source is the older one, and whether what was read shows what we did last."""

from agent.model import Memory, OpenOrder, Stamp, View


def missed(stamp: Stamp, memory: Memory) -> Stamp | None:
    """Our last landing on that source, where the stamp is older than it: a node lags."""
    landed = memory.landed.get(stamp.source)
    return landed if landed and older(stamp, landed) else None


def older(stamp: Stamp, other: Stamp) -> bool:
    """By height where that tells: after a reorg a higher block may carry an earlier time."""
    if stamp.block is None or other.block is None or stamp.block == other.block:
        return stamp.time_ms < other.time_ms
    return stamp.block < other.block


def torn(view: View, memory: Memory) -> bool:
    """What a payload of ours did may be in the view, and is not in our records: it says nothing about others."""
    return view.venue in memory.sent.values() or bool(gone(view, memory) or filled(view, memory))


def gone(view: View, memory: Memory) -> tuple[str, ...]:
    """Orders of ours that the venue has no more, and whose end our records do not know."""
    there = {order.id for order in view.orders}
    return tuple(order for order, venue in memory.working.items() if venue == view.venue and order not in there)


def filled(view: View, memory: Memory) -> tuple[str, ...]:
    """Orders of ours that still stand in a market whose position has moved their way beyond our records: the list of
    orders is from before their fill, the position from after it, and together they would count twice."""
    ours = (order for order in view.orders if order.role == "working" and order.id in memory.working)
    return tuple(order.id for order in ours if _moved(view, order, memory))


def _moved(view: View, order: OpenOrder, memory: Memory) -> bool:
    known = memory.positions.get((view.venue, order.market))
    if known is None:
        return False
    off = view.size(order.market) - known
    return off.sign() == order.size.sign() and abs(off) > view.market(order.market).lot
