"""The sign of funding: positive, longs pay and our short receives."""

from dataclasses import replace

from agent.hedge.carry import carry_a_year
from agent.model import Rate
from agent.units import Base, Ratio
from tests.unit.hedge.scene import market

EIGHT_HOURS = 8 * 3600


def test_carry__positive_funding__a_short_receives_and_a_long_pays() -> None:
    paying = replace(market(), funding=Rate(value=Ratio("0.0001"), interval_s=EIGHT_HOURS))

    assert carry_a_year(paying, Base(-10)) == Ratio("0.1095")  # 0.01 % three times a day, 365 days
    assert carry_a_year(paying, Base(10)) == Ratio("-0.1095")


def test_carry__the_same_rate_by_the_hour__is_eight_times_as_much() -> None:
    hourly = replace(market(), funding=Rate(value=Ratio("0.0001"), interval_s=3600))

    assert carry_a_year(hourly, Base(-10)) == Ratio("0.876")


def test_carry__a_borrow_fee__is_paid_by_either_side() -> None:
    borrowing = replace(market(), borrow=Rate(value=Ratio("0.0001"), interval_s=EIGHT_HOURS))

    assert carry_a_year(borrowing, Base(-10)) == carry_a_year(borrowing, Base(10)) == Ratio("-0.1095")
