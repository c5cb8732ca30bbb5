"""Which of two looks at a source is the older one, and whether what was read shows what we did last."""

from agent.model import Memory, Stamp, View


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
    return view.venue in memory.sent.values() or bool(gone(view, memory))


def gone(view: View, memory: Memory) -> tuple[str, ...]:
    """Orders of ours that the venue has no more, and whose end our records do not know."""
    there = {order.id for order in view.orders}
    return tuple(order for order, venue in memory.working.items() if venue == view.venue and order not in there)
