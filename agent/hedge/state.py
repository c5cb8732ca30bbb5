"""One hedge in figures, as every part of the room sees it."""

from collections.abc import Sequence

from agent.hedge.band import band_of
from agent.hedge.exposure import exposure_of
from agent.hedge.outside import spot_price
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, places
from agent.hedge.sizing import ratio_of, target_of, wish_of
from agent.model import HedgeState, Memory, Snapshot
from agent.units import Base


def state_of(hedge: Hedge, exposure: Base, found: Sequence[Place], snapshot: Snapshot, memory: Memory) -> HedgeState:
    """`found` is not empty; its first market sets the mark. A dark venue counts as holding nothing."""
    market = found[0].market
    wish = wish_of(hedge, exposure, market, snapshot, memory)
    target = target_of(hedge, exposure, wish, market, snapshot)
    return HedgeState(
        underlying=hedge.underlying,
        exposure=exposure,
        position=sum((place.position for place in found), Base(0)),
        working=sum((place.working for place in found), Base(0)),
        target=target,
        price=spot_price(market, snapshot),
        hedge_ratio=ratio_of(wish, exposure, market),
        band=band_of(target, hedge.band),
    )


def settled_state(hedge: Hedge, snapshot: Snapshot, memory: Memory, limits: Limits) -> HedgeState | None:
    """What a rebalance may trade towards; None while the exposure is unknown or waits for a second look."""
    exposure, found = exposure_of(hedge, snapshot, memory, limits), places(hedge, snapshot)
    if not exposure.settled or exposure.amount is None or not found:
        return None
    return state_of(hedge, exposure.amount, found, snapshot, memory)
