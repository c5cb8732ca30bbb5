"""What the owner could sign instead of the operator."""

from agent.model import OwnerCall, Plan, Snapshot, Trade
from agent.settings import Configuration
from agent.venues.perp_v2 import owner
from agent.wiring import parts


def owner_closes(settings: Configuration, snapshot: Snapshot, plan: Plan) -> tuple[OwnerCall, ...]:
    """Closes every position seen, at no worse than the price bounds of the plan, within the next hour."""
    calls: list[OwnerCall] = []
    for view in snapshot.views:
        trades = (
            act for leg in plan.legs if leg.venue == view.venue for act in leg.actions if isinstance(act, Trade)
        )
        worst = {str(trade.market): trade.worst for trade in trades}
        expires_ms = view.stamp.time_ms + owner.TTL_MS
        calls += owner.close(parts.venue(settings, view.venue), view, worst, expires_ms)
    return tuple(calls)
