"""Tactical: in and out by steps, on each of its signals."""

from collections.abc import Sequence

import pytest

from agent.hedge.policies.signals import breakout, rate_of_change, trend
from agent.hedge.policies.tactical import Tactical
from agent.model import Code
from agent.units import Base, Price, Ratio
from tests.unit.hedge.known import asked, closes, remembering
from tests.unit.hedge.scene import DAY, NOW, decided, hedge, snapshot, traded, view

PULLBACK = Tactical(signal="trend", floor=Ratio("0.4"), ceiling=Ratio("0.7"), steps=3)
FALLEN = closes([2000] * 20 + [1900])
"""4.8 % below its average."""
BACK = closes([2000] * 20 + [2100])
QUIET = closes([2000] * 20 + [1990])


def test_worked_example__an_expected_pullback__goes_in_over_nine_days_and_out_again() -> None:
    """10 ETH, 40 to 70 % in three steps: short 5 at once, 6 after three days, 7 after six; and back."""
    wanted = hedge(PULLBACK)
    first = decided(snapshot(), remembering(prices=FALLEN), wanted)
    assert traded(first) == Base(-5)
    assert first.hedges[0].why == ("trend over 20 days is -4.77 % (in at -3 %, out at 3 %): step 1 of 3")

    ratios = [
        asked(PULLBACK, remembering(prices=FALLEN, last=last, days_ago=3)).size for last in ("0.5", "0.6", "0.7")
    ]
    assert ratios == [Ratio("0.6"), Ratio("0.7"), Ratio("0.7")]

    back = [asked(PULLBACK, remembering(prices=BACK, last=last, days_ago=3)).size for last in ("0.7", "0.5", "0.4")]
    assert back == [Ratio("0.6"), Ratio("0.4"), Ratio("0.4")]


@pytest.mark.parametrize(("days_ago", "ratio"), [(2, "0.5"), (3, "0.6")])
def test_tactical__the_next_step__waits_its_days(days_ago: int, ratio: str) -> None:
    found = asked(PULLBACK, remembering(prices=FALLEN, last="0.5", days_ago=days_ago))

    assert found.size == Ratio(ratio)
    assert ("stays 3 days on each" in found.why) == (days_ago == 2)


@pytest.mark.parametrize("last", ["0.4", "0.5", "0.7"])
def test_tactical__a_signal_between_its_thresholds__moves_nothing(last: str) -> None:
    assert asked(PULLBACK, remembering(prices=QUIET, last=last)).size == Ratio(last)


def test_tactical__a_short_that_stands_before_anything_was_wanted__is_where_it_begins() -> None:
    """A journal that was lost, or a short that a person opened, is no reason to close it."""
    assert asked(PULLBACK, remembering(prices=QUIET), stands=Ratio("0.7")).size == Ratio("0.7")
    assert asked(PULLBACK, remembering(prices=BACK), stands=Ratio("0.7")).size == Ratio("0.6")
    plan = decided(snapshot(view("-7")), remembering(prices=QUIET), hedge(PULLBACK))
    assert not plan.legs


def test_tactical__by_hand__needs_no_history_and_steps_all_the_same() -> None:
    assert asked(Tactical(signal="in"), remembering()).size == Ratio("0.35")
    assert asked(Tactical(signal="in"), remembering(last="0.35")).size == Ratio("0.7")
    assert asked(Tactical(signal="out"), remembering(last="0.7")).size == Ratio("0.35")


def test_tactical__what_stands_was_wanted_for_other_reasons__goes_on_from_the_nearest_step() -> None:
    assert asked(PULLBACK, remembering(prices=FALLEN, last="1")).size == Ratio("0.7")
    assert asked(PULLBACK, remembering(prices=QUIET, last="0.52")).size == Ratio("0.5")


@pytest.mark.parametrize(
    "prices",
    [
        closes([2000] * 20 + [1900], until=NOW - 3 * DAY),  # old
        closes([2000] * 15),  # of 21
        FALLEN[:6] + FALLEN[12:],
    ],
)
def test_tactical__closes_that_are_old_or_too_few__leave_the_hedge_as_it_is(prices: object) -> None:
    memory = remembering(prices=prices, last="0.5")  # type: ignore[arg-type]

    plan = decided(snapshot(view("-6")), memory, hedge(PULLBACK))

    assert traded(plan) == Base(0)
    assert plan.hedges[0].undecided
    assert Code.UNDECIDED in [reason.code for reason in plan.reasons]


def test_tactical__a_few_missing_days__are_forgiven() -> None:
    assert asked(PULLBACK, remembering(prices=FALLEN[:6] + FALLEN[11:])).size == Ratio("0.5")


def prices(*figures: int) -> Sequence[Price]:
    return [Price(each) for each in figures]


def test_rate_of_change__from_the_first_close_to_the_last() -> None:
    assert rate_of_change(prices(2000, 2300, 1900)) == Ratio("-0.05")


def test_trend__the_last_close_against_the_average_of_all() -> None:
    assert trend(prices(110, 110, 80)) == Ratio("-0.2")


@pytest.mark.parametrize(("last", "beyond"), [(90, "-0.1"), (100, "0"), (110, "0"), (120, "0"), (150, "0.25")])
def test_breakout__beyond_the_channel_of_the_closes_before__says_by_how_much(last: int, beyond: str) -> None:
    assert breakout(prices(110, 100, 120, last)) == Ratio(beyond)


@pytest.mark.parametrize("signal", ["rate-of-change", "trend", "breakout"])
def test_tactical__any_signal__goes_in_on_a_fall_and_out_on_a_rise(signal: str) -> None:
    policy = Tactical(signal=signal)  # type: ignore[arg-type]

    assert asked(policy, remembering(prices=FALLEN, last="0")).size == Ratio("0.35")
    assert asked(policy, remembering(prices=BACK, last="0.35")).size == Ratio(0)
