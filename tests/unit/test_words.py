"""Figures as a person reads them."""

import pytest

from agent.model import words
from agent.units import Base, Price, Ratio, Usd


def test_figures__large_small_and_negative__are_short_and_exact_enough() -> None:
    assert words.usd(Usd("1234567.891")) == "1,234,567.89 USD"
    assert words.usd(Usd("1000")) == "1,000 USD"
    assert words.coins(Base("12.3000")) == "12.3"
    assert words.coins(Base("100")) == "100"
    assert words.percent(Ratio("0.02")) == "2 %"
    assert words.figure(Usd("-0.001").raw, 2) == "0"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("4110", "4,110"), ("2164.7058", "2,164.71"), ("0.00001234", "0.00001234"), ("2.05", "2.05"), ("0", "0")],
)
def test_price__of_any_coin__shows_its_digits(raw: str, shown: str) -> None:
    assert words.price(Price(raw)) == shown


def test_side__any_position__is_said_in_words() -> None:
    assert words.side(Base("-12.5")) == "short 12.5"
    assert words.side(Base(3)) == "long 3"
    assert words.side(Base(0)) == "no position"
