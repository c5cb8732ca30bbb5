"""What one venue trades of a drift: an increase as far as depth and collateral carry it; and who gives back first."""

from collections.abc import Sequence

from agent.hedge.band import untradable
from agent.hedge.bound import counted_price, takeable, towards, worst_price, worth
from agent.hedge.carry import over
from agent.hedge.costs import closing, preferred
from agent.hedge.margin import carried, collateral_for, notional, supplied
from agent.hedge.outlook import cost, ties
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place
from agent.model import Code, Fund, Leg, Market, Plan, Reason, Snapshot, Trade, View
from agent.model.words import coins, price, sliced, usd
from agent.units import Base, Price, Ratio, Usd


def shrink(drift: Base, found: Sequence[Place], snapshot: Snapshot, limits: Limits) -> Plan:
    """Reductions that consume the drift, venue after venue in this order."""
    legs, reasons, left = list[Leg](), list[Reason](), abs(drift)
    for place in found:
        wanted = min(left, place.reducible(drift))
        size, told = _slice(towards(wanted, drift), place.market, snapshot, limits, Usd(0))
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


def closes_first(drift: Base, found: Sequence[Place], hedge: Hedge) -> tuple[Place, ...]:
    """Where no hedge should stand any more, then where closing is cheapest: what the exit costs and what the
    position would have earned. Of equals the least preferred goes first.
    """
    left, ranked = [place for place in reversed(found) if place.reducible(drift)], list[Place]()
    tolerance = over(hedge.tolerance, hedge.horizon_days)
    while left:
        unlisted = [n for n, place in enumerate(left) if place.view.venue not in hedge.venues]
        rates = [_closing_rate(drift, place, hedge) for place in left]
        ranked.append(left.pop(unlisted[0] if unlisted else preferred(rates, tolerance)))
    return tuple(ranked)


def _closing_rate(drift: Base, place: Place, hedge: Hedge) -> Ratio:
    """Of the notional, over the horizon."""
    size, market = towards(min(abs(drift), place.reducible(drift)), drift), place.market
    return closing(market, size, hedge.horizon_days) / worth(size, market.mark)


def grow(drift: Base, place: Place, snapshot: Snapshot, limits: Limits, least: Usd) -> Plan:
    """One increase with the collateral it needs: as much as equity and reserve carry, and a word on the rest.

    Never less than `least`: a hedge that lacks collateral does not creep towards its target, it asks. The place
    is as the legs ahead leave it.
    """
    market, view = place.market, place.view
    size, reasons = _slice(drift, market, snapshot, limits, least)
    affordable = _affordable(place, drift, limits)
    if affordable < abs(size):
        reasons = (*reasons, _poor(view, _trade(market, drift, limits), limits))
        size = towards(affordable, drift).to_lot(market.lot)
    if untradable(size, market) or worth(size, market.mark) < least:
        return Plan(reasons=reasons)
    trade, fund = _trade(market, size, limits), drawn(place, size, limits)
    actions = (Fund(amount=fund), trade) if fund else (trade,)
    return Plan(legs=(Leg(venue=view.venue, actions=actions),), reasons=reasons)


def takes(place: Place, drift: Base, limits: Limits) -> Base:
    """How much of an increase the depth takes within the allowed slippage and the collateral carries; no sign."""
    taken = takeable(place.market, drift, _worst(place.market, drift, limits))
    return min(abs(taken), _affordable(place, drift, limits))


def _affordable(place: Place, drift: Base, limits: Limits) -> Base:
    market = place.market
    return carried(place.view, market, _worst(market, drift, limits), drift, leverage_cap(market, limits))


def drawn(place: Place, size: Base, limits: Limits) -> Usd:
    """What an increase takes of the operator's reserve."""
    lacking = _lacking(place.view, _trade(place.market, size, limits), limits)
    return min(place.view.reserve, lacking.up_to_cent())


def taken_whole(drift: Base, market: Market, limits: Limits) -> bool:
    """Whether the market takes all of it at once within the allowed slippage, as far as it shows its depth."""
    return takeable(market, drift, _worst(market, drift, limits)) == drift


def leverage_cap(market: Market, limits: Limits) -> Ratio:
    """The leverage for opening, or the venue's own where that is lower."""
    allowed = limits.open_leverage
    return allowed if allowed * market.initial_margin <= Ratio(1) else Ratio(1) / market.initial_margin


def _lacking(view: View, trade: Trade, limits: Limits) -> Usd:
    """Collateral that must be added before this trade, for it to end within the leverage for opening, and for the
    venue to open it at all."""
    market = view.market(trade.market)
    exposed = notional(view) + worth(trade.size, market.mark)
    lost, backed = cost(view, trade), view.open_margin
    lacking = collateral_for(exposed, leverage_cap(market, limits)) + lost - view.equity
    unbacked = Usd(0) if backed is None else ties(view, trade) + lost - backed
    return max(Usd(0), lacking, unbacked)


def _poor(view: View, trade: Trade, limits: Limits) -> Reason:
    lacking = _lacking(view, trade, limits)
    return Reason(
        code=Code.COLLATERAL,
        subject=f"{view.venue} {trade.market}",
        value=f"{coins(abs(trade.size))} more needs {usd(lacking)}, {usd(lacking - view.reserve)} are missing"
        + supplied(view, lacking - view.reserve),
        limit=f"reserve {usd(view.reserve)}, leverage {leverage_cap(view.market(trade.market), limits)}",
    )


def _slice(
    size: Base, market: Market, snapshot: Snapshot, limits: Limits, least: Usd
) -> tuple[Base, tuple[Reason, ...]]:
    """What the depth takes, and at most one order's worth by the highest price anyone could count with."""
    largest, worst = min(limits.max_order, limits.max_leg), _worst(market, size, limits)
    allowed = towards(min(abs(size), largest / counted_price(market, worst, snapshot)), size)
    taken = takeable(market, size, worst)
    order = min(allowed, taken, key=abs).to_lot(market.lot)
    if untradable(size, market) or order == size.to_lot(market.lot):
        return order, ()
    thin = abs(taken) < abs(allowed)
    limit = f"depth within {price(worst)}" if thin else usd(largest)
    small = "the venue takes" if untradable(order, market) else f"the smallest trade of {usd(least)}"
    if not untradable(order, market) and worth(order, market.mark) >= least:
        return order, (sliced(market.name, order, size, limit),)
    said = f"{coins(abs(order))} of {coins(abs(size))} could go, less than {small}"
    code = Code.DEPTH if thin else Code.ORDER_SIZE
    return Base(0), (Reason(code=code, subject=market.name, value=said, limit=limit),)


def _trade(market: Market, size: Base, limits: Limits, *, reduce_only: bool = False) -> Trade:
    return Trade(market=market.name, size=size, worst=_worst(market, size, limits), reduce_only=reduce_only)


def _worst(market: Market, size: Base, limits: Limits) -> Price:
    return worst_price(market, size, limits.max_slippage)
