"""Whether what was read shows what we did last."""

from agent.model import Memory, Stamp


def missed(stamp: Stamp, memory: Memory) -> Stamp | None:
    """Our last landing on that source, where the stamp is older than it: a node lags."""
    landed = memory.landed.get(stamp.source)
    return landed if landed and _older(stamp, landed) else None


def _older(stamp: Stamp, landed: Stamp) -> bool:
    if stamp.block is not None and landed.block is not None and stamp.block < landed.block:
        return True
    return stamp.time_ms < landed.time_ms
