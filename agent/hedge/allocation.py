"""Which venue trades how much of a drift. One rule for now: the first open venue takes what is added, the last
one gives back first. An allocation by all-in cost takes the place of `grow` and reads the same Places.
"""

from collections.abc import Sequence

from agent.hedge.band import untradable
from agent.hedge.bound import counted_price, takeable, towards, worst_price, worth
from agent.hedge.margin import carried, collateral_for, notional
from agent.hedge.outlook import after, cost
from agent.hedge.parameters import Limits
from agent.hedge.places import Place
from agent.hedge.words import coins, price, sliced, usd
from agent.model import Code, Fund, Leg, Market, Plan, Reason, Snapshot, Trade, View
from agent.units import Base, Price, Ratio, Usd


def shrink(drift: Base, found: Sequence[Place], snapshot: Snapshot, limits: Limits) -> Plan:
    """Reductions that consume the drift, the least preferred venue first."""
    legs, reasons, left = list[Leg](), list[Reason](), abs(drift)
    for place in reversed(found):
        wanted = min(left, place.reducible(drift))
        size, told = _slice(towards(wanted, drift), place.market, snapshot, limits)
        reasons += told
        if untradable(size, place.market):
            continue
        legs.append(Leg(venue=place.view.venue, actions=(_trade(place.market, size, limits, reduce_only=True),)))
        left -= abs(size)
    if not legs and not reasons:
        spread = Reason(
            code=Code.DUST, subject=found[0].market.underlying, value=f"{coins(left)}, spread over venues"
        )
        return Plan(reasons=(spread,))
    return Plan(legs=tuple(legs), reasons=tuple(reasons))


def grow(drift: Base, place: Place, ahead: Sequence[Leg], snapshot: Snapshot, limits: Limits) -> Plan:
    """One increase with the collateral it needs: as much as equity and reserve carry, and a word on the rest."""
    market, view = place.market, after(place.view, ahead)
    size, reasons = _slice(drift, market, snapshot, limits)
    worst = worst_price(market, drift, limits.max_slippage)
    affordable = carried(view, market, worst, drift, leverage_cap(market, limits))
    if affordable < abs(size):
        reasons = (*reasons, _poor(view, _trade(market, drift, limits), limits))
        size = towards(affordable, drift).to_lot(market.lot)
    if untradable(size, market):
        return Plan(reasons=reasons)
    trade = _trade(market, size, limits)
    fund = min(view.reserve, _lacking(view, trade, limits).up_to_cent())
    actions = (Fund(amount=fund), trade) if fund else (trade,)
    return Plan(legs=(Leg(venue=view.venue, actions=actions),), reasons=reasons)


def leverage_cap(market: Market, limits: Limits) -> Ratio:
    """The leverage for opening, or the venue's own where that is lower."""
    allowed = limits.open_leverage
    return allowed if allowed * market.initial_margin <= Ratio(1) else Ratio(1) / market.initial_margin


def _lacking(view: View, trade: Trade, limits: Limits) -> Usd:
    """Collateral that must be added before this trade, for it to end within the leverage for opening."""
    market = view.market(trade.market)
    exposed = notional(view) + worth(trade.size, market.mark)
    needed = collateral_for(exposed, leverage_cap(market, limits)) + cost(view, trade)
    return max(Usd(0), needed - view.equity)


def _poor(view: View, trade: Trade, limits: Limits) -> Reason:
    lacking = _lacking(view, trade, limits)
    return Reason(
        code=Code.COLLATERAL,
        subject=f"{view.venue} {trade.market}",
        value=f"{coins(abs(trade.size))} more needs {usd(lacking)}: {usd(lacking - view.reserve)} are missing",
        limit=f"reserve {usd(view.reserve)}, leverage {leverage_cap(view.market(trade.market), limits)}",
    )


def _slice(size: Base, market: Market, snapshot: Snapshot, limits: Limits) -> tuple[Base, tuple[Reason, ...]]:
    """What the depth takes, and at most one order's worth by the highest price anyone could count with."""
    largest, worst = min(limits.max_order, limits.max_leg), _worst(market, size, limits)
    allowed = towards(min(abs(size), largest / counted_price(market, worst, snapshot)), size)
    taken = takeable(market, size, worst)
    order = min(allowed, taken, key=abs).to_lot(market.lot)
    if untradable(size, market) or order == size.to_lot(market.lot):
        return order, ()
    thin = abs(taken) < abs(allowed)
    limit = f"depth within {price(worst)}" if thin else usd(largest)
    if not untradable(order, market):
        return order, (sliced(market.name, order, size, limit),)
    said = f"{coins(abs(order))} of {coins(abs(size))} could go, less than the venue takes"
    code = Code.DEPTH if thin else Code.ORDER_SIZE
    return Base(0), (Reason(code=code, subject=market.name, value=said, limit=limit),)


def _trade(market: Market, size: Base, limits: Limits, *, reduce_only: bool = False) -> Trade:
    return Trade(market=market.name, size=size, worst=_worst(market, size, limits), reduce_only=reduce_only)


def _worst(market: Market, size: Base, limits: Limits) -> Price:
    return worst_price(market, size, limits.max_slippage)
