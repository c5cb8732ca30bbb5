"""Decimals as the exchange reads and writes them. Nothing here is ever a float."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from tests.kit.hyperliquid.refusals import Unreadable

ZERO = Decimal(0)
MICRO = Decimal("0.000001")
"""USD amounts are kept in whole millionths."""

_WIRE = re.compile(r"-?\d+(\.\d{1,8})?")
_SIGNIFICANT = 5
_PERP_DECIMALS = 6


def read(text: object) -> Decimal:
    """A number on the wire: a decimal string without exponent, at most 8 decimals."""
    if not isinstance(text, str) or not _WIRE.fullmatch(text):
        raise Unreadable
    return Decimal(text)


def plain(number: Decimal) -> str:
    """Without exponent, trailing zeros or a negative zero: the form that is hashed."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def shown(number: Decimal) -> str:
    """As answers show it: whole numbers carry a .0."""
    text = plain(number)
    return text if "." in text else f"{text}.0"


def usd(amount: Decimal) -> Decimal:
    return amount.quantize(MICRO, ROUND_HALF_EVEN)


def is_price(price: Decimal, size_decimals: int) -> bool:
    """At most 5 significant figures and 6 - szDecimals decimals; a whole number is always legal."""
    if price == price.to_integral_value():
        return True
    digits, exponent = price.normalize().as_tuple()[1:]
    assert isinstance(exponent, int)
    return len(digits) <= _SIGNIFICANT and -exponent <= _PERP_DECIMALS - size_decimals


def is_size(size: Decimal, size_decimals: int) -> bool:
    return size == size.quantize(Decimal(1).scaleb(-size_decimals))


def entry_price(notional: Decimal, size: Decimal, size_decimals: int) -> Decimal:
    """The average, in the market's own decimals."""
    return (notional / abs(size)).quantize(Decimal(1).scaleb(size_decimals - _PERP_DECIMALS))
