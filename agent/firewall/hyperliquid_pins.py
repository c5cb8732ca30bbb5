"""What a Hyperliquid dialect is given, and how the plan's sizes and prices are stated in the exchange's own units."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from agent.model import Address, Lane, Market, Name, value
from agent.units import Base, Price, Ratio

FIGURES, DECIMALS = 5, 6
"""Of a perpetual's price: significant figures, and decimals together with those of its size (tick and lot size)."""
ONE = Decimal(1)


@value
class Perpetual:
    """One market as it is configured: nothing here is what the exchange says."""

    asset: int
    """The exchange's number for it: its place in `meta.universe`, which it keeps; another on each network."""
    size_decimals: int
    leverage: int
    cross: bool
    multiplier: Ratio = Ratio(1)
    """Units of the underlying in one of the exchange's coins."""


@value
class Pins:
    lane: Lane
    endpoint: str
    """Messages go to its /exchange."""
    vault: Address | None
    """The sub-account that the agent signs for; None where it signs for its master."""
    markets: Mapping[Name, Perpetual]
    stop_slack: Ratio = Ratio("0.1")
    """How far beyond its trigger a stop still trades: what the exchange gives its own market triggers."""

    def named(self, asset: int) -> Name | None:
        return next((name for name, perpetual in self.markets.items() if perpetual.asset == asset), None)


@value
class Units:
    """A market of the plan in the exchange's coins: what the plan says has one spelling there."""

    multiplier: Decimal
    size_decimals: int
    fee: Decimal
    """A taker's, as the plan counted it."""

    def size(self, size: Base) -> Decimal:
        """Without its sign, rounded towards zero: never above the plan's."""
        return (abs(size).raw / self.multiplier).quantize(ONE.scaleb(-self.size_decimals), ROUND_DOWN)

    def base(self, size: Decimal) -> Base:
        return Base(size * self.multiplier)

    def limit(self, worst: Price, *, buys: bool) -> Decimal:
        """The exchange's limit knows no fee: with it, as near to the plan's worst as a tick allows, never worse."""
        return self.legal(worst.raw * self.multiplier / self._with_fee(buys=buys), buys=buys)

    def all_in(self, limit: Decimal, *, buys: bool) -> Price:
        return Price(limit * self._with_fee(buys=buys) / self.multiplier)

    def trigger(self, price: Price, *, buys: bool) -> Decimal:
        return self.legal(price.raw * self.multiplier, buys=buys)

    def beyond(self, trigger: Decimal, slack: Ratio, *, buys: bool) -> Decimal:
        return self.legal(trigger * (ONE + slack.raw if buys else ONE - slack.raw), buys=buys)

    def legal(self, price: Decimal, *, buys: bool) -> Decimal:
        """Rounded in our favour. Whole numbers are legal however long they are."""
        places = max(0, min(DECIMALS - self.size_decimals, FIGURES - 1 - price.adjusted()))
        return price.quantize(ONE.scaleb(-places), ROUND_FLOOR if buys else ROUND_CEILING)

    def _with_fee(self, *, buys: bool) -> Decimal:
        return ONE + self.fee if buys else ONE - self.fee


def leverage_of(seen: Market) -> int:
    """The nearest whole number: a third has no end as a decimal."""
    return int((ONE / seen.initial_margin.raw).to_integral_value()) if seen.initial_margin.sign() > 0 else 1


def units_of(perpetual: Perpetual, seen: Market) -> Units:
    return Units(
        multiplier=perpetual.multiplier.raw,
        size_decimals=perpetual.size_decimals,
        fee=max(Decimal(0), seen.fee.raw),
    )
