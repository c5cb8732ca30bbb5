"""Whether what was read shows what we did last."""

from agent.model import Memory, Stamp


def missed(stamp: Stamp, memory: Memory) -> Stamp | None:
    """Our last landing on that source, where the stamp is older than it: a node lags."""
    landed = memory.landed.get(stamp.source)
    return landed if landed and _older(stamp, landed) else None


def _older(stamp: Stamp, landed: Stamp) -> bool:
    """By height where that tells: after a reorg a higher block may carry an earlier time."""
    if stamp.block is None or landed.block is None or stamp.block == landed.block:
        return stamp.time_ms < landed.time_ms
    return stamp.block < landed.block
