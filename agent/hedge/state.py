"""One hedge in figures, as every part of the room sees it."""

from collections.abc import Sequence

from agent.hedge.basket import direct
from agent.hedge.burden import bearable, burdens
from agent.hedge.exposure import exposure_of
from agent.hedge.outside import spot_price
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, places
from agent.hedge.policies import Wish
from agent.hedge.sizing import kept, ratio_of, standing_ratio, target_of, wish_of
from agent.hedge.stats import recent_volatility
from agent.hedge.triggers import triggers
from agent.hedge.zone import NONE, zone_of
from agent.model import HedgeState, Memory, Snapshot, Wished, value
from agent.model.words import percent
from agent.units import Base, Ratio, Usd


def state_of(hedge: Hedge, exposure: Base, found: Sequence[Place], snapshot: Snapshot, memory: Memory) -> HedgeState:
    """`found` is not empty; its first market sets the mark. A dark venue counts as holding nothing."""
    market, now = found[0].market, snapshot.time_ms()
    position = sum((place.position for place in found), Base(0))
    working = sum((place.working for place in found), Base(0))
    stands = position + working
    aim = _aim(hedge, exposure, stands, found, snapshot, memory)
    fired = triggers(hedge, found, now, memory)
    moves = recent_volatility(memory.past.closes.get(hedge.underlying, ()), now) if hedge.cost_zone else None
    drift = aim.target - stands
    zone = NONE if fired else zone_of(hedge, drift, aim.target, exposure, market, moves, wanders=aim.wanders)
    return HedgeState(
        underlying=hedge.underlying,
        exposure=exposure,
        position=position,
        working=working,
        target=aim.target,
        price=spot_price(market, snapshot),
        hedge_ratio=aim.asked,
        band=zone.start,
        edge=zone.edge,
        zone=zone.why,
        why=aim.why,
        warns=(*aim.wish.warns, *direct(hedge, snapshot), *fired),
        undecided=aim.wish.size is None,
    )


@value
class _Aim:
    """What the policy wishes, as a share of the exposure, and what becomes of it."""

    wish: Wish
    asked: Ratio
    target: Base
    why: str
    wanders: bool = False
    """The target moves with the price: it is a sum of money."""


def _aim(
    hedge: Hedge, exposure: Base, stands: Base, found: Sequence[Place], snapshot: Snapshot, memory: Memory
) -> _Aim:
    """Held to what the carry lets bear. A policy that cannot say leaves what stands, but for what is beyond all."""
    market = found[0].market
    wish = wish_of(hedge, exposure, stands, _main(found), snapshot, memory)
    size = standing_ratio(stands, exposure) if wish.size is None else wish.size
    asked = ratio_of(size, exposure, market)
    most = bearable(hedge, burdens(hedge.carry, found, memory.past, snapshot.time_ms()))
    if asked > most:
        why = f"{wish.why}; held to {percent(most)} by what it costs"
        return _Aim(wish=wish, asked=asked, target=target_of(hedge, exposure, most, market, snapshot), why=why)
    if wish.size is None:
        target = kept(stands, target_of(hedge, exposure, Ratio(1), market, snapshot))
        return _Aim(wish=wish, asked=asked, target=target, why=wish.why)
    target = target_of(hedge, exposure, size, market, snapshot)
    return _Aim(wish=wish, asked=asked, target=target, why=wish.why, wanders=isinstance(size, Usd))


def _main(found: Sequence[Place]) -> Place:
    """Where most of the hedge stands: what it earns there is what it earns. Without a position, the preferred one."""
    return max(found, key=lambda place: abs(place.position))


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
