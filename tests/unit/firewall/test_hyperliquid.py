"""The plan's figures as the exchange counts them, by hand: what lies on a limit passes, a step beyond does not."""

from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from agent.firewall import Rule
from agent.model import Cancel, Fund, Name, Payload, Position, Protect, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.hyperliquid_scene import (
    MASTER,
    NONCE,
    PEPE,
    SUB_ACCOUNT,
    Case,
    cancel,
    case,
    cases,
    client_id,
    leverage,
    margin,
    market,
    message,
    stop,
    warrant,
)
from tests.unit.firewall.scene import BTC, ETH, VENUE, firewall_of

RNG = Random(9)
POSITIONS = {ETH: Base(-10), BTC: Base(-1), PEPE: Base(-10_000_000)}


def broken_by(case: Case, *signed: Payload) -> list[Rule]:
    """As if rehearsed."""
    rules = replace(case.rules, rehearsed=(case.tx, *signed)) if case.rules.rehearsed else case.rules
    before = [(VENUE, payload) for payload in signed]
    return [breach.rule for breach in firewall_of(case).first(VENUE, case.tx, rules, before)]


def placed(name: Name, trade: Trade, price: str, size: str, position: Base | None = None) -> Case:
    """An order for that trade; the position is short enough for a reduction."""
    order = {
        "a": MASTER.markets[name].asset,
        "b": trade.size.sign() > 0,
        "p": price,
        "s": size,
        "r": trade.reduce_only,
        "t": {"limit": {"tif": "Ioc"}},
        "c": client_id(MASTER.lane, NONCE),
    }
    action = {"type": "order", "orders": [order], "grouping": "na"}
    held = POSITIONS[name] if position is None else position
    return case(MASTER, "order", action, warrant(MASTER, trade, name=name, price=trade.worst, position=held))


def buy(name: Name, size: str, worst: str) -> Trade:
    return Trade(market=name, size=Base(size), worst=Price(worst), reduce_only=True)


def sell(name: Name, size: str, worst: str) -> Trade:
    return Trade(market=name, size=-Base(size), worst=Price(worst), reduce_only=False)


def stating(sound: Case, **fields: Any) -> Case:
    """The same order with other fields."""
    action = deepcopy(sound.action)
    action["orders"][0].update(fields)
    return replace(sound, action=action, tx=message(sound.pins, action))


def saying(sound: Case, **fields: Any) -> Case:
    action = {**sound.action, **fields}
    return replace(sound, action=action, tx=message(sound.pins, action))


def warranted(sound: Case, **changed: Any) -> Case:
    return replace(sound, rules=replace(sound.rules, warrants=(replace(sound.warrant, **changed),)))


def led(sound: Case, **changed: Any) -> Case:
    return warranted(sound, leg=replace(sound.warrant.leg, **changed))


@pytest.mark.parametrize("sound", cases(seed=2, times=2), ids=lambda sound: sound.method)
def test_judge__what_the_plan_says__breaks_nothing(sound: Case) -> None:
    assert broken_by(sound) == []


# Spellings --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("trade", "legal", "worse"),
    [
        pytest.param(buy(ETH, "1", "2000.9"), "2000", "2000.1", id="2000 and a fee of 0.045 percent"),
        pytest.param(buy(ETH, "1", "2000.899"), "1999.9", "2000", id="a purchase rounds down"),
        pytest.param(sell(ETH, "1", "1999.1"), "2000", "1999.9", id="2000 less a fee"),
        pytest.param(sell(ETH, "1", "1999.101"), "2000.1", "2000", id="a sale rounds up"),
        pytest.param(sell(BTC, "0.1", "123456.9"), "123513", "123512", id="six figures are legal in whole dollars"),
        pytest.param(buy(BTC, "0.1", "99999.99"), "99955", "99955.1", id="five figures"),
        pytest.param(
            buy(BTC, "0.1", "9876.54321"), "9872.1", "9872.2", id="decimals together with those of the size"
        ),
        pytest.param(buy(PEPE, "2000000", "0.0000123456"), "0.01234", "0.012341", id="the price of a thousand"),
        pytest.param(sell(PEPE, "2000000", "0.0000083456"), "0.00835", "0.008349", id="six decimals at most"),
    ],
)
def test_price__the_plans_worst_without_the_fee__rounded_to_a_tick_in_our_favour(
    trade: Trade, legal: str, worse: str
) -> None:
    size = {ETH: "1", BTC: "0.1", PEPE: "2000"}[trade.market]
    assert broken_by(placed(trade.market, trade, legal, size)) == []
    assert broken_by(placed(trade.market, trade, worse, size)) == [Rule.PRICE_BOUND]


@pytest.mark.parametrize(
    ("trade", "legal", "above"),
    [
        pytest.param(buy(ETH, "1.23459", "2000.9"), "1.2345", "1.2346", id="four decimals"),
        pytest.param(sell(ETH, "0.9999999", "1999.1"), "0.9999", "1", id="just below"),
        pytest.param(buy(PEPE, "1234999", "0.000012345"), "1234", "1235", id="whole thousands"),
    ],
)
def test_size__the_plans__rounded_towards_zero_and_never_above(trade: Trade, legal: str, above: str) -> None:
    price = {"2000.9": "2000", "1999.1": "2000", "0.000012345": "0.012339"}[str(trade.worst)]
    assert broken_by(placed(trade.market, trade, price, legal)) == []
    assert broken_by(placed(trade.market, trade, price, above)) == [Rule.SIZE]


def test_size__less_than_the_exchange_counts__nothing_is_no_order() -> None:
    assert broken_by(placed(ETH, buy(ETH, "0.00009", "2000.9"), "2000", "0")) == [Rule.SIZE]
    little = Protect(market=ETH, size=Base("0.00009"), trigger=Price(2500))
    assert broken_by(stating(stopped(little, Base(-2), "2000", "2500", "2750"), s="0")) == [Rule.SIZE]


def test_fee__below_zero_as_the_exchange_says_it__loosens_nothing() -> None:
    sound = placed(ETH, buy(ETH, "1", "2000"), "2000", "1")
    paid = replace(sound.warrant.markets[ETH], fee=Ratio("-0.01"))
    assert broken_by(warranted(sound, markets={ETH: paid})) == []
    assert broken_by(sound) == [Rule.PRICE_BOUND]


def test_price__plan_that_gives_it_away__refused_because_0_is_no_bound() -> None:
    for_nothing = replace(sell(ETH, "1", "0"), reduce_only=True)
    assert broken_by(placed(ETH, for_nothing, "0", "1", position=Base(1))) == [Rule.PRICE_BOUND]


# Limits -----------------------------------------------------------------------------------------------
def test_reduce_only__the_whole_position__passes_and_a_step_more_does_not() -> None:
    whole = placed(ETH, buy(ETH, "10", "2000.9"), "2000", "10")
    assert broken_by(whole) == []
    assert broken_by(warranted(whole, positions={ETH: Base("-9.9999")})) == [Rule.REDUCE_ONLY]


def test_reduction__that_does_not_say_so__refused() -> None:
    whole = placed(ETH, buy(ETH, "10", "2000.9"), "2000", "10")
    assert broken_by(stating(whole, r=False)) == [Rule.REDUCE_ONLY]


def test_limits__increase__counted_at_the_higher_price_and_reductions_not_at_all() -> None:
    adds, reduces = (
        placed(ETH, sell(ETH, "1", "1999.1"), "2000", "1"),
        placed(ETH, buy(ETH, "1", "2000.9"), "2000", "1"),
    )
    limits: list[tuple[Case, Usd, list[Rule]]] = [
        (adds, Usd("1999.1"), []),
        (adds, Usd("1999.09"), [Rule.ORDER_NOTIONAL, Rule.TURNOVER]),
        (reduces, Usd(0), []),
    ]
    for sound, limit, rules in limits:
        limited = replace(sound.rules, max_order=limit, turnover_left=limit)
        assert broken_by(replace(sound, rules=limited)) == rules


def test_deviation__worst_exactly_at_it__passes_and_a_hair_beyond_does_not() -> None:
    sound = placed(ETH, sell(ETH, "1", "1999.1"), "2000", "1")
    edge = Price("1999.1") / Ratio("0.98")
    assert broken_by(warranted(sound, outside={ETH: edge})) == []
    assert broken_by(warranted(sound, outside={ETH: edge + Price("0.001")})) == [Rule.PRICE_DEVIATION]


def test_slices__alike_or_at_other_prices__each_signed_once() -> None:
    one, other = sell(ETH, "1", "1999.1"), sell(ETH, "1", "1998.10045")
    both = (one, other)
    first, second = (
        led(placed(ETH, one, "2000", "1"), actions=both),
        led(placed(ETH, other, "1999", "1"), actions=both),
    )
    assert (broken_by(first), broken_by(second, first.tx)) == ([], [])
    assert broken_by(first, first.tx) == [Rule.TWICE]
    alike = led(first, actions=(one, one))
    assert broken_by(alike, alike.tx) == []
    assert broken_by(alike, alike.tx, alike.tx) == [Rule.TWICE]


# Stops ------------------------------------------------------------------------------------------------
def stopped(protect: Protect, position: Base, price: str, trigger: str, limit: str) -> Case:
    said = warrant(MASTER, protect, name=ETH, price=Price(price), position=position)
    sound = replace(stop(MASTER, ETH, RNG), rules=replace(cases(3, 1)[0].rules, warrants=(said,)))
    form = {"trigger": {"isMarket": True, "triggerPx": trigger, "tpsl": "sl"}}
    return stating(sound, b=protect.size.sign() > 0, p=limit, s=str(abs(protect.size)), t=form)


def test_stop__of_a_short_and_of_a_long__ten_percent_beyond_a_trigger_that_comes_no_later() -> None:
    above = Protect(market=ETH, size=Base(2), trigger=Price("2500.19"))
    assert broken_by(stopped(above, Base(-2), "2000", "2500.1", "2750.1")) == []
    assert broken_by(stopped(above, Base(-2), "2000", "2500.2", "2750.2")) == [Rule.PRICE_BOUND, Rule.TRIGGER]
    below = Protect(market=ETH, size=Base(-2), trigger=Price("1500.11"))
    assert broken_by(stopped(below, Base(2), "2000", "1500.2", "1350.2")) == []
    assert broken_by(stopped(below, Base(2), "2000", "1500.1", "1350.1")) == [Rule.PRICE_BOUND, Rule.TRIGGER]


def test_stop__of_several__is_the_one_with_its_trigger() -> None:
    near, far = (Protect(market=ETH, size=Base(1), trigger=Price(trigger)) for trigger in (2500, 2600))
    sound = stopped(far, Base(-2), "2000", "2600", "2860")
    assert broken_by(led(sound, actions=(near, far))) == []


def test_stop__that_does_not_reduce__refused() -> None:
    protect = Protect(market=ETH, size=Base(2), trigger=Price(2500))
    for position in (Base(2), Base("-1.9999"), Base(0)):
        assert broken_by(stopped(protect, position, "2000", "2500", "2750")) == [Rule.REDUCE_ONLY]


def test_stop__at_the_price_of_now__refused_because_it_would_close_at_once() -> None:
    protect = Protect(market=ETH, size=Base(2), trigger=Price(2500))
    assert broken_by(stopped(protect, Base(-2), "2500", "2500", "2750")) == [Rule.TRIGGER]
    assert broken_by(stopped(protect, Base(-2), "2499.9", "2500", "2750")) == []


# What is no order -------------------------------------------------------------------------------------
def test_leverage__what_the_plans_margin_was_figured_with__never_more_than_configured() -> None:
    sound = leverage(MASTER, BTC, RNG)
    for allowed, stated in ((50, 3), (3, 3), (2, 2), (1, 1)):
        seen = replace(sound.warrant.markets[BTC], initial_margin=Ratio(1) / Ratio(allowed))
        asked = warranted(saying(sound, leverage=stated), markets={BTC: seen})
        assert broken_by(asked) == []
        assert broken_by(saying(asked, leverage=stated + 1)) == [Rule.LEVERAGE]


def test_leverage__whose_share_has_no_end_as_a_decimal__is_a_whole_number() -> None:
    markets = {ETH: replace(MASTER.markets[ETH], leverage=6)}
    sound = leverage(replace(MASTER, markets=markets), ETH, RNG)
    seen = replace(sound.warrant.markets[ETH], initial_margin=Ratio(1) / Ratio(6))
    assert broken_by(warranted(saying(sound, leverage=6), markets={ETH: seen})) == []


def test_leverage__before_each_slice__uses_up_nothing() -> None:
    sound = leverage(SUB_ACCOUNT, ETH, RNG)
    assert broken_by(sound, sound.tx, sound.tx) == []


def test_margin__to_and_fro__is_the_plans_in_millionths_rounded_towards_zero() -> None:
    for amount, millionths in (("12.3456789", 12_345_678), ("-12.3456789", -12_345_678)):
        planned = led(margin(MASTER, ETH, RNG), actions=(Fund(amount=Usd(amount)),))
        assert broken_by(saying(planned, ntli=millionths)) == []
        assert broken_by(saying(planned, ntli=millionths + (1 if millionths > 0 else -1))) == [Rule.AMOUNT]
        assert broken_by(saying(planned, ntli=-millionths)) == [Rule.AMOUNT]


def test_margin__beside_an_increase__is_the_plans_without_what_the_exchange_draws_itself() -> None:
    """At a mark of 2 and a leverage of 2, three more tie 3 dollars, and lose 0.3 at their worst price."""
    trade = Trade(market=ETH, size=Base(-3), worst=Price("1.9"), reduce_only=False)
    sound = standing(led(margin(MASTER, ETH, RNG), actions=(Fund(amount=Usd(12)), trade)), ETH=("-1", "1"))
    assert broken_by(saying(sound, ntli=8_700_000)) == []
    for wrong in (12_000_000, 9_000_000, 8_700_001, 8_699_999, 1):
        assert broken_by(saying(sound, ntli=wrong)) == [Rule.AMOUNT]


def test_margin__of_several_positions__is_for_the_most_endangered_and_no_more_than_it_lacks() -> None:
    """At a mark of 2 and a leverage of 2, four coins ask for 4 dollars; one lacks 1, the other 0.5."""
    sound = led(margin(MASTER, ETH, RNG), actions=(Fund(amount=Usd(12)),))
    needy = standing(sound, ETH=("-4", "3"), PEPE=("-4", "3.5"))
    assert broken_by(saying(needy, ntli=1_000_000)) == []
    assert broken_by(saying(needy, ntli=1_000_001)) == [Rule.AMOUNT]
    assert broken_by(saying(needy, asset=61, ntli=500_000)) == [Rule.MARKET]
    alone = standing(sound, ETH=("-4", "3"))
    assert broken_by(saying(alone, ntli=12_000_000)) == []


def test_margin__of_a_position_that_the_whole_account_backs__is_not_the_plans() -> None:
    sound = led(margin(MASTER, ETH, RNG), actions=(Fund(amount=Usd(12)),))
    assert broken_by(saying(standing(sound, ETH=("-4", None)), ntli=12_000_000)) == [Rule.AMOUNT]


def standing(case: Case, **held: tuple[str, str | None]) -> Case:
    """By market: size and own margin; the mark is 2, the leverage 2."""
    seen = {
        Name(name): Position(market=Name(name), size=Base(size), entry=Price(2), margin=Usd(own) if own else None)
        for name, (size, own) in held.items()
    }
    figures = {name: replace(market(MASTER, name, Price(2)), initial_margin=Ratio("0.5")) for name in seen}
    return warranted(case, seen=seen, markets=figures)


def test_margin__less_than_a_millionth__is_nothing_to_sign() -> None:
    planned = led(margin(MASTER, ETH, RNG), actions=(Fund(amount=Usd("0.0000009")),))
    assert broken_by(saying(planned, ntli=0)) == [Rule.AMOUNT]


def test_cancel__of_an_order_that_was_seen__only_in_its_own_market() -> None:
    sound = warranted(saying(cancel(MASTER, ETH, RNG), cancels=[{"a": 4, "o": 77}]), orders={"77": ETH, "78": BTC})
    planned = led(sound, actions=(Cancel(order_id="77"),))
    assert broken_by(planned) == []
    assert broken_by(saying(planned, cancels=[{"a": 0, "o": 77}])) == [Rule.MARKET]
    assert broken_by(saying(planned, cancels=[{"a": 9, "o": 77}])) == [Rule.MARKET]
    assert broken_by(warranted(planned, orders={"78": ETH})) == [Rule.ORDER_UNSEEN]
    assert broken_by(sound) == [Rule.ORDER_KEY]
