"""Collateral before an increase, the rescue above, and the sweep below."""

from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import Limits, make_decide
from agent.hedge.outlook import after
from agent.model import Allowance, Code, Fund, Kind, Leg, Memory, Name, Plan, Position, Traded, View, exit_for
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    ETH,
    LIMITS,
    NOW,
    PERP,
    buy,
    checked,
    codes,
    decided,
    denied,
    hedge,
    held,
    market,
    memory,
    sell,
    snapshot,
    traded,
    view,
)


def account(size: str, equity: str, reserve: str, mark: str = "2000") -> View:
    return replace(view(size, equity, at=market(mark)), reserve=Usd(reserve))


def funds(plan: Plan) -> list[Usd]:
    return [action.amount for leg in plan.legs for action in leg.actions if isinstance(action, Fund)]


def test_increase__collateral_lacks__is_posted_first_and_no_more_than_needed() -> None:
    seen = snapshot(account("0", "4000", "20000"))

    plan = decided(seen)

    assert [type(action).__name__ for action in plan.legs[0].actions] == ["Fund", "Trade"]
    assert funds(plan) == [Usd(6200)]  # 20,000 / 2 - 4,000, and 200 for the worst price
    assert checked(plan.legs, seen).dropped == ()


def test_increase__collateral_suffices__posts_nothing() -> None:
    assert funds(decided(snapshot(account("0", "10200", "20000")))) == []


def test_increase__the_reserve_carries_a_part__the_part_goes_and_the_rest_is_asked_for() -> None:
    seen = snapshot(account("0", "4000", "1100"))

    plan = decided(seen)

    assert traded(plan) == Base(-5)
    assert funds(plan) == [Usd(1100)]
    assert codes(plan.reasons) == [Code.COLLATERAL]
    assert plan.reasons[0].value == "10 more needs 6,200 USD, 5,100 USD are missing"
    assert checked(plan.legs, seen).dropped == ()


def test_increase__collateral_is_missing__a_person_is_told_what_to_send_and_where() -> None:
    plan = decided(snapshot(replace(account("0", "4000", "0"), reserve_at="collateral 0xUsd to operator 0xHot")))

    missing = next(reason for reason in plan.reasons if reason.code is Code.COLLATERAL)
    assert missing.value == "10 more needs 6,200 USD, 6,200 USD are missing: send collateral 0xUsd to operator 0xHot"
    assert exit_for(missing) is Exit.PERSON


def allowed(seen: View, held: str, approved: str) -> View:
    """Its reserve is what is there and approved."""
    given = Allowance(held=Usd(held), approved=Usd(approved), coin="0xUsd of 0xOwner", spender="0xRouter")
    return replace(
        seen, reserve=min(Usd(held), Usd(approved)), reserve_at="collateral 0xUsd to 0xOwner", allowance=given
    )


SEND = "send {} USD of collateral 0xUsd to 0xOwner"
APPROVE = (
    "approve {} USD of 0xUsd of 0xOwner to 0xRouter "
    "({} USD are left of the allowance, which cancelled orders use up, too)"
)


@pytest.mark.parametrize(
    ("held", "approved", "asked"),
    [
        ("9000", "1000", APPROVE.format("6,200", "1,000")),
        ("1000", "9000", SEND.format("5,200")),
        ("1000", "500", f"{SEND.format('5,200')}, and {APPROVE.format('6,200', '500')}"),
    ],
)
def test_increase__collateral_is_missing__a_person_is_told_whether_to_send_or_to_approve(
    held: str, approved: str, asked: str
) -> None:
    plan = decided(snapshot(allowed(account("0", "4000", "0"), held, approved)))
    [missing] = [reason for reason in plan.reasons if reason.code is Code.COLLATERAL]
    assert missing.value.endswith(f" are missing: {asked}")


def test_rescue__only_the_approval_is_missing__does_not_ask_for_coins() -> None:
    plan = decided(snapshot(allowed(account("-10", "3000", "0"), "9000", "500")), memory("-10"))
    [missing] = [reason for reason in plan.reasons if reason.code is Code.RESCUE]
    assert missing.value.endswith(f"reserve of 500 USD: {APPROVE.format('2,000', '500')}")


def test_gate__more_than_the_reserve_is_posted__says_what_to_approve_beyond_the_legs_ahead() -> None:
    seen = allowed(account("-10", "4900", "0"), "9000", "500")
    rich = snapshot(seen)
    [dropped] = checked([Leg(venue=PERP, actions=(Fund(amount=Usd(600)),), kind=Kind.RESCUE)], rich).dropped
    assert dropped.reasons[0].value == f"posts 600 USD: {APPROVE.format('600', '500')}"
    left = after(seen, [Leg(venue=PERP, actions=(Fund(amount=Usd(200)),))]).allowance
    assert left is not None
    assert (left.held, left.approved) == (Usd(8800), Usd(300))


@pytest.mark.parametrize(("spot", "equity"), [("10", "0"), ("10", "4000")])
def test_hold__collateral_and_all_else_is_missing__only_the_hold_is_said(spot: str, equity: str) -> None:
    """Nothing must be added, so nothing must be sent for it."""
    known = replace(memory("0"), hold="flattened by run 7")
    plan = decided(snapshot(account("0", equity, "0"), spot=spot), known)
    assert (plan.legs, codes(plan.reasons)) == ((), [Code.ON_HOLD])
    assert plan.reasons[0].value == "flattened by run 7"


def test_hold__a_position_was_left__gets_no_rescue_that_nobody_would_sign() -> None:
    known = replace(memory("-10"), hold="flattened by run 7")
    plan = decided(snapshot(account("-10", "3000", "500")), known)
    assert (plan.legs, Code.RESCUE in codes(plan.reasons)) == ((), False)
    assert Code.EXIT_UNFINISHED in codes(plan.reasons)


@pytest.mark.parametrize(("reserve", "size"), [("0", "0"), ("13", "0"), ("16", "-0.026")])
def test_increase__equity_and_reserve_carry_less_than_the_smallest_trade__nothing_goes_and_a_person_is_asked(
    reserve: str, size: str
) -> None:
    """Else it would creep towards its target in trades that cost more than they hedge."""
    seen = snapshot(account("-5", "5011", reserve))

    plan = decided(seen, memory("-5"))

    assert traded(plan) == Base(size)
    assert Code.COLLATERAL in codes(plan.reasons)


def test_increase__cools_down_and_lacks_collateral__the_person_is_asked_at_once() -> None:
    recent = Traded(venue=PERP, market=ETH, time_ms=NOW - 60_000, notional=Usd(100))

    plan = decided(snapshot(account("-5", "5011", "0")), replace(memory("-5"), trades=(recent,)))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.COOLDOWN, Code.COLLATERAL]


def test_increase__the_venue_counts_no_unrealised_profit__is_funded_or_asked_for() -> None:
    """The equity of 30,000 would carry it; the margin of 1,000 opens 10,000 / (2,000 * 10 % + 20) = 4.545."""
    rich = replace(account("0", "30000", "0"), open_margin=Usd(1000))
    seen, helped = snapshot(rich), snapshot(replace(rich, reserve=Usd(5000)))

    assert traded(decided(seen)) == Base("-4.545")
    assert codes(decided(seen).reasons) == [Code.COLLATERAL]
    assert decided(seen).reasons[0].value == "10 more needs 1,200 USD, 1,200 USD are missing"
    assert (traded(decided(helped)), funds(decided(helped))) == (Base(-10), [Usd(1200)])
    assert checked(decided(seen).legs, seen).dropped == ()
    assert checked(decided(helped).legs, helped).dropped == ()


def test_gate__an_increase_on_unrealised_profit__is_denied() -> None:
    """Perp v2 would revert it with CH_NEFCI, after the gas is paid."""
    seen = snapshot(replace(account("0", "30000", "0"), open_margin=Usd(1000)))

    verdict = checked([sell("5")], seen)

    assert denied(verdict) == [Code.COLLATERAL]
    assert (
        verdict.dropped[0].reasons[0].value == "100 USD are missing: profit that is not realised opens nothing here"
    )
    assert checked([sell("4.5")], seen).dropped == ()


def test_outlook__a_reduction__frees_no_margin_before_it_is_done() -> None:
    seen = replace(account("-10", "30000", "0"), open_margin=Usd(1000))

    assert after(seen, [buy("5")]).open_margin == Usd(1000)
    assert after(seen, [sell("1")]).open_margin == Usd(780)


def test_increase__a_reserve_with_fractions_of_a_cent__is_not_overdrawn_by_rounding() -> None:
    fine = market(lot="0.000000000000000001")

    plan = decided(snapshot(replace(account("0", "4000", "1100.005"), markets=(fine,))))

    assert funds(plan) == [Usd("1100.005")]


def test_increase__no_collateral_at_all__only_asks() -> None:
    plan = decided(snapshot(account("0", "0", "0")))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.COLLATERAL]
    assert plan.reasons[0].limit == "reserve 0 USD, leverage 2"


def test_increase__a_venue_that_wants_full_margin__is_held_to_it() -> None:
    strict = replace(market(), initial_margin=Ratio(1))
    seen = snapshot(replace(account("0", "10000", "0"), markets=(strict,)))

    plan = decided(seen)

    assert Base("-5") < traded(plan) < Base("-4.9")
    assert checked(plan.legs, seen).dropped == ()


def test_two_hedges__one_account__share_its_collateral() -> None:
    btc = Name("BTC")
    coin = replace(market("20000"), name=btc, underlying=btc)
    shared = replace(account("0", "10200", "0"), markets=(market(), coin))
    spot = replace(held("1", wallet=Name("safe")).holdings[0], underlying=btc)
    seen = snapshot(shared)
    seen = replace(seen, held=(*seen.held, replace(held(wallet=Name("safe")), holdings=(spot,))))
    second = replace(hedge(), underlying=btc, wallets=(Name("safe"),))

    plan = make_decide([hedge(), second], LIMITS)(seen, Memory())

    assert traded(plan) == Base(-10)  # all the account carries went to the first
    assert codes(plan.reasons) == [Code.COLLATERAL]
    assert plan.reasons[0].subject == "perp BTC"


def test_rescue__above_its_leverage__brings_the_account_back_to_opening() -> None:
    seen = snapshot(account("-10", "4900", "50000"))

    plan = decided(seen, memory("-10"))

    assert [leg.kind for leg in plan.legs] == [Kind.RESCUE]
    assert funds(plan) == [Usd(5100)]
    assert traded(plan) == Base(0)
    assert codes(plan.reasons) == [Code.IN_BAND]
    assert checked(plan.legs, seen, memory("-10")).dropped == ()


@pytest.mark.parametrize("equity", ["5000", "9000"])
def test_rescue__at_or_below_its_leverage__is_not_needed(equity: str) -> None:
    assert decided(snapshot(account("-10", equity, "50000")), memory("-10")).legs == ()


def test_rescue__the_reserve_is_too_small__posts_it_all_and_asks_a_person() -> None:
    plan = decided(snapshot(account("-10", "3000", "500")), memory("-10"))

    assert funds(plan) == [Usd(500)]
    assert codes(plan.reasons) == [Code.RESCUE, Code.IN_BAND]
    assert plan.reasons[0].value == (
        "leverage 6.67, liquidates at +8 % (2,164.71); runway at an assumed volatility of 80 % a year: 22.3 hours; "
        "1,500 USD more collateral needed than the reserve of 500 USD"
    )


def test_rescue__the_reserve_lifts_it_below_the_level__needs_no_person() -> None:
    plan = decided(snapshot(account("-10", "4900", "100")), memory("-10"))

    assert funds(plan) == [Usd(100)]
    assert Code.RESCUE not in codes(plan.reasons)


def test_rescue__a_debt_without_a_position__is_not_paid_from_the_reserve() -> None:
    plan = decided(snapshot(account("0", "-5", "50000"), spot="0"))

    assert plan.legs == ()
    assert Code.RESCUE not in codes(plan.reasons)


def test_rescue__spot_cannot_be_read__goes_all_the_same() -> None:
    seen = replace(snapshot(account("-10", "3000", "50000")), held=())

    plan = decided(seen, memory("-10"))

    assert [leg.kind for leg in plan.legs] == [Kind.RESCUE]
    assert checked(plan.legs, seen, memory("-10")).legs == plan.legs


def test_rescue__the_venues_own_liquidation_price__wins() -> None:
    short = Position(market=ETH, size=Base(-10), entry=Price(2000), liquidation=Price(2100))
    seen = snapshot(replace(account("-10", "3000", "0"), positions=(short,)))

    assert "+5 % (2,100)" in decided(seen, memory("-10")).reasons[0].value


def test_sweep__after_a_fall__says_what_could_go_home() -> None:
    plan = decided(snapshot(account("-10", "30000", "0", mark="1000"), price="1000"), memory("-10"), limits=Limits())

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.IN_BAND, Code.SWEEP]
    assert plan.reasons[1].value == "25,000 USD more collateral than leverage 2 asks for"


def test_sweep__no_position_or_enough_leverage__says_nothing() -> None:
    assert Code.SWEEP not in codes(decided(snapshot(account("0", "30000", "0"), spot="0"), limits=Limits()).reasons)
    near = snapshot(account("-10", "40000", "0"))
    assert Code.SWEEP not in codes(decided(near, memory("-10"), limits=Limits()).reasons)


def test_gate__more_posted_than_the_reserve__is_denied() -> None:
    plan = decided(snapshot(account("0", "4000", "20000")))

    assert Code.COLLATERAL in denied(checked(plan.legs, snapshot(account("0", "4000", "6000"))))


def test_outlook__a_funded_short__has_less_equity_for_its_worst_price() -> None:
    before = account("0", "4000", "20000")
    legs = decided(snapshot(before)).legs

    then = after(before, legs)

    assert (then.size(ETH), then.equity, then.reserve) == (Base(-10), Usd(10_000), Usd(13_800))
    assert after(replace(before, venue=Name("other")), legs).equity == Usd(4000)
    assert legs[0].venue == PERP
