"""Which of two looks at a source is the older one, and whether what was read shows what we did last."""

from agent.model import Memory, Stamp


def missed(stamp: Stamp, memory: Memory) -> Stamp | None:
    """Our last landing on that source, where the stamp is older than it: a node lags."""
    landed = memory.landed.get(stamp.source)
    return landed if landed and older(stamp, landed) else None


def older(stamp: Stamp, other: Stamp) -> bool:
    """By height where that tells: after a reorg a higher block may carry an earlier time."""
    if stamp.block is None or other.block is None or stamp.block == other.block:
        return stamp.time_ms < other.time_ms
    return stamp.block < other.block
