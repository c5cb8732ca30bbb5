"""One hedge in figures, as every part of the room sees it."""

from collections.abc import Sequence

from agent.hedge.band import band_of
from agent.hedge.exposure import exposure_of
from agent.hedge.outside import spot_price
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, places
from agent.hedge.sizing import ratio_of, standing_ratio, target_of, wish_of
from agent.model import HedgeState, Memory, Snapshot, Wished
from agent.units import Base


def state_of(hedge: Hedge, exposure: Base, found: Sequence[Place], snapshot: Snapshot, memory: Memory) -> HedgeState:
    """`found` is not empty; its first market sets the mark. A dark venue counts as holding nothing."""
    market, wish = found[0].market, wish_of(hedge, exposure, found[0], snapshot, memory)
    position = sum((place.position for place in found), Base(0))
    working = sum((place.working for place in found), Base(0))
    undecided = wish.size is None
    size = standing_ratio(position + working, exposure) if wish.size is None else wish.size
    target = position + working if undecided else target_of(hedge, exposure, size, market, snapshot)
    return HedgeState(
        underlying=hedge.underlying,
        exposure=exposure,
        position=position,
        working=working,
        target=target,
        price=spot_price(market, snapshot),
        hedge_ratio=ratio_of(size, exposure, market),
        band=band_of(target, hedge.band),
        why=wish.why,
        warns=wish.warns,
        undecided=undecided,
    )


def wished(state: HedgeState, memory: Memory, now_ms: int) -> Wished:
    """What the policy wants, and since when it wants just that."""
    before = memory.wished.get(state.underlying)
    if before and before.ratio == state.hedge_ratio:
        return before
    return Wished(ratio=state.hedge_ratio, since_ms=now_ms)


def settled_state(hedge: Hedge, snapshot: Snapshot, memory: Memory, limits: Limits) -> HedgeState | None:
    """What a rebalance may trade towards; None while the exposure is unknown or waits for a second look."""
    exposure, found = exposure_of(hedge, snapshot, memory, limits), places(hedge, snapshot)
    if not exposure.settled or exposure.amount is None or not found:
        return None
    return state_of(hedge, exposure.amount, found, snapshot, memory)
