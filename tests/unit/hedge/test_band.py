"""When to trade: band, smallest sizes, cooldown, slices, working orders."""

from dataclasses import replace

import pytest

from agent.model import Code, Memory, Name, Traded
from agent.units import Base, Usd
from tests.unit.hedge.scene import (
    ETH,
    LIMITS,
    NOW,
    OTHER,
    PERP,
    checked,
    codes,
    decided,
    hedge,
    market,
    memory,
    order,
    snapshot,
    thin,
    traded,
    trades,
    view,
)


def traded_ago(seconds: int, position: str, name: Name = ETH) -> Memory:
    trade = Traded(venue=PERP, market=name, time_ms=NOW - seconds * 1000, notional=Usd(100))
    return replace(memory(position), trades=(trade,))


@pytest.mark.parametrize("position", ["-9.8", "-9.9", "-10", "-10.2"])
def test_band__drift_up_to_its_edge__trades_nothing_and_says_why(position: str) -> None:
    plan = decided(snapshot(view(position)), memory(position))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.IN_BAND]
    assert plan.reasons[0].value == f"short {position[1:]} ETH, target short 10"
    assert plan.reasons[0].limit == "band 0.2 (2 %)"


@pytest.mark.parametrize(("position", "size"), [("-9.799", "-0.201"), ("-10.201", "0.201"), ("-12", "2")])
def test_band__drift_beyond_its_edge__trades_back_to_the_target(position: str, size: str) -> None:
    plan = decided(snapshot(view(position)), memory(position))

    assert traded(plan) == Base(size)
    assert plan.reasons == ()


def test_band__spot_sold__reduces_reduce_only() -> None:
    plan = decided(snapshot(view("-10"), spot="6"), memory("-10"))

    assert [(trade.size, trade.reduce_only) for trade in trades(plan)] == [(Base(4), True)]


def test_band__all_spot_gone__closes_without_a_band() -> None:
    assert traded(decided(snapshot(view("-0.1"), spot="0"), memory("-0.1"))) == Base("0.1")


def test_minimum__drift_worth_less_than_the_smallest_trade__waits() -> None:
    plan = decided(snapshot(view("-0.9"), spot="0.92"), memory("-0.9"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.BELOW_MINIMUM]
    assert plan.reasons[0].limit == "minimum 50 USD"


@pytest.mark.parametrize(("lot", "minimum"), [("0.1", 0), ("0.001", 200)])
def test_dust__left_over_below_what_the_venue_takes__is_left(lot: str, minimum: int) -> None:
    small = market(lot=lot, minimum=minimum)

    plan = decided(snapshot(view("-0.05", at=small), spot="0"), memory("-0.05"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.DUST]


def test_cooldown__an_increase_after_a_minute__waits() -> None:
    plan = decided(snapshot(view("-5")), traded_ago(60, "-5"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.COOLDOWN]
    assert (plan.reasons[0].value, plan.reasons[0].limit) == ("traded 60 s ago", "300 s")


def test_cooldown__over_or_in_another_market__trades() -> None:
    assert traded(decided(snapshot(view("-5")), traded_ago(300, "-5"))) == Base(-5)
    assert traded(decided(snapshot(view("-5")), traded_ago(60, "-5", Name("BTC")))) == Base(-5)


def test_cooldown__a_reduction__is_not_held_back() -> None:
    assert traded(decided(snapshot(view("-15")), traded_ago(60, "-15"))) == Base(5)


def test_slices__more_than_one_order_may_move__goes_in_parts_and_says_so() -> None:
    small = replace(LIMITS, max_order=Usd(10_000))

    plan = decided(snapshot(), limits=small)

    assert traded(plan) == Base(-5)  # counted at 2,000, the highest of mark, bound and outside price
    assert codes(plan.reasons) == [Code.SLICED]
    assert plan.reasons[0].value == "5 of 10 now, the rest in the next rounds"


def test_slices__a_reduction__counts_at_its_worst_price() -> None:
    small = replace(LIMITS, max_order=Usd(10_100))

    plan = decided(snapshot(view("-20")), memory("-20"), limits=small)

    assert traded(plan) == Base(5)  # 10,100 at 2,020
    assert codes(plan.reasons) == [Code.SLICED]


THIN = thin(("-1", "2000"), ("-4", "1981"), ("-50", "1900"), ("1", "2000"), ("3", "2019"), ("50", "2100"))


def test_slices__a_market_too_thin_for_all__takes_a_part_and_says_that_depth_is_why() -> None:
    seen = snapshot(view(at=THIN))

    plan = decided(seen)

    assert traded(plan) == Base(-4)
    assert codes(plan.reasons) == [Code.SLICED]
    assert plan.reasons[0].value == "4 of 10 now, the rest in the next rounds"
    assert plan.reasons[0].limit == "depth within 1,980"
    assert checked(plan.legs, seen).legs == plan.legs


def test_slices__a_reduction_in_a_thin_market__goes_in_part_too() -> None:
    seen = snapshot(view("-20", at=THIN))

    plan = decided(seen, memory("-20"))

    assert traded(plan) == Base(3)
    assert codes(plan.reasons) == [Code.SLICED]
    assert checked(plan.legs, seen, memory("-20")).legs == plan.legs


@pytest.mark.parametrize("position", ["0", "-20"])
def test_slices__no_depth_on_that_side__is_held(position: str) -> None:
    one_sided = thin(("1", "2000") if position == "0" else ("-1", "2000"))

    plan = decided(snapshot(view(position, at=one_sided)), memory(position))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.DEPTH]
    assert plan.reasons[0].value == "0 of 10 could go, less than the venue takes"


def test_slices__a_reduction_where_one_of_two_venues_has_no_depth__goes_at_the_other() -> None:
    seen = snapshot(view("-12"), view("-2", venue=OTHER, at=thin(("-1", "2000"))))
    known = Memory(positions={(PERP, ETH): Base(-12), (OTHER, ETH): Base(-2)})

    plan = decided(seen, known, hedge(venues=(PERP, OTHER)))

    assert [(leg.venue, leg.actions) for leg in plan.legs] == [(PERP, tuple(trades(plan)))]
    assert traded(plan) == Base(4)
    assert codes(plan.reasons) == [Code.DEPTH]


@pytest.mark.parametrize("position", ["0", "-20"])
@pytest.mark.parametrize("largest", [1, 9])
def test_slices__one_order_may_be_no_larger_than_the_venue_takes__is_held(position: str, largest: int) -> None:
    plan = decided(snapshot(view(position)), memory(position), limits=replace(LIMITS, max_order=Usd(largest)))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.ORDER_SIZE]
    assert plan.reasons[0].value.endswith(" of 10 could go, less than the venue takes")
    assert plan.reasons[0].limit == f"{largest} USD"


def test_working_order__not_yet_filled__counts_as_position() -> None:
    seen = snapshot(replace(view("-4"), orders=(order("-6"),)))

    plan = decided(seen, memory("-4"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.WORKING, Code.IN_BAND]
    assert plan.reasons[0].value == "short 6 for 10 s"


def test_working_order__spot_added_meanwhile__the_rest_waits_for_it() -> None:
    """What it leaves, and what collateral it ties, is known when it is filled."""
    plan = decided(snapshot(replace(view("-4"), orders=(order("-6"),)), spot="13"), memory("-4"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.WORKING]


def test_working_order__a_reduction_under_way__is_not_sent_again() -> None:
    seen = snapshot(replace(view("-10"), orders=(order("4"),)), spot="5")

    assert traded(decided(seen, memory("-10"))) == Base(1)


def test_working_order__nobody_fills_it__is_cancelled_and_nothing_else_goes() -> None:
    seen = snapshot(replace(view("-4"), orders=(order("-6", age_s=301),)), spot="20")

    plan = decided(seen, memory("-4"))

    assert [[str(action) for action in leg.actions] for leg in plan.legs] == [["Cancel(order_id='working-6')"]]
    assert Code.WORKING in codes(plan.reasons)


def test_protective_order__stands__is_neither_position_nor_cancelled() -> None:
    seen = snapshot(replace(view("-10"), orders=(order("10", age_s=9999, role="protective"),)))

    plan = decided(seen, memory("-10"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.IN_BAND]


def test_cooldown__while_a_person_holds__hides_nothing_of_the_hold() -> None:
    known = replace(traded_ago(10, "-4"), hold="flattened by run 7")
    plan = decided(snapshot(view("-4")), known)
    assert Code.COOLDOWN not in codes(plan.reasons)
    assert (plan.legs, Code.ON_HOLD in codes(plan.reasons)) == ((), True)
