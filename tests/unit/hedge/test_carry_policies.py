"""The policies that look at carry: basis, funding-switch, preservation."""

from dataclasses import replace

import pytest

from agent.hedge.policies import Policy
from agent.hedge.policies.basis import Basis
from agent.hedge.policies.funding_switch import FundingSwitch
from agent.hedge.policies.history import funding_a_year
from agent.hedge.policies.preservation import Preservation
from agent.model import Code, Rate
from agent.units import Base, Ratio
from tests.unit.hedge.known import HOUR, KNOWN, asked, paid, remembering
from tests.unit.hedge.scene import ETH, NOW, PERP, codes, decided, hedge, market, memory, snapshot, traded, view

BASIS = Basis(base=Ratio("0.5"))
SWITCH = FundingSwitch(floor=Ratio("0.2"), ceiling=Ratio(1))
PRESERVE = Preservation(max_cost=Ratio("0.1"), resume=Ratio("0.05"))
CHEAP = replace(market(), fee=Ratio("0.0005"))


# --- basis


def test_worked_example__basis__sells_the_other_half_while_carry_pays() -> None:
    """+0.01 % per 8 h is 10.95 % a year; two fees of 0.05 % over 30 days are 1.22 % a year: 9.7 % are left."""
    seen = snapshot(view("-5", at=CHEAP))
    known = replace(memory("-5"), past=remembering(funding=paid("0.0001")).past)

    plan = decided(seen, known, hedge(BASIS))

    assert traded(plan) == Base(-5)
    assert plan.hedges[0].why == (
        "you RECEIVE 9.7 % a year over 30 days, both trades' fees paid (raised at 5 %, back at 2 %)"
    )


@pytest.mark.parametrize(
    ("rate", "last", "ratio"),
    [
        ("0.0001", "0.5", "1"),  # 10.95 % a year, 9.73 % after fees
        ("0.00004", "0.5", "0.5"),  # 4.38 %, 3.16 %: between the thresholds
        ("0.00004", "1", "1"),
        ("0.00002", "1", "0.5"),  # 2.19 %, 0.97 %
        ("-0.0001", "1", "0.5"),
    ],
)
def test_basis__between_the_thresholds__stays_as_it_was(rate: str, last: str, ratio: str) -> None:
    assert asked(BASIS, remembering(funding=paid(rate), last=last), market=CHEAP).size == Ratio(ratio)


def test_basis__fees_over_a_short_horizon__eat_the_carry() -> None:
    hurried = replace(BASIS, horizon_days=3)  # two fees of 0.05 % in three days: 12.2 % a year

    assert asked(hurried, remembering(funding=paid("0.0001"), last="0.5"), market=CHEAP).size == Ratio("0.5")


# --- funding-switch


def test_worked_example__funding_switch__keeps_a_fifth_while_the_short_would_pay() -> None:
    """-0.01 % per 8 h: short 10 goes down to short 2, and not one coin further: never long."""
    known = replace(memory("-10"), past=remembering(funding=paid("-0.0001")).past)

    plan = decided(snapshot(view("-10")), known, hedge(SWITCH))

    assert traded(plan) == Base(8)
    assert plan.hedges[0].target == Base(-2)
    assert plan.hedges[0].why == "you PAY 11 % a year, averaged over 3 days (most at 5 %, least at -5 %)"


@pytest.mark.parametrize(
    ("rate", "last", "ratio"),
    [
        ("0.0001", "0.2", "1"),
        ("0.00004", "0.2", "0.2"),
        ("0.00004", "1", "1"),
        ("-0.00004", "1", "1"),
        ("-0.00004", "0.2", "0.2"),
        ("-0.0001", "1", "0.2"),
        ("-0.01", "1", "0.2"),
    ],
)
def test_funding_switch__between_the_thresholds__stays_as_it_was(rate: str, last: str, ratio: str) -> None:
    assert asked(SWITCH, remembering(funding=paid(rate), last=last)).size == Ratio(ratio)


@pytest.mark.parametrize(("rate", "ratio"), [("0.00001", "1"), ("-0.00001", "0.2")])
def test_funding_switch__the_first_time_between_them__goes_by_the_sign(rate: str, ratio: str) -> None:
    assert asked(SWITCH, remembering(funding=paid(rate))).size == Ratio(ratio)


def test_funding_switch__in_four_steps__goes_by_the_size_too() -> None:
    stairs = replace(SWITCH, steps=4)  # 20, 40, 60, 80, 100 %; -5 to 5 % a year

    assert asked(stairs, remembering(funding=paid("0.00003"), last="0.2")).size == Ratio("0.8")  # 3.3 %
    assert asked(stairs, remembering(funding=paid("0.00003"), last="1")).size == Ratio(1)
    assert asked(stairs, remembering(funding=paid("0.00001"), last="1")).size == Ratio("0.8")  # 1.1 %


def test_funding_switch__the_borrow_fee__is_what_a_short_pays_as_well() -> None:
    costly = replace(market(), borrow=Rate(value=Ratio("0.00002"), interval_s=3600))  # 17.5 % a year

    assert asked(SWITCH, remembering(funding=paid("0.0001")), market=costly).size == Ratio("0.2")


def test_funding_switch__coins_that_are_owed__are_hedged_by_a_long_which_receives_the_opposite() -> None:
    found = asked(SWITCH, remembering(funding=paid("0.0001")), exposure=Base(-10))

    assert found.size == Ratio("0.2")
    assert found.why.startswith("you PAY 11 %")


# --- preservation


def test_worked_example__preservation__is_given_up_when_it_costs_too_much_and_a_sale_would_be_cheaper() -> None:
    """-0.02 % per 8 h costs 21.9 % a year, 1.8 % in 30 days: more than the 1 % of a sale."""
    known = replace(memory("-9"), past=remembering(funding=paid("-0.0002")).past)

    plan = decided(snapshot(view("-9")), known, hedge(PRESERVE))

    assert traded(plan) == Base(9)
    [told] = [reason for reason in plan.reasons if reason.code is Code.SELLING_CHEAPER]
    assert told.value == "hedging on for 30 days is expected to cost 1.8 % of the value"
    assert told.limit == "selling it for stables 1 %"


@pytest.mark.parametrize(
    ("rate", "last", "ratio"),
    [
        ("0.0001", "0.9", "0.9"),
        ("-0.00007", "0.9", "0.9"),  # 7.7 % a year
        ("-0.00007", "0", "0"),
        ("-0.0001", "0.9", "0"),  # 10.95 %
        ("-0.00004", "0", "0.9"),  # 4.4 %
    ],
)
def test_preservation__between_the_thresholds__stays_as_it_was(rate: str, last: str, ratio: str) -> None:
    assert asked(PRESERVE, remembering(funding=paid(rate), last=last)).size == Ratio(ratio)


@pytest.mark.parametrize(("rate", "says"), [("-0.0001", []), ("-0.00012", [Code.SELLING_CHEAPER]), ("0.01", [])])
def test_preservation__selling_instead__is_told_only_where_it_is_cheaper(rate: str, says: list[Code]) -> None:
    """0.9 % and 1.08 % in 30 days."""
    assert codes(asked(PRESERVE, remembering(funding=paid(rate))).warns) == says


# --- what they all look at


def test_funding_a_year__intervals_that_change__count_by_their_length() -> None:
    hour, day = Rate(value=Ratio("0.0001"), interval_s=3600), Rate(value=Ratio(0), interval_s=86_400)
    funding = ((NOW - 30 * HOUR, day), (NOW - 2 * HOUR, hour), (NOW - HOUR, day), (NOW, hour))
    known = replace(KNOWN, memory=remembering(funding=funding))

    assert funding_a_year(known, 1) == Ratio("0.0002") * Ratio(365 * 24) / Ratio(26)


@pytest.mark.parametrize(("days", "known"), [(2, True), (1, False)])
@pytest.mark.parametrize("policy", [BASIS, SWITCH, PRESERVE])
def test_any_of_them__less_than_half_is_recorded__cannot_say(policy: Policy, days: int, known: bool) -> None:
    whole = replace(policy, average_days=4)  # type: ignore[type-var]

    assert (asked(whole, remembering(funding=paid("0.0001", days))).size is not None) == known


def test_any_of_them__funding_of_another_market__is_not_theirs() -> None:
    other = remembering(funding=paid("0.0001"))
    elsewhere = replace(KNOWN, venue=PERP, market=replace(market(), name=ETH + "-2"), memory=other)  # type: ignore[arg-type]

    assert SWITCH(elsewhere).size is None
