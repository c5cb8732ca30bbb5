"""A smaller position where collateral does not come in time: every position gives the same share, reduce-only.

As much as leaves the account with the collateral that it lacks, by what closing is expected to cost. All of it where
closing a part at its worst price would not lower the leverage. One order at most; the next round goes on.
"""

from agent.hedge.band import untradable
from agent.hedge.bound import counted_price, furthest, slipped, takeable, towards, worse, worst_price
from agent.hedge.costs import trading
from agent.hedge.outlook import cost
from agent.hedge.outside import outside_price
from agent.hedge.parameters import Limits
from agent.model import Kind, Leg, Market, Plan, Position, Reason, Snapshot, Trade, View
from agent.model.words import sliced, usd
from agent.units import Base, Price, Ratio, Usd


def deleverage(view: View, lacking: Usd, snapshot: Snapshot, limits: Limits) -> Plan:
    """`lacking` is what the account would need to keep all of it. A market with an order at work waits for that."""
    held = [p for p in view.positions if p.size and not view.working(p.market)]
    stays = _stays(view, held, lacking, snapshot, limits)
    legs, reasons = list[Leg](), list[Reason]()
    for position in held:
        market = view.market(position.market)
        wanted = _closing(position, market, stays)
        trade = _order(market, wanted, snapshot, limits)
        if untradable(trade.size, market):
            continue
        legs.append(Leg(venue=view.venue, actions=(trade,), kind=Kind.RESCUE))
        if trade.size != wanted:
            limit = f"depth, and {usd(_largest(limits))} in one order"
            reasons.append(sliced(market.name, trade.size, wanted, limit))
    return Plan(legs=tuple(legs), reasons=tuple(reasons))


def _stays(view: View, held: list[Position], lacking: Usd, snapshot: Snapshot, limits: Limits) -> Ratio:
    """The share f of every position that the equity carries, what closing the rest costs set aside.

    From  equity - (1 - f) * cost = f * (equity + lacking).  At its worst prices it must leave some equity, or else
    closing a part would raise the leverage of what stays.
    """
    closes = [(view.market(p.market), -p.size) for p in held]
    worst = sum((cost(view, _trade(market, size, snapshot, limits)) for market, size in closes), Usd(0))
    expected = sum((trading(market, size) for market, size in closes), Usd(0))
    left = view.equity - expected
    if view.equity <= worst or left <= Usd(0):
        return Ratio(0)
    return min(Ratio(1), left / (left + lacking))


def _closing(position: Position, market: Market, stays: Ratio) -> Base:
    """Signed as a trade. Whole lots stay, or nothing where they are fewer than the venue trades."""
    left = (abs(position.size) * stays).to_lot(market.lot)
    kept = Base(0) if untradable(left, market) else left
    return towards(abs(position.size) - kept, -position.size)


def _order(market: Market, wanted: Base, snapshot: Snapshot, limits: Limits) -> Trade:
    """What one order may move and the depth takes; where it takes nothing all is tried, and its gate says why not."""
    worst = _bound(market, wanted, snapshot, limits)
    allowed = towards(min(abs(wanted), _largest(limits) / counted_price(market, worst, snapshot)), wanted)
    size = min(allowed, takeable(market, wanted, worst) or allowed, key=abs)
    return _trade(market, size if size == wanted else size.to_lot(market.lot), snapshot, limits)


def _trade(market: Market, size: Base, snapshot: Snapshot, limits: Limits) -> Trade:
    return Trade(market=market.name, size=size, worst=_bound(market, size, snapshot, limits), reduce_only=True)


def _bound(market: Market, size: Base, snapshot: Snapshot, limits: Limits) -> Price:
    """As loose as an exit's: a rescue that misses its price ends in a liquidation. Never looser than is signed."""
    worst, outside = worst_price(market, size, limits.max_exit_slippage), outside_price(market.underlying, snapshot)
    if outside is None:
        return worst
    edge = outside * slipped(furthest(limits), size)
    return edge if worse(worst, edge, size) else worst


def _largest(limits: Limits) -> Usd:
    return min(limits.max_order, limits.max_leg)
