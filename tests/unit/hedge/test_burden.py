"""A short that costs too much: told, reduced, closed, or rolled to a cheaper venue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest

from agent.hedge import CarryRule, Hedge
from agent.hedge.burden import burdened, daily_costs
from agent.hedge.policies import make_policy
from agent.model import Code, Kind, Leg, Memory, Name, Past, Plan, Rate, Settled, Snapshot, Trade, Traded, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    DAY,
    ETH,
    NOW,
    OTHER,
    PERP,
    checked,
    codes,
    decided,
    denied,
    hedge,
    held,
    market,
    memory,
    order,
    snapshot,
    traded,
    view,
)

STILL = Rate(value=Ratio(0), interval_s=3600)
RULE = CarryRule(max_cost=Ratio("0.2"), resume=Ratio("0.1"), patience_days=3)


def paid(*a_year: str) -> Settled:
    """Funding by day, the last one yesterday; > 0 is received by a short."""
    eight_hours = Ratio(3 * 365)
    first = NOW - len(a_year) * DAY
    return tuple(
        (first + n * DAY, Rate(value=Ratio(each) / eight_hours, interval_s=8 * 3600)) for n, each in enumerate(a_year)
    )


def known(position: str, funding: Settled, elsewhere: Settled = ()) -> Memory:
    past = Past(funding={(PERP, ETH): funding, (OTHER, ETH): elsewhere})
    return Memory(positions={(PERP, ETH): Base(position), (OTHER, ETH): Base(0)}, past=past)


def ruled(
    then: Literal["tell", "reduce", "close", "roll"], ratio: str = "0", venues: Sequence[Name] = (PERP,)
) -> Hedge:
    return replace(hedge(venues=venues), carry=replace(RULE, then=then, ratio=Ratio(ratio)))


MIDNIGHTS = tuple(NOW - NOW % DAY - n * DAY for n in (2, 1, 0))


def day(a_year: str) -> Rate:
    """A borrow fee of so much a year."""
    return Rate(value=Ratio(a_year) / Ratio(365), interval_s=86_400)


def test_daily_costs__funding_below_zero_and_a_borrow__both_are_paid() -> None:
    borrow = Rate(value=Ratio("0.05") / Ratio(365), interval_s=86_400)
    [cost] = daily_costs(paid("-0.3"), (), borrow, NOW)
    assert abs(cost - Ratio("0.35")) < Ratio("0.000001")


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        (["0.3", "0.3"], False),  # not long enough
        (["0.3", "0.3", "0.3"], True),
        (["0", "0", "0.5"], False),  # one bad day
        (["0.3", "0.3", "0.3", "0.15", "0.15", "0.15"], True),  # between the two: as it was
        (["0.15", "0.15", "0.15"], False),
        (["0.3", "0.3", "0.3", "0.05", "0.05", "0.05"], False),
    ],
)
def test_burdened__by_the_mean_over_the_patience__with_hysteresis(costs: list[str], *, expected: bool) -> None:
    assert burdened(RULE, [Ratio(cost) for cost in costs]) is expected


def hourly(*rates: str, until: int = NOW - NOW % DAY) -> Settled:
    """One payment an hour, the last one then."""
    hour = DAY // 24
    at = (until - hour * n for n in reversed(range(len(rates))))
    return tuple((each, Rate(value=Ratio(rate), interval_s=3600)) for each, rate in zip(at, rates, strict=True))


def test_daily_costs__the_day_under_way__does_not_count_before_it_is_over() -> None:
    spike = hourly(*["0.00001"] * 72, "-0.0008", until=NOW - NOW % DAY + DAY // 24)
    assert daily_costs(spike, (), STILL, NOW) == daily_costs(spike[:-1], (), STILL, NOW)
    assert not decided(snapshot(view("-10")), known("-10", spike), ruled("close")).legs


def test_daily_costs__a_payment_at_midnight__is_of_the_day_that_it_ends() -> None:
    assert daily_costs(hourly("0.00001"), (), STILL, NOW) == (Ratio("-0.0876"),)


def test_daily_costs__recorded_long_ago__say_nothing_of_now() -> None:
    past = tuple((at - 40 * DAY, rate) for at, rate in paid("-0.3", "-0.3", "-0.3"))
    assert daily_costs(past, (), STILL, NOW) == ()


def test_burden__a_borrow_that_plays_around_the_limit__moves_nothing() -> None:
    calm, lent = (
        paid("0", "0", "0"),
        tuple((at, day(rate)) for at, rate in zip(MIDNIGHTS, ("0.05",) * 3, strict=True)),
    )
    for now in ("0.199", "0.201"):
        seen = snapshot(view("-10", at=replace(market(), borrow=day(now))))
        past = Past(funding={(PERP, ETH): calm}, borrow={(PERP, ETH): lent})
        assert not decided(seen, replace(memory("-10"), past=past), ruled("close")).legs
    beyond = tuple((at, day("0.25")) for at in MIDNIGHTS)
    past = replace(past, borrow={(PERP, ETH): beyond})
    assert traded(decided(seen, replace(memory("-10"), past=past), ruled("close"))) == Base(10)


def test_burden__only_to_be_told__is_told_with_what_is_paid_and_trades_nothing() -> None:
    plan = decided(snapshot(view("-10")), known("-10", paid("-0.3", "-0.3", "-0.3")), ruled("tell"))
    [reason] = [reason for reason in plan.reasons if reason.code is Code.CARRY_COST]
    assert reason.value == "you PAY 30 % a year over 3 days: nothing is done about it"
    assert reason.limit == "20 % a year for 3 days"
    assert not plan.legs


@pytest.mark.parametrize(("then", "ratio", "trade"), [("reduce", "0.4", "6"), ("close", "0", "10")])
def test_burden__reduce_or_close__brings_the_short_down(
    then: Literal["reduce", "close"], ratio: str, trade: str
) -> None:
    plan = decided(snapshot(view("-10")), known("-10", paid("-0.3", "-0.3", "-0.3")), ruled(then, ratio))
    assert traded(plan) == Base(trade)
    assert not decided(snapshot(view("-10")), known("-10", paid("0.1", "0.1", "0.1")), ruled(then, ratio)).legs


def test_burden__once_closed__does_not_open_again_before_it_is_over() -> None:
    flat = snapshot(view())
    assert not decided(flat, known("0", paid("-0.3", "-0.3", "-0.3", "-0.15", "-0.15")), ruled("close")).legs
    assert decided(flat, known("0", paid("-0.3", "-0.3", "-0.3", "0", "0", "0")), ruled("close")).legs


def test_burden__once_closed__is_still_told_and_why_the_target_is_nothing() -> None:
    plan = decided(snapshot(view()), known("0", paid("-0.3", "-0.3", "-0.3")), ruled("close"))
    assert Code.CARRY_COST in codes(plan.reasons)
    assert plan.hedges[0].why == "all of it; held to 0 % by what it costs"


def two(here: str, there: str, funding: str = "0.00001") -> Snapshot:
    """`funding` an hour is what the other venue pays."""
    costs = replace(market(), funding=Rate(value=Ratio("-0.00004"), interval_s=3600), fee=Ratio("0.0005"))
    pays = replace(market(), funding=Rate(value=Ratio(funding), interval_s=3600), fee=Ratio("0.0005"))
    views: tuple[View, View] = (view(here, at=costs), view(there, venue=OTHER, at=pays))
    return snapshot(*views)


HEAVY = paid("-0.35", "-0.35", "-0.35")
ROLL = ruled("roll", venues=(PERP, OTHER))


def legs(plan: Plan) -> list[tuple[Name, Kind, Base]]:
    return [(leg.venue, leg.kind, a.size) for leg in plan.legs for a in leg.actions if isinstance(a, Trade)]


def test_roll__a_cheaper_venue__opens_there_first() -> None:
    seen, memory = two("-10", "0"), known("-10", HEAVY)
    plan = decided(seen, memory, ROLL)
    assert legs(plan) == [(OTHER, Kind.ROLL, Base(-10))]
    [why] = [reason for reason in plan.reasons if reason.code is Code.ROLL]
    assert why.value.startswith("10 from perp to other saves ")
    assert not denied(checked(plan.legs, seen, memory, ROLL))


def test_roll__opened_there__closes_as_much_where_it_costs() -> None:
    seen = two("-10", "-4")
    memory = replace(known("-10", HEAVY), positions={(PERP, ETH): Base(-10), (OTHER, ETH): Base(-4)})
    assert legs(decided(seen, memory, ROLL)) == [(PERP, Kind.ROLL, Base(4))]


def test_roll__a_venue_that_costs_nearly_as_much__is_not_rolled_to() -> None:
    heavy = paid("-0.21", "-0.21", "-0.21")
    assert not decided(two("-10", "0"), known("-10", heavy, paid("-0.19", "-0.19", "-0.19")), ROLL).legs
    assert decided(two("-10", "0"), known("-10", heavy, paid("-0.09", "-0.09", "-0.09")), ROLL).legs
    assert decided(two("-10", "0"), known("-10", HEAVY, paid("-0.19", "-0.19", "-0.19")), ROLL).legs


def test_roll__opened_in_part_and_still_working__closes_nothing_yet() -> None:
    here, there = two("-10", "-1").views
    seen = snapshot(here, replace(there, orders=(order("-3"),)))
    just_now = Traded(venue=OTHER, market=ETH, time_ms=NOW - 1000, notional=Usd(2000))
    positions = {(PERP, ETH): Base(-10), (OTHER, ETH): Base(-1)}
    known_ = replace(known("-10", HEAVY), positions=positions, trades=(just_now,))
    assert all(kind is not Kind.ROLL for _, kind, _ in legs(decided(seen, known_, ROLL)))


def test_roll__less_than_a_lot_too_much_in_between__goes_on() -> None:
    seen = replace(two("-6.001", "-4"), held=(held("10.0004"),))
    memory = replace(known("-6.001", HEAVY), positions={(PERP, ETH): Base("-6.001"), (OTHER, ETH): Base(-4)})
    assert legs(decided(seen, memory, ROLL)) == [(OTHER, Kind.ROLL, Base(-6))]


def test_policy__of_a_hedge_that_has_moved__counts_the_funding_where_it_stands() -> None:
    policy = make_policy("preservation", {"max_cost": "0.1", "resume": "0.05"})
    eight_hours = [NOW - n * DAY // 3 for n in reversed(range(30))]
    pays, earns = (
        tuple((at, Rate(value=Ratio(each), interval_s=28_800)) for at in eight_hours)
        for each in ("-0.0003", "0.0001")
    )
    memory = replace(known("0", pays, earns), positions={(PERP, ETH): Base(0), (OTHER, ETH): Base(-9)})
    plan = decided(two("0", "-9"), memory, hedge(policy, venues=(PERP, OTHER)))
    assert plan.hedges[0].why.startswith("you RECEIVE 11 % a year")
    assert not plan.legs


def test_roll__what_it_would_save_is_too_little__stays() -> None:
    assert not decided(two("-10", "0", funding="-0.00004"), known("-10", HEAVY), ROLL).legs


def test_roll__no_other_venue_or_no_burden__stays() -> None:
    assert not decided(snapshot(view("-10")), known("-10", HEAVY), ruled("roll")).legs
    assert not decided(two("-10", "0"), known("-10", paid("0", "0", "0")), ROLL).legs


def test_roll__to_a_venue_whose_prices_are_doubted__stays() -> None:
    seen = two("-10", "0")
    doubted = replace(seen.views[1].markets[0], index=Price(2100))
    views = (seen.views[0], replace(seen.views[1], markets=(doubted,)))
    assert not decided(replace(seen, views=views), known("-10", HEAVY), ROLL).legs


def test_roll__more_than_stands_elsewhere__is_denied() -> None:
    seen = two("-10", "0")
    trade = Trade(market=ETH, size=Base(-12), worst=market().mark * Ratio("0.99"), reduce_only=False)
    verdict = checked([Leg(venue=OTHER, actions=(trade,), kind=Kind.ROLL)], seen, known("-10", HEAVY), ROLL)
    assert Code.WRONG_WAY in denied(verdict)


def test_burden__a_venue_that_costs_less__keeps_the_hedge_whole() -> None:
    plan = decided(two("-10", "0"), known("-10", HEAVY), ruled("close", venues=(PERP, OTHER)))
    assert not plan.legs
    assert Code.CARRY_COST in codes(plan.reasons)
