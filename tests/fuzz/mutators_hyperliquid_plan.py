"""How a plan goes wrong: the message says what it says, and only what bounds the plan itself is left to object."""

from dataclasses import replace
from random import Random
from typing import Any

from agent.model import Fund, Kind, Position, Protect, Rules, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.hyperliquid_scene import Case


def planned(case: Case, **fields: Any) -> Rules:
    return replace(case.rules, warrants=(replace(case.warrant, **fields),))


def led(case: Case, **fields: Any) -> Rules:
    return planned(case, leg=replace(case.warrant.leg, **fields))


def trade_of(case: Case) -> Trade:
    assert case.trade is not None
    return case.trade


def notional(case: Case) -> Usd:
    """At the higher price in sight."""
    (outside,) = case.warrant.outside.values()
    assert outside is not None
    return abs(trade_of(case).size) * max(outside, trade_of(case).worst)


def part(rng: Random) -> Ratio:
    return Ratio(rng.randint(0, 999)) * Ratio("0.001")


def turnover_used(case: Case, rng: Random) -> Rules:
    return replace(case.rules, turnover_left=notional(case) * part(rng))


def order_limit(case: Case, rng: Random) -> Rules:
    return replace(case.rules, max_order=notional(case) * part(rng))


def bad_price(case: Case, rng: Random) -> Rules:
    """Outside, a sale brings far more, a purchase costs far less."""
    trade, away = trade_of(case), Ratio(rng.randint(30, 900)) * Ratio("0.001")
    outside = trade.worst * (Ratio(1) + away if trade.size.sign() < 0 else Ratio(1) - away)
    rules = planned(case, outside={trade.market: outside})
    return replace(rules, max_order=Usd(10**6), turnover_left=Usd(10**6))


def blind(case: Case, rng: Random) -> Rules:
    return planned(case, outside=rng.choice(({}, {trade_of(case).market: None})))


def exit_that_adds(case: Case, rng: Random) -> Rules:
    return led(case, kind=rng.choice((Kind.FLATTEN, Kind.RESCUE)))


def too_large(case: Case, rng: Random) -> Rules:
    """More than there is: nothing, a smaller position, or one on the other side."""
    action = case.warrant.leg.actions[0]
    assert isinstance(action, (Trade, Protect))
    held = rng.choice((-action.size * part(rng), action.size))
    return planned(case, positions=rng.choice(({}, {action.market: held})))


def too_large_together(case: Case, rng: Random) -> Rules:
    """Each fits the position, both of them would turn it round."""
    trade = trade_of(case)
    other = replace(trade, size=trade.size * (part(rng) + Ratio("0.001")), worst=trade.worst * Ratio("1.001"))
    leg = replace(case.warrant.leg, actions=(trade, other))
    return planned(case, leg=leg, positions={trade.market: -trade.size})


def stop_reached(case: Case, rng: Random) -> Rules:
    """By the mark, by the outside price, or exactly."""
    (protect,) = case.warrant.leg.actions
    assert isinstance(protect, Protect)
    price: Price = protect.trigger * (Ratio(1) + part(rng))
    seen = replace(case.warrant.markets[protect.market], mark=price)
    return planned(case, **rng.choice(({"outside": {protect.market: price}}, {"markets": {protect.market: seen}})))


def unseen(case: Case, rng: Random) -> Rules:
    """A market of which the plan knows no lot and no fee."""
    return planned(case, markets={})


def only_reduces(case: Case, rng: Random) -> Rules:
    """No leverage is needed for that."""
    return led(case, actions=(replace(trade_of(case), reduce_only=True),))


def no_position(case: Case, rng: Random) -> Rules:
    """None in sight, or none that has margin of its own."""
    shared = {name: replace(each, margin=None) for name, each in case.warrant.seen.items()}
    return planned(case, seen=rng.choice(({}, shared)))


def other_needier(case: Case, rng: Random) -> Rules:
    """Another position is in more danger: collateral is for that one, or comes out of it alone."""
    (own,) = (name for name in case.warrant.seen if case.pins.markets[name].asset == case.asset)
    other = next(name for name in case.pins.markets if name not in case.warrant.seen)
    at = replace(case.warrant.markets[own], name=other, mark=Price(1))
    bare = Position(market=other, size=Base(-1 - rng.randint(0, 10**6)), entry=Price(1), margin=Usd(0))
    seen = {other: bare} if case.action["ntli"] < 0 else {**case.warrant.seen, other: bare}
    return planned(case, seen=seen, markets={**case.warrant.markets, other: at})


def unseen_order(case: Case, rng: Random) -> Rules:
    """The plan cancels what nobody saw; other orders rest there."""
    others = {order: market for order, market in case.warrant.orders.items() if order != str(case.order["o"])}
    return planned(case, orders=rng.choice(({}, others)))


def order_elsewhere(case: Case, rng: Random) -> Rules:
    """It rests in another market than the message says."""
    (market, *_) = (name for name, each in case.pins.markets.items() if each.asset != case.asset)
    return planned(case, orders={**case.warrant.orders, str(case.order["o"]): market})


def other_actions(case: Case, rng: Random) -> Rules:
    """Nothing that this message does."""
    return led(case, actions=(Fund(amount=Usd("0.0000001")),))
