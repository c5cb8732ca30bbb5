"""An order of GMX v2 beside the plan: whose it is, how large, at what price, with how much collateral.

An increase states dollars at today's price, a decrease dollars at the position's entry.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from agent.firewall.dialect import Judgement
from agent.firewall.evm import actions_of, either, funds_of, refused, same
from agent.firewall.gmx_v2_order import USD, Kind, Order, Stop
from agent.firewall.gmx_v2_pins import Pins
from agent.firewall.orders import Order as Stated
from agent.firewall.orders import Planned, counted, judge_order
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Fund, Name, Protect, Rules, Trade, Warrant
from agent.units import Base, Price, Ratio, Usd

ONE = Ratio(1)
ANY_PRICE = 2**256 - 1
"""For a purchase; for a sale it is 0."""
SPREAD = Ratio("0.01")
"""An increase is counted at the lower price of a pair, and the mark lies between the two."""
REST = Decimal("1e-30")
"""Of the exchange's smallest unit: what dividing a position's dollars by its coins, and multiplying again, leaves."""


def judge_by_plan(order: Order, pins: Pins, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
    match order.kind:
        case Kind.INCREASE if order.size_usd:
            return _added(order, pins, rules, warrants)
        case Kind.INCREASE:
            return _topped_up(order, pins, warrants)
        case Kind.DECREASE if order.size_usd:
            return _reduced(order, pins, rules, warrants)
        case Kind.DECREASE:
            return _withdrawn(order, pins, warrants)
        case Kind.STOP:
            stop = Stop(
                size_usd=order.size_usd,
                acceptable=order.acceptable,
                trigger=order.trigger,
                auto_cancel=order.auto_cancel,
            )
            judged = judge_stop(stop, pins.named(order), pins, warrants)
            return Judgement(does=judged.does, breaches=(*_takes_nothing(order), *judged.breaches))
    return refused(breach(Rule.ORDER_TYPE, order.type, ", ".join(Kind)))


# Collateral.


def posted(warrants: Iterable[Warrant], pins: Pins) -> dict[int, tuple[Fund, ...]]:
    """What goes in, order by order, by the token's own integer: with the leg's increase, or each on its own."""
    found: dict[int, tuple[Fund, ...]] = {}
    for warrant in warrants:
        orders = [_added_to(warrant)] if _increases(warrant) else [(fund,) for fund in _added_to(warrant)]
        found |= {_units(funds, pins): funds for funds in orders if _units(funds, pins)}
    return found


def _added_to(warrant: Warrant) -> tuple[Fund, ...]:
    return tuple(fund for fund in funds_of((warrant,)) if fund.amount.sign() > 0)


def _units(funds: Iterable[Fund], pins: Pins) -> int:
    return sum((fund.amount for fund in funds), Usd(0)).to_int(pins.collateral_decimals)


def _increases(warrant: Warrant) -> bool:
    return any(isinstance(action, Trade) and not action.reduce_only for action in warrant.leg.actions)


def _topped_up(order: Order, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    alone = posted((warrant for warrant in warrants if not _increases(warrant)), pins)
    wrong = (*_ours(order, pins), *_any_price(order, 0))
    if order.collateral_delta not in alone:
        return refused(*wrong, breach(Rule.AMOUNT, order.collateral_delta, either(alone, "no collateral on its own")))
    return Judgement(does=alone[order.collateral_delta], breaches=wrong)


def _withdrawn(order: Order, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    home = {-_units((fund,), pins): fund for fund in funds_of(warrants) if _units((fund,), pins) < 0}
    wrong = (*_ours(order, pins), *_any_price(order, ANY_PRICE))
    if order.collateral_delta not in home:
        return refused(*wrong, breach(Rule.AMOUNT, order.collateral_delta, either(home, "no withdrawal")))
    return Judgement(does=(home[order.collateral_delta],), breaches=wrong)


# Trades.


def _added(order: Order, pins: Pins, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
    """A short, with all the collateral that its leg adds: with less, the leverage is not the plan's."""
    planned = _nearest(order, _planned(warrants, pins.ours, pins, reduce_only=False), _mark)
    if planned is None:
        return refused(*_ours(order, pins), breach(Rule.MARKET, pins.ours, "a market that the plan adds to"))
    funds = _added_to(planned.warrant)
    size, price = -_sold(order, planned, pins, rules), pins.price(order.acceptable)
    stated = Stated(market=pins.ours, size=size, price=price, dollars=order.dollars)
    return Judgement(
        does=(*funds, planned.trade),
        notional=counted(stated, planned),
        breaches=(
            *_ours(order, pins),
            *_with_collateral(order, _units(funds, pins)),
            *_bound(order, planned, pins),
            *judge_order(stated, planned, rules),
        ),
    )


def _with_collateral(order: Order, wanted: int) -> Iterator[Breach]:
    if order.collateral_delta < wanted:
        yield breach(Rule.LEVERAGE, order.collateral_delta, wanted)
    if order.collateral_delta > wanted:
        yield breach(Rule.AMOUNT, order.collateral_delta, wanted)


def _sold(order: Order, planned: Planned, pins: Pins, rules: Rules) -> Base:
    """The plan's coins, each at one price: no higher than the mark, nor further above outside than prices may be."""
    mark, outside = _mark(planned), planned.warrant.outside.get(planned.trade.market)
    highest = min(mark, outside * (ONE + rules.max_deviation)) if outside else mark
    if not highest:
        return Base(0)
    price, rest = divmod(order.size_usd, _coins(planned.trade.size, pins))
    near = highest * (ONE - SPREAD) <= pins.price(price) <= highest
    return abs(planned.trade.size) if near and not rest else order.dollars / highest


def _reduced(order: Order, pins: Pins, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
    name = pins.named(order)
    if name is None:
        return refused(breach(Rule.TOKEN, order.initial_token, either(pins.tokens, "none")))
    planned = _nearest(order, _planned(warrants, name, pins, reduce_only=True), _entry)
    if planned is None:
        return refused(breach(Rule.MARKET, name, "a market that the plan reduces"))
    closed, price = _closed(order, planned), pins.price(order.acceptable)
    stated = Stated(market=name, size=-closed if order.is_long else closed, price=price)
    return Judgement(
        does=(planned.trade,),
        breaches=(*_takes_nothing(order), *_bound(order, planned, pins), *judge_order(stated, planned, rules)),
    )


def _closed(order: Order, planned: Planned) -> Base:
    size, entry = abs(planned.trade.size), _entry(planned)
    if not entry:
        return Base(0)
    return size if order.size_usd == _at_entry(size, entry) else order.dollars / entry


def _at_entry(size: Base, entry: Price) -> int:
    """Rounded up: the exchange rounds the coins of a short down."""
    exact = (size * entry).raw.scaleb(USD)
    return int((exact - REST).to_integral_value(ROUND_CEILING))


def _planned(warrants: Iterable[Warrant], market: Name, pins: Pins, *, reduce_only: bool) -> tuple[Planned, ...]:
    """What is too small for the exchange's integers is no trade: 0 would be the size of whatever has no price."""
    trades = [
        Planned(warrant=warrant, trade=action)
        for warrant in warrants
        for action in actions_of((warrant,))
        if isinstance(action, Trade) and action.market == market and action.reduce_only == reduce_only
    ]
    return tuple(each for each in trades if _coins(each.trade.size, pins))


def _coins(size: Base, pins: Pins) -> int:
    return abs(size).to_int(pins.index_decimals)


def _nearest(order: Order, found: Iterable[Planned], price: Callable[[Planned], Price]) -> Planned | None:
    """Of several trades in one market, the one that the order's dollars come closest to."""
    return min(found, key=lambda each: abs(order.dollars - abs(each.trade.size) * price(each)), default=None)


def _mark(planned: Planned) -> Price:
    """0 where the plan saw none: then no size is right."""
    market = planned.warrant.markets.get(planned.trade.market)
    return market.mark if market else Price(0)


def _entry(planned: Planned) -> Price:
    return planned.warrant.entries.get(planned.trade.market, Price(0))


def _bound(order: Order, planned: Planned, pins: Pins) -> Iterator[Breach]:
    """Exactly the plan's worst price, without the fee that the exchange takes apart from it."""
    trade, market = planned.trade, planned.warrant.markets.get(planned.trade.market)
    fee = market.fee if market else Ratio(0)
    if trade.size.sign() < 0:
        wanted = pins.wire(trade.worst / (ONE - fee), ROUND_CEILING)
    else:
        wanted = pins.wire(trade.worst / (ONE + fee), ROUND_FLOOR)
    if order.acceptable != wanted or not order.acceptable:  # to the exchange, 0 is no bound
        yield breach(Rule.PRICE_BOUND, order.acceptable, wanted or "above 0")


# Stops.


def judge_stop(stop: Stop, name: Name | None, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    """`name` is the position that it would close. Only our own short is protected."""
    planned = [
        (warrant, action)
        for warrant in warrants
        for action in actions_of((warrant,))
        if isinstance(action, Protect) and action.market == name == pins.ours
    ]
    if not planned:
        return refused(breach(Rule.MARKET, name or "another position", "a position that the plan protects"))
    wanted = [each for each in planned if pins.wire(each[1].trigger, ROUND_FLOOR) == stop.trigger]
    warrant, protect = (wanted or planned)[0]
    return Judgement(does=(protect,), breaches=tuple(_stops(stop, protect, warrant, pins)))


def _stops(stop: Stop, planned: Protect, warrant: Warrant, pins: Pins) -> Iterator[Breach]:
    """At any price once triggered: what it guards against costs more."""
    entry, outside = warrant.entries.get(planned.market), warrant.outside.get(planned.market)
    trigger, position = pins.wire(planned.trigger, ROUND_FLOOR), warrant.positions.get(planned.market, Base(0))
    if not (entry and stop.size_usd == _at_entry(abs(planned.size), entry) > 0):
        yield breach(Rule.SIZE, stop.size_usd, f"{abs(planned.size)} at {entry}")
    if position.sign() >= 0 or abs(planned.size) > abs(position):
        yield breach(Rule.REDUCE_ONLY, abs(planned.size), f"against a position of {position}")
    if stop.acceptable != ANY_PRICE:
        yield breach(Rule.PRICE_BOUND, stop.acceptable, ANY_PRICE)
    if stop.trigger != trigger or not stop.auto_cancel:
        yield breach(Rule.TRIGGER, f"{stop.trigger}, auto-cancel {stop.auto_cancel}", f"{trigger}, auto-cancel True")
    if outside and planned.trigger <= outside:
        yield breach(Rule.TRIGGER, planned.trigger, f"above {outside}: it would close at once, at any price")


# What an order carries.


def _ours(order: Order, pins: Pins) -> Iterator[Breach]:
    if not same(order.initial_token, pins.collateral):
        yield breach(Rule.TOKEN, order.initial_token, pins.collateral)
    if order.is_long:
        yield breach(Rule.DIRECTION, "long", "short")


def _takes_nothing(order: Order) -> Iterator[Breach]:
    if order.collateral_delta:
        yield breach(Rule.AMOUNT, order.collateral_delta, 0)


def _any_price(order: Order, any_price: int) -> Iterator[Breach]:
    """What only moves collateral trades nothing."""
    if order.acceptable != any_price:
        yield breach(Rule.PRICE_BOUND, order.acceptable, any_price)
