"""Drawdown and tracking error, by hand."""

from decimal import Decimal

from agent.model.times import DAY_MS, HOUR_MS
from agent.replay.curve import Curve, Drawdown
from agent.units import Ratio, Usd


def test_drawdown__of_two_falls__is_the_deeper_one_from_its_own_peak() -> None:
    curve = Curve(0, Usd(100))
    for hour, now in enumerate((90, 120, 110, 84, 130), start=1):
        curve.add(hour * HOUR_MS, Usd(now))

    assert curve.drawdown == Drawdown(depth=Ratio("-0.3"), peak_ms=2 * HOUR_MS, low_ms=4 * HOUR_MS)


def test_drawdown__of_a_value_that_only_rises__is_none() -> None:
    curve = Curve(0, Usd(100))
    curve.add(HOUR_MS, Usd(101))

    assert curve.drawdown.depth == Ratio(0)


def test_deviation__of_days_up_and_down_by_a_hundredth__is_that_times_the_root_of_a_year() -> None:
    """+1 %, -1 %: a standard deviation of the root of 2 per cent."""
    curve = Curve(0, Usd(100))
    for day, now in enumerate(("101", "99.99"), start=1):
        curve.add(day * DAY_MS - HOUR_MS, Usd(50))  # within the day: no matter
        curve.add(day * DAY_MS, Usd(now))

    found = curve.deviation_a_year
    assert found is not None
    assert abs(found.raw - (Decimal("0.0002") * 365).sqrt()) < Decimal("1e-15")


def test_deviation__of_less_than_two_days__cannot_be_said() -> None:
    curve = Curve(0, Usd(100))
    curve.add(DAY_MS, Usd(101))

    assert curve.deviation_a_year is None
