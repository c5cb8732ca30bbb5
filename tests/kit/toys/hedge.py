"""A hedge of ten coins over three venues: what to trade, and what stands against it."""

from collections.abc import Iterator

from agent.hedge.parameters import Limits
from agent.model import (
    Action,
    Cancel,
    Code,
    Dropped,
    Fund,
    HedgeState,
    Held,
    Holding,
    Leg,
    Memory,
    Name,
    Plan,
    Protect,
    Reason,
    Snapshot,
    Trade,
    Verdict,
    View,
)
from agent.reading import Reading
from agent.units import Base, Price, Ratio
from tests.kit.toys import words
from tests.kit.toys.words import ETH
from tests.kit.toys.world import CHAIN, KEEPER, MESSAGE, SIZE_DECIMALS, SYNC

TARGET = {SYNC: Base(-4), KEEPER: Base(-3), MESSAGE: Base(-3)}
LIMITS = Limits(order_patience_s=30)


class Cold:
    """Spot that is watched and never signs."""

    name = Name("cold")

    def observe(self) -> Reading[Held]:
        at, spot = words.head(CHAIN), words.number(CHAIN, "spot")
        seen = yield (at, spot)
        amount = Base.from_int(seen[spot], SIZE_DECIMALS)
        return Held(
            wallet=self.name, stamp=seen[at], holdings=(Holding(where=self.name, underlying=ETH, amount=amount),)
        )


def decide(snapshot: Snapshot, memory: Memory) -> Plan:
    """Every venue to its share. Without spot, nothing."""
    if not snapshot.held:
        return Plan(reasons=(Reason(code=Code.SPOT_UNREADABLE, subject=ETH),))
    legs = (Leg(venue=view.venue, actions=tuple(_actions(view))) for view in snapshot.views)
    return Plan(legs=tuple(leg for leg in legs if leg.actions), hedges=(_state(snapshot),))


def _actions(view: View) -> Iterator[Action]:
    overdue = [o for o in view.orders if o.role == "working" and _age_s(view, o.since_ms) > LIMITS.order_patience_s]
    if overdue:
        yield Cancel(order_id=overdue[0].id)  # what it leaves open is the next round's plan
        return
    gap = (TARGET[view.venue] - view.size(ETH) - view.working(ETH)).to_lot(view.market(ETH).lot)
    if gap and not view.free:
        yield Fund(amount=abs(gap) * view.market(ETH).mark)
    if gap:
        yield Trade(market=ETH, size=gap, worst=Price(1900 if gap < Base(0) else 2100), reduce_only=False)
    elif view.venue == MESSAGE and not view.orders:
        yield Protect(market=ETH, size=-view.size(ETH), trigger=Price(3000))


def _age_s(view: View, since_ms: int) -> int:
    return (view.stamp.time_ms - since_ms) // 1000


def _state(snapshot: Snapshot) -> HedgeState:
    exposure = sum((holding.amount for held in snapshot.held for holding in held.holdings), Base(0))
    return HedgeState(
        underlying=ETH,
        exposure=exposure,
        position=sum((view.size(ETH) for view in snapshot.views), Base(0)),
        working=sum((view.working(ETH) for view in snapshot.views), Base(0)),
        target=-exposure,
        price=Price(2000),
        hedge_ratio=Ratio(1),
        band=Base(0),
    )


def check(plan: Plan, snapshot: Snapshot, memory: Memory) -> Verdict:
    """Leg by leg; the gates of the product are tested by themselves."""
    views = {view.venue: view for view in snapshot.views}
    denied = {leg: tuple(_reasons(views[leg.venue], snapshot, memory)) for leg in plan.legs}
    return Verdict(
        legs=tuple(leg for leg, reasons in denied.items() if not reasons),
        dropped=tuple(Dropped(leg=leg, reasons=reasons, by="gate") for leg, reasons in denied.items() if reasons),
    )


def _reasons(view: View, snapshot: Snapshot, memory: Memory) -> Iterator[Reason]:
    landed = memory.landed.get(view.stamp.source)
    if landed and (view.stamp.time_ms, view.stamp.block or 0) < (landed.time_ms, landed.block or 0):
        yield Reason(code=Code.STALE, subject=view.venue)
    for terms in snapshot.terms:
        if terms.stamp.source == view.stamp.source and terms.max_fee > terms.ceiling:
            yield Reason(code=Code.FEE_ABOVE_CEILING, subject=terms.lane, value=str(terms.max_fee))
        if terms.stamp.source == view.stamp.source and terms.foreign:
            yield Reason(code=Code.FOREIGN_NONCE, subject=terms.lane, value=terms.foreign)
