"""Quantities that refuse to be mixed, and the one door between on-chain integers and decimals.

Decimal inside, one class per unit, only the legal operators: a Base times a Price is a Usd, a Base plus a
Price is a TypeError. Every scale and every rounding of the money path is in this file.
"""

import decimal
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Self, overload

PRECISION = 78
"""Digits of the largest uint256: scaling an on-chain integer is always exact."""

# New threads copy DefaultContext; the running one needs its context changed as well.
for _context in (decimal.DefaultContext, decimal.getcontext()):
    _context.prec = PRECISION
    _context.traps[decimal.FloatOperation] = True


class Quantity:
    """A finite decimal with a unit. Immutable, hashable, comparable with its own kind only."""

    __slots__ = ("raw",)
    raw: Decimal

    def __init__(self, raw: Decimal | int | str) -> None:
        value = Decimal(raw)
        if not value.is_finite():
            raise ValueError(f"{type(self).__name__} must be finite, not {raw}")
        object.__setattr__(self, "raw", value)

    @classmethod
    def from_int(cls, amount: int, decimals: int) -> Self:
        """The exact value of an on-chain integer with that many decimals."""
        return cls(Decimal(amount).scaleb(-decimals))

    def to_int(self, decimals: int) -> int:
        """As an on-chain integer, rounded towards zero."""
        return int(self.raw.scaleb(decimals).to_integral_value(ROUND_DOWN))

    def sign(self) -> int:
        return (self.raw > 0) - (self.raw < 0)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[type[Self], tuple[Decimal]]:
        return type(self), (self.raw,)

    def _same(self, other: object) -> Decimal:
        if isinstance(other, Quantity) and type(other) is type(self):
            return other.raw
        raise TypeError(f"{type(self).__name__} does not mix with {type(other).__name__}")

    def __add__(self, other: Self) -> Self:
        return type(self)(self.raw + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.raw - self._same(other))

    def __neg__(self) -> Self:
        return type(self)(-self.raw)

    def __abs__(self) -> Self:
        return type(self)(abs(self.raw))

    def __lt__(self, other: Self) -> bool:
        return self.raw < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.raw <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.raw > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.raw >= self._same(other)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.raw == self._same(other)

    def __hash__(self) -> int:
        return hash((type(self), self.raw))

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __str__(self) -> str:
        return format(self.raw.normalize(), "f") if self.raw else "0"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"


class Ratio(Quantity):
    """A plain number: a share, a rate, a leverage."""

    __slots__ = ()

    def __mul__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.raw * _ratio(other))

    def __truediv__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.raw / _ratio(other))


class Price(Quantity):
    """US dollars for one unit of the underlying."""

    __slots__ = ()

    def __mul__(self, other: Ratio) -> "Price":
        return Price(self.raw * _ratio(other))

    @overload
    def __truediv__(self, other: Ratio) -> "Price": ...
    @overload
    def __truediv__(self, other: "Price") -> Ratio: ...
    def __truediv__(self, other: "Ratio | Price") -> "Price | Ratio":
        return Price(self.raw / other.raw) if isinstance(other, Ratio) else Ratio(self.raw / self._same(other))


class Usd(Quantity):
    """US dollars."""

    __slots__ = ()

    def up_to_cent(self) -> "Usd":
        """Whole cents, rounded up: collateral that must suffice."""
        return Usd(self.raw.quantize(Decimal("0.01"), ROUND_CEILING))

    def __mul__(self, other: Ratio) -> "Usd":
        return Usd(self.raw * _ratio(other))

    @overload
    def __truediv__(self, other: Price) -> "Base": ...
    @overload
    def __truediv__(self, other: Ratio) -> "Usd": ...
    @overload
    def __truediv__(self, other: "Usd") -> Ratio: ...
    def __truediv__(self, other: "Price | Ratio | Usd") -> "Base | Usd | Ratio":
        if isinstance(other, Price):
            return Base(self.raw / other.raw)
        return Usd(self.raw / other.raw) if isinstance(other, Ratio) else Ratio(self.raw / self._same(other))


class Base(Quantity):
    """Units of the underlying, signed: long > 0, short < 0."""

    __slots__ = ()

    @overload
    def __mul__(self, other: Price) -> Usd: ...
    @overload
    def __mul__(self, other: Ratio) -> "Base": ...
    def __mul__(self, other: Price | Ratio) -> "Usd | Base":
        return Usd(self.raw * other.raw) if isinstance(other, Price) else Base(self.raw * _ratio(other))

    @overload
    def __truediv__(self, other: Ratio) -> "Base": ...
    @overload
    def __truediv__(self, other: "Base") -> Ratio: ...
    def __truediv__(self, other: "Ratio | Base") -> "Base | Ratio":
        return Base(self.raw / other.raw) if isinstance(other, Ratio) else Ratio(self.raw / self._same(other))

    def to_lot(self, lot: Self) -> Self:
        """Whole lots, rounded towards zero: a rounded trade never overshoots."""
        return type(self)((self.raw / lot.raw).to_integral_value(ROUND_DOWN) * lot.raw)


def quote_bound(size: Base, worst: Price, decimals: int) -> int:
    """The worst total in the quote token that a trade of `size` may settle for, never against the user.

    A sale (size < 0) states the least it must bring, rounded up; a purchase the most it may cost, rounded down.
    """
    total = abs(size).raw * worst.raw
    return int(total.scaleb(decimals).to_integral_value(ROUND_CEILING if size.sign() < 0 else ROUND_FLOOR))


def _ratio(other: object) -> Decimal:
    if isinstance(other, Ratio):
        return other.raw
    raise TypeError(f"expected a Ratio, not {type(other).__name__}")


__all__ = ["Base", "Price", "Quantity", "Ratio", "Usd", "quote_bound"]
