"""What no hedge names is said at every look, also when there is nothing to trade."""

from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import make_check, make_flatten
from agent.model import Code, Gap, Memory, Name, Plan, Position, exit_for
from agent.units import Base, Price
from tests.unit.hedge.scene import (
    ETH,
    LANES,
    LIMITS,
    OTHER,
    PERP,
    codes,
    decided,
    hedge,
    market,
    memory,
    sell,
    snapshot,
    view,
)

BTC = Name("BTC")
GONE = (Name("gone"), BTC)


def test_strange_account__in_band__is_said_and_needs_a_person() -> None:
    plan = decided(
        snapshot(replace(view("-10"), strange="a position in market 0xB, which is not configured")), memory("-10")
    )

    assert codes(plan.reasons) == [Code.IN_BAND, Code.FOREIGN_FILL]
    assert (plan.reasons[1].subject, exit_for(plan.reasons[1])) == (PERP, Exit.PERSON)


@pytest.mark.parametrize(("spot", "first"), [("10", Code.IN_BAND), ("0", None)])
def test_position__in_a_market_that_no_hedge_names__is_said_in_band_or_not(spot: str, first: Code | None) -> None:
    coin = replace(market("50000"), name=BTC, underlying=BTC)
    seen = replace(
        view("-10"),
        markets=(market(), coin),
        positions=(*view("-10").positions, Position(market=BTC, size=Base("-0.1"), entry=Price(50000))),
    )

    plan = decided(snapshot(seen, spot=spot), memory("-10"))

    assert codes(plan.reasons) == [code for code in (first, Code.UNCONFIGURED_POSITION) if code]
    told = plan.reasons[-1]
    assert (told.subject, told.value, exit_for(told)) == ("perp BTC", "short 0.1", Exit.PERSON)


def test_account__with_a_position_in_a_market_that_is_not_configured__needs_a_person_and_is_not_added_to() -> None:
    seen = snapshot(replace(view("-10"), unconfigured="a short in market 0xB"), spot="12")
    plan = decided(seen, memory("-10"))
    [told] = [reason for reason in plan.reasons if reason.code is Code.UNCONFIGURED_POSITION]
    assert (told.subject, told.value, exit_for(told)) == (PERP, "a short in market 0xB", Exit.PERSON)
    verdict = make_check([hedge()], LIMITS, LANES)(Plan(legs=(sell("2"),)), seen, memory("-10"))
    assert verdict.dropped[0].reasons == (told,)


def test_flatten__a_position_in_a_market_that_is_not_configured__closes_the_others_and_needs_a_person() -> None:
    seen = replace(view("-10"), unconfigured="a short in market 0xB")
    for position, legs in ((seen, 1), (replace(seen, positions=()), 0)):
        plan = make_flatten(LIMITS)(snapshot(position), Memory())
        assert len(plan.legs) == legs
        assert codes(plan.reasons) == [Code.UNCONFIGURED_POSITION]


def test_position__in_the_journal_at_a_venue_that_is_gone__is_said_in_band() -> None:
    plan = decided(snapshot(view("-10")), replace(memory("-10"), positions={(PERP, ETH): Base(-10), GONE: Base(-3)}))

    assert codes(plan.reasons) == [Code.IN_BAND, Code.UNCONFIGURED_POSITION]
    assert (plan.reasons[1].subject, plan.reasons[1].value) == ("gone BTC", "short 3")


def test_position__at_a_venue_that_is_only_dark_or_flat__is_not_left_behind() -> None:
    dark = replace(snapshot(view("-10")), gaps=(Gap(source=Name("gone"), why="no answer"),))
    known = replace(memory("-10"), positions={(PERP, ETH): Base(-10), GONE: Base(-3)})
    named = replace(memory("-10"), positions={(PERP, ETH): Base(-10), (OTHER, ETH): Base(-3)})

    assert Code.UNCONFIGURED_POSITION not in codes(decided(dark, known).reasons)
    assert Code.UNCONFIGURED_POSITION not in codes(
        decided(snapshot(view("-10")), named, hedge(venues=(PERP, OTHER))).reasons
    )
    flat = Memory(positions={(PERP, ETH): Base(-10), GONE: Base(0)})
    assert codes(decided(snapshot(view("-10")), flat).reasons) == [Code.IN_BAND]


def test_strange_account__also_denies_an_increase__the_reason_is_told_once() -> None:
    seen = snapshot(replace(view("-10"), strange="liquidity in ETH"), spot="12")
    plan = decided(seen, memory("-10"))

    verdict = make_check([hedge()], LIMITS, LANES)(Plan(legs=(sell("2"),)), seen, memory("-10"))

    assert verdict.dropped[0].reasons == tuple(r for r in plan.reasons if r.code is Code.FOREIGN_FILL)
