"""Quantities: legal operators only, exact scales, roundings that never favour the other side."""

import copy
import decimal
import operator
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from agent.units import Base, Price, Quantity, Ratio, Usd, quote_bound

ETH, PRICE, MONEY, HALF = Base("-3"), Price("2000"), Usd("500"), Ratio("0.5")

LEGAL = [
    (operator.mul, Base(2), PRICE, Usd(4_000)),
    (operator.mul, Base(2), HALF, Base(1)),
    (operator.truediv, Base(2), HALF, Base(4)),
    (operator.truediv, Base(2), Base(8), Ratio("0.25")),
    (operator.mul, MONEY, HALF, Usd(250)),
    (operator.truediv, MONEY, PRICE, Base("0.25")),
    (operator.truediv, MONEY, HALF, Usd(1_000)),
    (operator.truediv, MONEY, Usd(250), Ratio(2)),
    (operator.mul, PRICE, HALF, Price(1_000)),
    (operator.truediv, PRICE, HALF, Price(4_000)),
    (operator.truediv, PRICE, Price(500), Ratio(4)),
    (operator.mul, HALF, HALF, Ratio("0.25")),
    (operator.truediv, HALF, Ratio("0.25"), Ratio(2)),
]


@pytest.mark.parametrize(("does", "left", "right", "result"), LEGAL)
def test_operator__legal__has_the_unit_it_should(
    does: Callable[[Any, Any], Any], left: Quantity, right: Quantity, result: Quantity
) -> None:
    assert does(left, right) == result
    assert type(does(left, right)) is type(result)


ILLEGAL = [
    (does, left, right)
    for does in (operator.mul, operator.truediv)
    for left in (ETH, PRICE, MONEY, HALF)
    for right in (ETH, PRICE, MONEY, HALF, 2, Decimal(2), 2.0)
    if (does, type(left), type(right)) not in [(each, type(a), type(b)) for each, a, b, _ in LEGAL]
]


@pytest.mark.parametrize(("does", "left", "right"), ILLEGAL)
def test_operator__not_in_the_list__is_a_type_error(
    does: Callable[[Any, Any], Any], left: Quantity, right: object
) -> None:
    with pytest.raises(TypeError):
        does(left, right)


@pytest.mark.parametrize("does", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize("other", [PRICE, MONEY, HALF, 1, Decimal(1), 1.0])
def test_operator__across_units__is_a_type_error(does: Callable[[Any, Any], Any], other: object) -> None:
    with pytest.raises(TypeError):
        does(ETH, other)


def test_equality__across_units__is_false() -> None:
    assert Base(1) != Usd(1)
    assert Base(1) != Decimal(1)
    assert Base("1.0") == Base(1)
    assert len({Base("1.0"), Base(1), Usd(1)}) == 2


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_quantity__not_finite__is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        Usd(bad)


def test_quantity__a_float__is_refused() -> None:
    with pytest.raises(decimal.FloatOperation):
        Usd(0.1)  # type: ignore[arg-type]


def test_quantity__a_float__is_refused_in_every_thread() -> None:
    def attempt() -> bool:
        try:
            Usd(0.1)  # type: ignore[arg-type]
        except decimal.FloatOperation:
            return decimal.getcontext().prec == 78
        return False

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(attempt).result()


def test_quantity__set_an_attribute__is_refused() -> None:
    with pytest.raises(AttributeError, match="Base is immutable"):
        ETH.raw = Decimal(1)


def test_quantity__copied__is_the_same() -> None:
    assert copy.deepcopy(ETH) == copy.copy(ETH) == ETH


def test_from_int__the_largest_uint256__is_exact() -> None:
    assert Base.from_int(2**256 - 1, 18).to_int(18) == 2**256 - 1


@pytest.mark.parametrize(
    ("amount", "decimals", "integer"),
    [("1.999", 2, 199), ("-1.999", 2, -199), ("0.001", 2, 0), ("-3", 18, -3 * 10**18), ("1234", -2, 12)],
)
def test_to_int__a_remainder__is_rounded_towards_zero(amount: str, decimals: int, integer: int) -> None:
    assert Base(amount).to_int(decimals) == integer


@pytest.mark.parametrize(
    ("size", "lots"), [("1.2345", "1.234"), ("-1.2345", "-1.234"), ("0.0009", "0"), ("-0.0009", "0"), ("2", "2")]
)
def test_to_lot__a_remainder__never_overshoots(size: str, lots: str) -> None:
    assert Base(size).to_lot(Base("0.001")) == Base(lots)


@pytest.mark.parametrize(
    ("size", "bound"),
    [("-0.3", 3334), ("0.3", 3333), ("-0.0000001", 1), ("0.0000001", 0)],
    ids=["sale: at least", "purchase: at most", "tiny sale", "tiny purchase"],
)
def test_quote_bound__a_remainder__is_never_against_the_user(size: str, bound: int) -> None:
    assert quote_bound(Base(size), Price("1111.123"), 1) == bound


def test_text__of_any_quantity__is_plain() -> None:
    assert [str(each) for each in (Base("1E+3"), Base("0.10"), Base("-0.0"), Usd("1E-7"))] == [
        "1000",
        "0.1",
        "0",
        "0.0000001",
    ]
    assert repr(ETH) == "Base(-3)"


def test_sign__of_any_size__is_minus_one_zero_or_one() -> None:
    assert [Base(size).sign() for size in ("-3", "0", "0.1")] == [-1, 0, 1]
    assert [bool(Base(size)) for size in ("-3", "0", "-0")] == [True, False, False]
