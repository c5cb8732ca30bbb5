"""What a Hyperliquid message does, beside the plan: each field has the one value that the plan gives it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from operator import gt, lt
from typing import Generic, TypeVar

from agent.firewall.dialect import Judgement
from agent.firewall.evm import actions_of, either, refused
from agent.firewall.hyperliquid_body import Cancels, Leverage, Order, Trigger
from agent.firewall.hyperliquid_pins import Pins, Units, leverage_of, units_of
from agent.firewall.orders import Order as Stated
from agent.firewall.orders import Planned, counted, judge_order
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Cancel, Market, Name, Protect, Rules, Trade, Warrant, value
from agent.units import Base

OnMarket = TypeVar("OnMarket", Trade, Protect)


@value
class Wanted(Generic[OnMarket]):
    """An action of the plan in that order's market, and how it is spelled there."""

    action: OnMarket
    warrant: Warrant
    market: Market
    units: Units

    @property
    def buys(self) -> bool:
        return self.action.size.sign() > 0

    @property
    def size(self) -> Decimal:
        return self.units.size(self.action.size)


def _wanted(
    kind: type[OnMarket], name: Name | None, pins: Pins, warrants: Iterable[Warrant]
) -> tuple[Wanted[OnMarket], ...]:
    """None where the market is not pinned, not in the plan, or was not seen."""
    return tuple(
        Wanted(action=action, warrant=warrant, market=seen, units=units_of(pins.markets[name], seen))
        for warrant in warrants
        if name is not None and (seen := warrant.markets.get(name)) is not None
        for action in actions_of((warrant,))
        if isinstance(action, kind) and action.market == name
    )


def _unplanned(asset: int, name: Name | None, allowed: str) -> Judgement:
    return refused(breach(Rule.MARKET, name or f"asset {asset}", allowed))


# Trades.


def judge_trade(order: Order, pins: Pins, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
    name = pins.named(order.asset)
    found = _wanted(Trade, name, pins, warrants)
    if not found:
        return _unplanned(order.asset, name, "a market that the plan trades in")
    wanted = max(found, key=lambda each: _alike(order, each))
    stated, planned = _stated(order, wanted), Planned(warrant=wanted.warrant, trade=wanted.action)
    return Judgement(
        does=(wanted.action,),
        notional=counted(stated, planned),
        breaches=(*_trade(order, wanted), *judge_order(stated, planned, rules)),
    )


def _alike(order: Order, wanted: Wanted[Trade]) -> int:
    """Of several trades in one market, an order is the one that it has most in common with."""
    trade = wanted.action
    limit = wanted.units.limit(trade.worst, buys=wanted.buys)
    pairs = (order.buys, wanted.buys), (order.reduce_only, trade.reduce_only)
    return sum(a == b for a, b in (*pairs, (order.size, wanted.size), (order.price, limit)))


def _stated(order: Order, wanted: Wanted[Trade]) -> Stated:
    """The plan's size where the order has it as nearly as the exchange takes it."""
    size = abs(wanted.action.size) if order.size == wanted.size else wanted.units.base(order.size)
    price = wanted.units.all_in(order.price, buys=order.buys)
    return Stated(market=wanted.action.market, size=size if order.buys else -size, price=price)


def _trade(order: Order, wanted: Wanted[Trade]) -> Iterator[Breach]:
    trade = wanted.action
    if order.in_force != "Ioc":
        yield breach(Rule.ORDER_TYPE, order.in_force, "Ioc")
    if not order.size:
        yield breach(Rule.SIZE, order.size, abs(trade.size))
    if order.reduce_only != trade.reduce_only:
        yield breach(Rule.REDUCE_ONLY, order.reduce_only, trade.reduce_only)
    yield from _bound(order, wanted.units.limit(trade.worst, buys=wanted.buys))


def _bound(order: Order, wanted: Decimal) -> Iterator[Breach]:
    if order.price != wanted or not order.price:
        yield breach(Rule.PRICE_BOUND, order.price, wanted or "above 0")


# Stops.


def judge_stop(order: Order, trigger: Trigger, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    name = pins.named(order.asset)
    found = _wanted(Protect, name, pins, warrants)
    if not found:
        return _unplanned(order.asset, name, "a position that the plan protects")
    same = [each for each in found if each.units.trigger(each.action.trigger, buys=each.buys) == trigger.price]
    wanted = (same or found)[0]
    return Judgement(does=(wanted.action,), breaches=tuple(_stop(order, trigger, wanted, pins)))


def _stop(order: Order, trigger: Trigger, wanted: Wanted[Protect], pins: Pins) -> Iterator[Breach]:
    if not trigger.at_market or trigger.kind != "sl":
        yield breach(Rule.ORDER_TYPE, f"{trigger.kind}, at market {trigger.at_market}", "sl, at market")
    if order.buys != wanted.buys:
        yield breach(Rule.DIRECTION, "buys" if order.buys else "sells", wanted.action.size)
    if order.size != wanted.size or not order.size:
        yield breach(Rule.SIZE, order.size, wanted.size or "above 0")
    at = wanted.units.trigger(wanted.action.trigger, buys=wanted.buys)
    yield from _bound(order, wanted.units.beyond(at, pins.stop_slack, buys=wanted.buys))
    if trigger.price != at:
        yield breach(Rule.TRIGGER, trigger.price, at)
    yield from _reduces(order, wanted)
    yield from _not_reached(wanted)


def _reduces(order: Order, wanted: Wanted[Protect]) -> Iterator[Breach]:
    stop, position = wanted.action, wanted.warrant.positions.get(wanted.action.market, Base(0))
    if not order.reduce_only:
        yield breach(Rule.REDUCE_ONLY, False, True)
    if stop.size.sign() != -position.sign() or abs(stop.size) > abs(position):
        yield breach(Rule.REDUCE_ONLY, stop.size, f"against a position of {position}")


def _not_reached(wanted: Wanted[Protect]) -> Iterator[Breach]:
    """The exchange triggers by its mark; the outside price is there where the mark is wrong."""
    stop, beyond = wanted.action, gt if wanted.buys else lt
    for price in (wanted.market.mark, wanted.warrant.outside.get(stop.market)):
        if price is not None and not beyond(stop.trigger, price):
            yield breach(Rule.TRIGGER, stop.trigger, f"not reached at {price}: it would close at once")


# What is no order.


def judge_cancel(cancels: Cancels, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    if len(cancels.orders) != 1:
        return refused(breach(Rule.SEQUENCE, f"{len(cancels.orders)} orders", "one"))
    ((asset, oid),) = cancels.orders
    name, cancel = pins.named(asset), Cancel(order_id=str(oid))
    if cancel not in actions_of(warrants):
        return refused(breach(Rule.ORDER_KEY, oid, "an order that the plan cancels"))
    there = {warrant.orders[cancel.order_id] for warrant in warrants if cancel.order_id in warrant.orders}
    if not there:
        return refused(breach(Rule.ORDER_UNSEEN, oid, "an order that was seen"))
    if name not in there:
        return _unplanned(asset, name, either(there, ""))
    return Judgement(does=(cancel,))


def judge_leverage(asked: Leverage, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    """Prepares an increase, does nothing itself: what the plan's margin was figured with, never more than pinned."""
    name = pins.named(asked.asset)
    adding = [each for each in _wanted(Trade, name, pins, warrants) if not each.action.reduce_only]
    if name is None or not adding:
        return _unplanned(asked.asset, name, "a market that the plan adds to")
    pinned, breaches = pins.markets[name], list[Breach]()
    wanted = min(pinned.leverage, leverage_of(adding[0].market))
    if asked.leverage != wanted:
        breaches.append(breach(Rule.LEVERAGE, asked.leverage, wanted))
    if asked.cross != pinned.cross:
        breaches.append(breach(Rule.MARGIN_MODE, _mode(cross=asked.cross), _mode(cross=pinned.cross)))
    return refused(*breaches)


def _mode(*, cross: bool) -> str:
    return "cross" if cross else "isolated"
