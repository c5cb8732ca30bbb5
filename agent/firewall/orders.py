"""An order as the bytes state it, beside the trade of the plan: the rules that hold on every venue."""

from collections.abc import Iterator, Sequence

from agent.firewall.rules import Breach, Rule, breach
from agent.model import Kind, Name, Rules, Trade, Warrant, value
from agent.units import Base, Price, Ratio, Usd

EXITS = (Kind.RESCUE, Kind.FLATTEN)
"""Plans that only take risk away: every trade of theirs reduces a position."""


@value
class Order:
    """`price` is the worst that the order accepts on average, fees included."""

    market: Name
    size: Base
    price: Price
    dollars: Usd = Usd(0)
    """What the order itself states, where it is sized in dollars."""


@value
class Planned:
    """A trade of the plan with the warrant that it stands in."""

    warrant: Warrant
    trade: Trade


def planned_trade(warrants: Sequence[Warrant], market: Name, size: Base) -> Planned | None:
    """The plan's trade in that market; where there are several, the one of that size."""
    trades = [
        Planned(warrant=warrant, trade=action)
        for warrant in warrants
        for action in warrant.leg.actions
        if isinstance(action, Trade) and action.market == market
    ]
    return next((each for each in trades if each.trade.size == size), trades[0] if trades else None)


def judge_order(order: Order, planned: Planned, rules: Rules) -> Iterator[Breach]:
    trade, kind = planned.trade, planned.warrant.leg.kind
    if order.size.sign() != trade.size.sign():
        yield breach(Rule.DIRECTION, order.size, trade.size)
    if abs(order.size) != abs(trade.size):
        yield breach(Rule.SIZE, abs(order.size), abs(trade.size))
    if kind in EXITS and not trade.reduce_only:
        yield breach(Rule.EXIT_ADDS, kind)
    if trade.reduce_only:
        yield from _reduces(order, planned.warrant)
    elif (notional := counted(order, planned)) > rules.max_order:
        yield breach(Rule.ORDER_NOTIONAL, notional, rules.max_order)
    yield from _price(order, planned, rules)


def counted(order: Order, planned: Planned) -> Usd:
    """What the order counts against the limits, at the higher price in sight; a reduction counts nothing."""
    outside = planned.warrant.outside.get(order.market) or order.price
    if planned.trade.reduce_only:
        return Usd(0)
    return max(order.dollars, abs(order.size) * max(order.price, outside))


def _reduces(order: Order, warrant: Warrant) -> Iterator[Breach]:
    """All reductions of the leg together: two that fit one by one could turn the position round."""
    position = warrant.positions.get(order.market, Base(0))
    others = [a for a in warrant.leg.actions if isinstance(a, Trade) and a.market == order.market and a.reduce_only]
    together = max(abs(order.size), sum((abs(trade.size) for trade in others), Base(0)))
    if order.size.sign() != -position.sign() or together > abs(position):
        yield breach(Rule.REDUCE_ONLY, f"{order.size}, in all {together}", f"against a position of {position}")


def _price(order: Order, planned: Planned, rules: Rules) -> Iterator[Breach]:
    """A sale may bring less than the outside price, a purchase cost more, by no more than the deviation."""
    outside = planned.warrant.outside.get(order.market)
    if outside is None:
        if not planned.trade.reduce_only:
            yield breach(Rule.NO_OUTSIDE_PRICE, order.market)
        return
    sells = order.size.sign() < 0
    edge = outside * (Ratio(1) - rules.max_deviation if sells else Ratio(1) + rules.max_deviation)
    if order.price < edge if sells else order.price > edge:
        yield breach(Rule.PRICE_DEVIATION, order.price, f"{'at least' if sells else 'at most'} {edge}")
