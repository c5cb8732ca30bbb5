"""What lies exactly on a limit passes, one unit beyond does not; the classes of mutations are in tests/fuzz."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from agent.errors import Refused
from agent.firewall import MEANING, Rule, refuse
from agent.firewall.perp_v2 import PerpV2
from agent.model import EvmTx, Fund, Kind, Name, Payload, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.scene import (
    DELEGATED,
    ETH,
    LANE,
    OWN,
    VENUE,
    Case,
    approve,
    case,
    cases,
    close,
    deposit,
    firewall_of,
    flatten,
    increase,
    order_case,
    reduce,
    vault_behind,
    warrant,
)

Make = Callable[[PerpV2, Random], Case]

SHORT = Trade(market=ETH, size=Base(-10), worst=Price(1960), reduce_only=False)
COVER = Trade(market=ETH, size=Base(10), worst=Price(2040), reduce_only=True)


def broken_by(case: Case, *signed: Payload) -> list[Rule]:
    before = [(VENUE, payload) for payload in signed]
    return [breach.rule for breach in firewall_of(case).first(VENUE, case.tx, case.rules, before)]


def with_rules(case: Case, **limits: Usd | Ratio | None) -> Case:
    return replace(case, rules=replace(case.rules, **limits))  # type: ignore[arg-type]


def test_meaning__every_rule__has_its_line() -> None:
    assert set(MEANING) == set(Rule)
    assert all(len(line) > 10 for line in MEANING.values())


@pytest.mark.parametrize("sound", cases(seed=2, times=3), ids=lambda sound: sound.method)
def test_judge__what_the_plan_says__breaks_nothing(sound: Case) -> None:
    assert broken_by(sound) == []


def test_price__worst_exactly_at_the_deviation__passes_and_a_cent_beyond_does_not() -> None:
    at_edge = order_case(DELEGATED, SHORT, warrant(SHORT, position="0", outside=Price(2000)))
    beyond = replace(SHORT, worst=Price("1959.99"))
    assert broken_by(at_edge) == []
    assert broken_by(order_case(DELEGATED, beyond, warrant(beyond, outside=Price(2000)))) == [Rule.PRICE_DEVIATION]


def test_price__better_than_outside__passes_on_either_side() -> None:
    dear, cheap = replace(SHORT, worst=Price(2500)), replace(COVER, worst=Price(1500))
    assert broken_by(order_case(DELEGATED, dear, warrant(dear, outside=Price(2000)))) == []
    assert broken_by(order_case(DELEGATED, cheap, warrant(cheap, outside=Price(2000)))) == []


def test_price__reduction_without_an_outside_price__is_bound_by_the_plan_alone() -> None:
    assert broken_by(order_case(DELEGATED, COVER, warrant(COVER))) == []
    assert broken_by(order_case(DELEGATED, SHORT, warrant(SHORT))) == [Rule.NO_OUTSIDE_PRICE]


def test_price__plan_that_gives_it_away__refused_because_0_is_no_bound() -> None:
    for_nothing = replace(SHORT, worst=Price(0), reduce_only=True)
    assert broken_by(order_case(DELEGATED, for_nothing, warrant(for_nothing, position="10"))) == [Rule.PRICE_BOUND]


def test_reduce_only__the_whole_position__passes_and_one_wei_more_does_not() -> None:
    assert broken_by(order_case(DELEGATED, COVER, warrant(COVER, position="-10"))) == []
    short = warrant(COVER, position="-9.999999999999999999")
    assert broken_by(order_case(DELEGATED, COVER, short)) == [Rule.REDUCE_ONLY]


def test_order_notional__exactly_the_limit__passes_and_counts_at_the_higher_price() -> None:
    sound = order_case(DELEGATED, SHORT, warrant(SHORT, outside=Price(2000)))
    assert broken_by(with_rules(sound, max_order=Usd(20_000))) == []
    assert broken_by(with_rules(sound, max_order=Usd("19_999.99"))) == [Rule.ORDER_NOTIONAL]


def test_turnover__two_orders_of_one_round__add_up() -> None:
    other = replace(SHORT, size=Base(-5))
    both = warrant(SHORT, other, position="0", outside=Price(2000))
    first, second = order_case(DELEGATED, SHORT, both), order_case(DELEGATED, other, both)
    enough, short_of = with_rules(second, turnover_left=Usd(30_000)), with_rules(second, turnover_left=Usd(29_999))
    assert broken_by(enough, replace(first.tx, nonce=6)) == []
    assert broken_by(short_of, replace(first.tx, nonce=6)) == [Rule.TURNOVER]
    assert broken_by(short_of) == []


def test_limits__reductions__count_against_neither_order_size_nor_turnover() -> None:
    sound = order_case(DELEGATED, COVER, warrant(COVER, outside=Price(2000)))
    assert broken_by(with_rules(sound, max_order=Usd(0), turnover_left=Usd(0))) == []


def test_once__the_plan_has_the_trade_twice__signed_twice_and_no_more() -> None:
    slices = order_case(DELEGATED, SHORT, warrant(SHORT, SHORT, outside=Price(2000)))
    earlier = [replace(slices.tx, nonce=nonce) for nonce in (5, 6)]
    assert broken_by(slices, earlier[0]) == []
    assert broken_by(slices, *earlier) == [Rule.TWICE]


@pytest.mark.parametrize("make", [flatten, close, deposit, approve])
def test_rehearsal__none_for_a_flatten__passes(make: Make) -> None:
    sound = make(OWN, Random(3))
    leg = replace(sound.warrant.leg, kind=Kind.FLATTEN)
    flattening = replace(sound.rules, warrants=(replace(sound.warrant, leg=leg),), rehearsed=None)
    assert broken_by(replace(sound, rules=flattening)) == []
    assert broken_by(with_rules(increase(OWN, Random(3)), rehearsed=None)) == [Rule.NOT_REHEARSED]


def test_close__not_the_whole_of_the_planned_size__refused() -> None:
    sound = close(OWN, Random(4))
    larger = replace(sound.warrant, positions={ETH: sound.warrant.positions[ETH] - Base(1)})
    assert broken_by(replace(sound, rules=replace(sound.rules, warrants=(larger,)))) == [Rule.SIZE]


@pytest.mark.parametrize("make", [deposit, increase, reduce, flatten, close])
def test_operator__as_a_delegate__never_acts_for_itself(make: Make) -> None:
    own = make(OWN, Random(5))
    delegated = replace(own, pins=replace(DELEGATED, lane=LANE))
    assert Rule.RECEIVER in broken_by(delegated)


def test_fund__withdrawal_planned__nothing_may_be_posted() -> None:
    home = warrant(Fund(amount=Usd(-100)))
    posted = case(DELEGATED, "depositFor", (DELEGATED.account, DELEGATED.collateral, 100_000_000), home)
    assert broken_by(posted) == [Rule.AMOUNT]


def test_venue__without_a_dialect__refused() -> None:
    sound = increase(DELEGATED, Random(6))
    elsewhere = firewall_of(sound).first(Name("elsewhere"), sound.tx, sound.rules)
    assert [breach.rule for breach in elsewhere] == [Rule.DIALECT]


def test_refused__says_rule_value_and_what_is_allowed() -> None:
    sound = increase(DELEGATED, Random(7))
    with_value = replace(sound.tx, value=10)
    with pytest.raises(Refused) as refused:
        refuse(firewall_of(sound).first(VENUE, with_value, replace(sound.rules, rehearsed=(with_value,))))
    assert (refused.value.rule, refused.value.value, refused.value.allowed) == ("VALUE", "10 wei", "0 wei")


def test_vault__same_payload_asked_twice__is_the_same_signature_and_uses_no_budget() -> None:
    sound = increase(DELEGATED, Random(8))
    vault = vault_behind(firewall_of(sound))
    again: EvmTx = replace(sound.tx, nonce=sound.tx.nonce + 1)
    rules = replace(sound.rules, rehearsed=(sound.tx, again))
    assert vault.sign(VENUE, sound.tx, rules) == vault.sign(VENUE, sound.tx, rules)
    with pytest.raises(Refused, match="TWICE"):
        vault.sign(VENUE, again, rules)
    assert vault.sign(VENUE, again, replace(rules)).payload == again  # another round, another plan
