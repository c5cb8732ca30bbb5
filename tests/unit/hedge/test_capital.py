"""What a hedge needs before it is opened: one example, worked out by hand.

10 ETH at 2,000, a fee of 0.1 %, funding of +0.01 % for 8 hours, 30 days, 5 % a year elsewhere.
"""

from dataclasses import replace

import pytest

from agent.hedge.capital import Need, Planner
from agent.model import Past, Rate
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import LIMITS, OTHER, PERP, decided, hedge, market, memory, snapshot, view

MARKET = replace(
    market(), fee=Ratio("0.001"), funding=Rate(value=Ratio("0.0001"), interval_s=28_800), initial_margin=Ratio("0.05")
)


def needs(size: str = "0", equity: str = "0") -> tuple[Need, ...]:
    seen = snapshot(view(size, equity, at=MARKET))
    plan = decided(seen, memory(size))
    planner = Planner(limits=LIMITS, past=Past(), idle_rate=Ratio("0.05"))
    [found] = planner.needs([hedge()], plan.hedges, seen)
    return found


def near(found: Usd, cents: str) -> bool:
    return abs(found - Usd(cents)) < Usd("0.005")


def test_capital__nothing_opened_yet__is_planned_for_the_target() -> None:
    assert {(need.size, need.notional, need.days) for need in needs()} == {(Base(-10), Usd(20_000), 30)}


@pytest.mark.parametrize(
    ("stance", "collateral", "reserves", "ends"),
    [
        # 20,000 and the fee of 20; kept at full margin: at +25 % 25,000 are wanted, and 15,000 are left.
        (0, 20_020, (10_000, 20_000, 40_000), "3764.71"),
        # Kept at 2 times: at +25 % 12,500 would do, at +50 % 15,000 with 10,000 left, at +100 % 20,000 with nothing.
        (1, 20_020, (0, 5_000, 20_000), "3764.71"),
        # 10,000 and the fee; at +25 % 12,500 with 5,000 left, at +50 % 15,000 with 0, at +100 % 20,000 with -10,000.
        (2, 10_020, (7_500, 15_000, 30_000), "2823.53"),
    ],
    ids=["unlevered", "1x", "2x"],
)
def test_capital__each_stance__has_its_collateral_its_reserves_and_its_end(
    stance: int, collateral: int, reserves: tuple[int, ...], ends: str
) -> None:
    need = needs()[stance]

    assert need.collateral == Usd(collateral)
    assert [usd for _, usd in need.reserves] == [Usd(each) for each in reserves]
    assert need.runway.liquidation is not None
    assert abs(need.runway.liquidation - Price(ends)) < Price("0.01")


def test_capital__what_holding_it_brings__is_carry_less_fees_less_idle_capital() -> None:
    """0.01 % of 20,000 for 90 times 8 hours is 180; in and out costs 40; 5 % a year of the collateral and of the
    reserve for +50 %, for 30 of 365 days: of 40,020, 25,020 and 25,020."""
    unlevered, once, twice = needs()

    assert {need.carry for need in (unlevered, once, twice)} == {Usd(180)}
    assert {need.fees for need in (unlevered, once, twice)} == {Usd(40)}
    assert near(unlevered.idle, "164.47")
    assert near(once.idle, "102.82")
    assert near(twice.idle, "102.82")
    assert near(unlevered.expected, "-24.47")
    assert near(twice.expected, "37.18")


def test_capital__a_position_that_is_open__does_not_change_what_the_hedge_needs() -> None:
    assert [need.collateral for need in needs("-10", "9000")] == [need.collateral for need in needs()]


def test_capital__a_venue_that_opens_with_full_margin_only__is_never_planned_with_less() -> None:
    strict = replace(MARKET, initial_margin=Ratio(1))
    seen = snapshot(view("0", "0", at=strict))
    planner = Planner(limits=LIMITS, past=Past(), idle_rate=Ratio(0))
    [found] = planner.needs([hedge()], decided(seen).hedges, seen)

    assert [need.collateral for need in found] == [Usd(20_020)] * 3


def test_capital__several_venues__are_planned_one_by_one() -> None:
    wanted = hedge(venues=(PERP, OTHER))
    seen = snapshot(view(at=MARKET), view(venue=OTHER, at=MARKET))
    planner = Planner(limits=LIMITS, past=Past(), idle_rate=Ratio(0))

    found = planner.needs([wanted], decided(seen, wanted=wanted).hedges, seen)

    assert [needs[0].venue for needs in found] == [PERP, OTHER]


def test_capital__nothing_to_hedge__plans_nothing() -> None:
    seen = snapshot(view(at=MARKET), spot="0")

    assert Planner(limits=LIMITS, past=Past(), idle_rate=Ratio(0)).needs([hedge()], decided(seen).hedges, seen) == ()
