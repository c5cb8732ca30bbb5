"""Collateral, stops, cancellations and funding: each once, as planned, for ourselves."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from agent.firewall import Rule
from agent.firewall.gmx_v2 import GmxV2
from agent.model import Fund, Kind, Name, Protect
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.gmx_v2_judged import broken_by, stating, warranted
from tests.unit.firewall.gmx_v2_scene import (
    DELEGATED,
    OWN,
    SIDES,
    Case,
    approve,
    case,
    claim,
    decrease,
    increase,
    increase_with_collateral,
    sale,
    stop_created,
    stop_updated,
    top_up,
    warrant,
)
from tests.unit.firewall.gmx_v2_wire import DECREASE, INCREASE, call_data, order
from tests.unit.firewall.scene import ETH, VENUE, firewall_of

PRICE = Price(2000)


# Collateral -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pins", [DELEGATED, OWN], ids=["delegated", "own account"])
def test_collateral__less_than_its_leg_adds__is_more_leverage_than_planned(pins: GmxV2) -> None:
    sound = increase_with_collateral(pins, Random(6))
    units = sound.fields["collateral_delta"]
    less, more = ({"collateral_delta": n, **_sent(sound, n)} for n in (units - 1, units + 1))
    assert broken_by(stating(sound, **less)) == [Rule.LEVERAGE]
    assert broken_by(stating(sound, **more)) == [Rule.AMOUNT]


def _sent(sound: Case, amount: int) -> Mapping[str, int]:
    return {"sent_amount": amount} if "sent_amount" in sound.fields else {}


def test_collateral__two_funds_of_one_leg__go_together_with_its_increase() -> None:
    fund, other = Fund(amount=Usd(1000)), Fund(amount=Usd("0.5"))
    trade, stated = sale(Random(7), PRICE)
    fields = order(DELEGATED, INCREASE, **stated, collateral_delta=1_000_500_000)
    both = case(DELEGATED, "increase", fields, warrant(fund, other, trade, price=PRICE), Random(7))
    assert broken_by(both) == []
    assert broken_by(stating(both, collateral_delta=1_000_000_000)) == [Rule.LEVERAGE]


def test_collateral__the_same_fund_alone_and_with_its_increase__refused_either_way() -> None:
    sound = increase_with_collateral(DELEGATED, Random(8))
    alone = stating(sound, size_usd=0, acceptable=0)
    assert broken_by(alone) == [Rule.AMOUNT]
    later = replace(sound, tx=replace(sound.tx, nonce=sound.tx.nonce + 1))
    assert broken_by(later, sound.tx) == [Rule.TWICE, Rule.TWICE]  # the collateral, and the sale


def test_collateral__topped_up_twice__refused() -> None:
    sound = top_up(DELEGATED, Random(9))
    assert broken_by(replace(sound, tx=replace(sound.tx, nonce=8)), sound.tx) == [Rule.TWICE]


def test_collateral__sent_along_with_a_withdrawal__refused() -> None:
    amount = Usd(500)
    fields = order(OWN, DECREASE, collateral_delta=amount.to_int(6), acceptable=2**256 - 1)
    home = case(OWN, "withdrawal", fields, warrant(Fund(amount=-amount), price=PRICE), Random(10))
    assert broken_by(home) == []
    sent: dict[str, Any] = {
        "sent_token": OWN.collateral,
        "sent_receiver": OWN.order_vault,
        "sent_amount": amount.to_int(6),
    }
    assert broken_by(stating(home, **sent)) == [Rule.SEQUENCE]


def test_collateral__of_nothing__is_no_order() -> None:
    for kind, acceptable in ((INCREASE, 0), (DECREASE, 2**256 - 1)):
        fields = order(DELEGATED, kind, acceptable=acceptable)
        nothing = case(DELEGATED, "top-up", fields, warrant(Fund(amount=Usd(0)), price=PRICE), Random(10))
        assert broken_by(nothing) == [Rule.AMOUNT]


def test_collateral__beside_a_reduction__is_an_order_of_its_own() -> None:
    fund, sound = Fund(amount=Usd(500)), decrease(DELEGATED, Random(10), ETH, full=False)
    assert sound.trade is not None
    both = replace(sound.warrant, leg=replace(sound.warrant.leg, actions=(fund, sound.trade)))
    alone = order(DELEGATED, INCREASE, collateral_delta=fund.amount.to_int(6))
    assert broken_by(case(DELEGATED, "top-up", alone, both, Random(10))) == []


def test_approval__of_several_funds__is_for_each_order_as_it_goes() -> None:
    fund, other = Fund(amount=Usd(1000)), Fund(amount=Usd(200))
    trade, _ = sale(Random(7), PRICE)
    together, apart = warrant(fund, other, trade, price=PRICE), warrant(fund, other, price=PRICE)
    for said, amounts in ((together, [1200]), (apart, [1000, 200])):
        for amount in (1000, 200, 1200):
            asked = {"spender": OWN.spender, "amount": amount * 10**6}
            expected = [] if amount in amounts else [Rule.AMOUNT]
            assert broken_by(case(OWN, "approve", asked, said, Random(11))) == expected


def test_approval__of_what_one_order_takes__and_only_by_the_account() -> None:
    sound = increase_with_collateral(OWN, Random(11))
    units = sound.fields["collateral_delta"]
    allowed = {"spender": OWN.spender, "amount": units}
    assert broken_by(case(OWN, "approve", allowed, sound.warrant, Random(11))) == []
    assert broken_by(case(OWN, "approve", {**allowed, "amount": units + 1}, sound.warrant, Random(11))) == [
        Rule.AMOUNT
    ]
    assert broken_by(approve(DELEGATED, Random(11))) == [Rule.CONTRACT]


# Stops, cancellations, funding ------------------------------------------------------------------------
def test_stop__its_trigger_at_the_outside_price__refused_because_it_would_close_at_once() -> None:
    sound = stop_created(DELEGATED, Random(12))
    [protect] = sound.warrant.leg.actions
    assert isinstance(protect, Protect)
    assert broken_by(warranted(sound, outside={ETH: protect.trigger})) == [Rule.TRIGGER]
    assert broken_by(warranted(sound, outside={ETH: protect.trigger * Ratio("0.999999")})) == []
    assert broken_by(warranted(sound, outside={ETH: None})) == []


def test_stop__larger_than_the_position__refused() -> None:
    sound = stop_created(DELEGATED, Random(13))
    [protect] = sound.warrant.leg.actions
    assert isinstance(protect, Protect)
    assert broken_by(warranted(sound, positions={ETH: -protect.size})) == []
    assert broken_by(warranted(sound, positions={ETH: -protect.size + Base("1e-18")})) == [Rule.REDUCE_ONLY]


def test_stop__for_a_position_that_is_not_our_short__refused() -> None:
    sound = stop_created(DELEGATED, Random(14))
    [protect] = sound.warrant.leg.actions
    assert isinstance(protect, Protect)
    other = replace(protect, market=Name("ETH long on coins"))
    assert broken_by(warranted(sound, leg=replace(sound.warrant.leg, actions=(other,)))) == [Rule.MARKET]


def test_stop__of_nothing__refused() -> None:
    sound = stop_created(DELEGATED, Random(14))
    [protect] = sound.warrant.leg.actions
    assert isinstance(protect, Protect)
    nothing = replace(sound.warrant.leg, actions=(replace(protect, size=Base(0)),))
    assert broken_by(warranted(stating(sound, size_usd=0), leg=nothing)) == [Rule.SIZE]


def test_stop__two_in_the_plan__each_is_the_one_with_its_trigger() -> None:
    sound = stop_created(DELEGATED, Random(14))
    [protect] = sound.warrant.leg.actions
    assert isinstance(protect, Protect)
    other = replace(protect, trigger=protect.trigger * Ratio(2))
    assert broken_by(warranted(sound, leg=replace(sound.warrant.leg, actions=(other, protect)))) == []


def test_update__of_an_order_that_is_no_stop_of_ours__refused() -> None:
    sound = stop_updated(DELEGATED, Random(15))
    assert broken_by(warranted(sound, stops={})) == [Rule.ORDER_KEY]
    [key] = sound.warrant.stops
    assert broken_by(warranted(sound, stops={key: Name("ETH short on coins")})) == [Rule.MARKET]


def test_update__with_native_coins__refused() -> None:
    assert broken_by(stating(stop_updated(OWN, Random(16)), value=1)) == [Rule.VALUE]


def test_claim__by_an_operator__is_no_method_of_its_router() -> None:
    assert broken_by(claim(DELEGATED, Random(17))) == [Rule.METHOD]


def test_rehearsal__none_for_a_flatten__passes() -> None:
    for name in SIDES:
        sound = decrease(DELEGATED, Random(18), name, full=True)
        assert sound.warrant.leg.kind is Kind.FLATTEN
        assert firewall_of(sound).first(VENUE, sound.tx, replace(sound.rules, rehearsed=None)) == ()


def test_bytes__a_length_beyond_any_memory__is_refused_and_not_an_error() -> None:
    sound = increase(DELEGATED, Random(19))
    head = call_data("multicall", ("bytes[]",), ())[:4]
    words = (32, 1, 32, 2**255)
    endless = head + b"".join(word.to_bytes(32) for word in words)
    assert broken_by(replace(sound, tx=replace(sound.tx, data=endless))) == [Rule.NOT_CANONICAL]
