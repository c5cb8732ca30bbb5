"""What lies exactly on a limit passes, one unit beyond does not; the classes of mutations are in tests/fuzz."""

from dataclasses import replace
from random import Random

import pytest

from agent.firewall import Rule
from agent.firewall.gmx_v2 import GmxV2
from agent.model import Name, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.gmx_v2_judged import broken_by, stating, warranted
from tests.unit.firewall.gmx_v2_scene import (
    DELEGATED,
    FEE,
    OWN,
    SIDES,
    Case,
    case,
    cases,
    decrease,
    increase,
    warrant,
)
from tests.unit.firewall.gmx_v2_wire import INCREASE, order, wire
from tests.unit.firewall.scene import CEILING, ETH

PRICE = Price(2000)


@pytest.mark.parametrize("sound", cases(seed=2, times=2), ids=lambda sound: sound.method)
def test_judge__what_the_plan_says__breaks_nothing(sound: Case) -> None:
    assert broken_by(sound) == []


@pytest.mark.parametrize("pins", [DELEGATED, OWN], ids=["delegated", "own account"])
def test_router__each_that_is_pinned__may_carry_it_and_no_other(pins: GmxV2) -> None:
    sound = increase(pins, Random(1))
    for router in pins.routers:
        assert broken_by(replace(sound, tx=replace(sound.tx, to=router))) == []
    elsewhere = (OWN if pins.delegated else DELEGATED).routers[0]
    assert broken_by(replace(sound, tx=replace(sound.tx, to=elsewhere))) == [Rule.CONTRACT]


def test_execution_fee__exactly_the_gas_at_the_ceiling__passes_and_a_wei_more_does_not() -> None:
    sound, most = increase(DELEGATED, Random(2)), DELEGATED.max_execution_gas * CEILING
    assert broken_by(stating(sound, value=most, execution_fee=most, fee_amount=most)) == []
    more = most + 1
    assert broken_by(stating(sound, value=more, execution_fee=more, fee_amount=more)) == [Rule.EXECUTION_FEE]


def test_execution_fee__more_sent_than_the_order_says__refused_because_the_keeper_gets_it_all() -> None:
    sound = increase(DELEGATED, Random(2))
    more = sound.tx.value + 1
    assert broken_by(stating(sound, value=more, fee_amount=more)) == [Rule.EXECUTION_FEE]


# Sizes ------------------------------------------------------------------------------------------------
SALE = Trade(market=ETH, size=Base(-10), worst=Price(1980), reduce_only=False)
COINS = 10 * 10**18


def sold(size_usd: int, *plan: Trade, outside: Price = PRICE) -> Case:
    """The mark is 1,999.8."""
    least = wire(SALE.worst / (Ratio(1) - FEE)) + 1
    fields = order(DELEGATED, INCREASE, size_usd=size_usd, acceptable=least)
    sound = case(DELEGATED, "increase", fields, warrant(*(plan or (SALE,)), price=PRICE), Random(3))
    return warranted(sound, outside={ETH: outside})


def test_size__the_plans_coins_at_the_mark__passes_and_a_unit_more_per_coin_does_not() -> None:
    mark = wire(Price("1999.8"))
    assert broken_by(sold(COINS * mark)) == []
    assert broken_by(sold(COINS * (mark + 1))) == [Rule.SIZE]
    assert broken_by(sold(COINS * mark - 1)) == [Rule.SIZE]


def test_size__the_lower_price_of_a_pair__is_at_most_1_percent_below_the_mark() -> None:
    lowest = wire(Price("1999.8") * Ratio("0.99"))
    assert broken_by(sold(COINS * lowest)) == []
    assert broken_by(sold(COINS * (lowest - 1))) == [Rule.SIZE]


def test_size__a_mark_above_what_prices_may_deviate__is_not_believed() -> None:
    """2 % above outside is as far as any price may lie."""
    mark = wire(Price("1999.8"))
    assert broken_by(sold(COINS * mark, outside=Price("1999.8") / Ratio("1.02"))) == []
    assert broken_by(sold(COINS * mark, outside=Price("1960.5"))) == [Rule.SIZE]


def test_size__two_sales_of_the_plan__each_is_the_one_it_comes_closest_to() -> None:
    other, mark = replace(SALE, size=Base(-4)), wire(PRICE * Ratio("0.9998"))
    assert broken_by(sold(COINS * mark, other, SALE)) == []
    assert broken_by(sold(4 * 10**18 * mark, SALE, other)) == []
    assert broken_by(sold(7 * 10**18 * mark, SALE, other)) == [Rule.SIZE]


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize("full", [True, False], ids=["full", "part"])
def test_decrease__a_unit_more_or_less_of_dollars_at_entry__refused(name: Name, full: bool) -> None:
    sound = decrease(DELEGATED, Random(4), name, full=full)
    assert broken_by(sound) == []
    for units in (1, -1):
        other = stating(sound, size_usd=sound.fields["size_usd"] + units)
        assert Rule.SIZE in broken_by(other)


@pytest.mark.parametrize("name", SIDES)
def test_decrease__of_another_position_than_the_plan_names__refused(name: Name) -> None:
    sound = decrease(DELEGATED, Random(5), name, full=True)
    for token, is_long in set(SIDES.values()) - {SIDES[name]}:
        assert broken_by(stating(sound, initial_token=token, is_long=is_long)) == [Rule.MARKET]


def test_limits__an_increase__counts_the_dollars_that_it_states() -> None:
    """Where the mark lies above the outside price, they are more than the plan's coins are worth outside."""
    sound = sold(COINS * wire(Price("1999.8")), outside=Price(1990))
    assert broken_by(replace(sound, rules=replace(sound.rules, max_order=Usd(19_998)))) == []
    assert broken_by(replace(sound, rules=replace(sound.rules, max_order=Usd(19_997)))) == [Rule.ORDER_NOTIONAL]
    assert broken_by(replace(sound, rules=replace(sound.rules, turnover_left=Usd(19_997)))) == [Rule.TURNOVER]


def test_size__a_planned_sale_of_nothing__refused_whatever_is_stated() -> None:
    mark = wire(PRICE * Ratio("0.9998"))
    for dust in (Base(0), Base("-1e-19")):
        assert broken_by(sold(COINS * mark, replace(SALE, size=dust))) == [Rule.MARKET]


def test_price__plan_that_gives_it_away__refused_because_0_is_no_bound() -> None:
    for_nothing = replace(SALE, worst=Price(0))
    sound = sold(COINS * wire(PRICE * Ratio("0.9998")), for_nothing)
    assert Rule.PRICE_BOUND in broken_by(stating(sound, acceptable=0))


def test_increase__where_the_plan_only_reduces__refused() -> None:
    sale = replace(SALE, reduce_only=True)
    assert broken_by(sold(COINS * wire(PRICE * Ratio("0.9998")), sale)) == [Rule.MARKET]


def test_decrease__where_the_plan_adds__refused() -> None:
    sound = decrease(DELEGATED, Random(5), ETH, full=False)
    assert sound.trade is not None
    adds = replace(sound.trade, reduce_only=False)
    assert broken_by(warranted(sound, leg=replace(sound.warrant.leg, actions=(adds,)))) == [Rule.MARKET]


def test_gas__exactly_the_most__passes_and_one_more_does_not() -> None:
    sound = increase(DELEGATED, Random(5))
    assert broken_by(replace(sound, tx=replace(sound.tx, gas=DELEGATED.max_gas))) == []
    assert broken_by(replace(sound, tx=replace(sound.tx, gas=DELEGATED.max_gas + 1))) == [Rule.GAS_LIMIT]
