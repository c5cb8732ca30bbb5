"""Prices and sizes as the exchange takes them: five significant figures, and no more decimals than 6 - szDecimals.

Whole numbers are always legal, however long. A price bound is never rounded against the user: a purchase rounds down,
a sale up. Sizes round towards zero.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

FIGURES, DECIMALS = 5, 6
"""Of a perpetual's price."""


def wire(number: Decimal) -> str:
    """Plain, without an exponent and without trailing zeros: what is hashed must be spelled in one way."""
    return format(number.normalize(), "f") if number else "0"


def legal_price(price: Decimal, size_decimals: int, *, buys: bool) -> Decimal:
    """The nearest legal price that is no worse for us; 0 where there is none above zero."""
    rounding = ROUND_FLOOR if buys else ROUND_CEILING
    places = min(DECIMALS - size_decimals, FIGURES - 1 - price.adjusted()) if price > 0 else 0
    return price.quantize(Decimal(1).scaleb(-max(0, places)), rounding)


def is_legal_price(price: Decimal, size_decimals: int) -> bool:
    if price <= 0:
        return False
    if price == price.to_integral_value():
        return True
    decimals = max(0, -int(price.normalize().as_tuple().exponent))
    return decimals <= DECIMALS - size_decimals and len(price.normalize().as_tuple().digits) <= FIGURES


def legal_size(coins: Decimal, size_decimals: int) -> Decimal:
    """Of the exchange's own coins; > 0 stays below or at what was asked."""
    return coins.quantize(Decimal(1).scaleb(-size_decimals), ROUND_DOWN)
