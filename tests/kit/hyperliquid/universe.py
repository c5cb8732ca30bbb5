"""What is traded: each perp's rules, its prices and its book."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tests.kit.hyperliquid.amounts import ZERO
from tests.kit.hyperliquid.book import Book


@dataclass(frozen=True, slots=True)
class Tier:
    lower_bound: Decimal
    """USD of notional from which it holds."""
    max_leverage: int

    @property
    def rate(self) -> Decimal:
        """Maintenance margin is half of the initial margin at the highest leverage."""
        return 1 / Decimal(2 * self.max_leverage)


@dataclass(frozen=True, slots=True)
class MarginTable:
    id: int
    description: str
    tiers: tuple[Tier, ...]

    def tier(self, notional: Decimal) -> Tier:
        return [tier for tier in self.tiers if tier.lower_bound <= notional or tier is self.tiers[0]][-1]

    def maintenance(self, notional: Decimal) -> Decimal:
        """notional x rate - deduction, where the deduction makes it continuous from tier to tier."""
        deduction, reached = ZERO, self.tiers[0]
        for tier in self.tiers[1 : self.tiers.index(self.tier(notional)) + 1]:
            deduction += tier.lower_bound * (tier.rate - reached.rate)
            reached = tier
        return notional * reached.rate - deduction


def table(id_: int, description: str, *tiers: tuple[int, int]) -> MarginTable:
    return MarginTable(id_, description, tuple(Tier(Decimal(bound), leverage) for bound, leverage in tiers))


def single_tier(id_: int) -> MarginTable:
    """A table below 50 has one tier, whose leverage is the table's number."""
    return table(id_, "", (0, id_))


class InterestLimit(StrEnum):
    """Why no position may grow."""

    CAPPED = "capped"
    AGGRESSIVE = "aggressive"
    """Capped, and the order's price is beyond the oracle's."""
    TOO_QUICK = "too_quick"


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingRow:
    coin: str
    rate: Decimal
    """Of one hour."""
    premium: Decimal
    time_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """One hour, from `time_ms` on."""

    time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(kw_only=True)
class Asset:
    name: str
    size_decimals: int
    margin: MarginTable
    oracle: Decimal
    mark: Decimal
    margin_mode: str | None = None
    """strictIsolated or noCross; both are isolated only."""
    delisted: bool = False
    interest_limit: InterestLimit | None = None
    impact_notional: Decimal = Decimal(6_000)
    last: Decimal | None = None
    previous_day: Decimal | None = None
    forced_premium: Decimal | None = None
    """Instead of the book's."""
    sampled: Decimal = ZERO
    samples: int = 0
    """Of the premium in the current hour."""
    volume: Decimal = ZERO
    volume_usd: Decimal = ZERO
    book: Book = field(default_factory=Book)
    funding: list[FundingRow] = field(default_factory=list)
    candles: list[Candle] = field(default_factory=list)
    """Of the hours that have ended."""

    @property
    def max_leverage(self) -> int:
        return self.margin.tiers[0].max_leverage

    @property
    def isolated_only(self) -> bool:
        return self.margin_mode is not None

    @property
    def mid(self) -> Decimal | None:
        bid, ask = self.book.best(True), self.book.best(False)
        return None if bid is None or ask is None or self.delisted else (bid.price + ask.price) / 2


def default_universe() -> list[Asset]:
    """A small mainnet: ETH is asset 1, a delisted coin keeps its slot."""
    btc, eth, sol, ten = (
        table(56, "tiered 40x", (0, 40), (150_000_000, 20)),
        table(55, "tiered 25x", (0, 25), (100_000_000, 15)),
        table(54, "tiered 20x", (0, 20), (70_000_000, 10)),
        table(51, "tiered 10x", (0, 10), (20_000_000, 5)),
    )
    major = Decimal(20_000)
    return [
        _asset("BTC", 5, btc, "60000", impact_notional=major),
        _asset("ETH", 4, eth, "2000", impact_notional=major),
        _asset("SOL", 2, sol, "150"),
        _asset("kPEPE", 0, ten, "0.012"),
        _asset("GONE", 1, single_tier(3), "1.5", delisted=True),
        _asset("ALONE", 1, single_tier(5), "20", margin_mode="strictIsolated"),
        _asset("HYPE", 2, ten, "40"),
    ]


def _asset(name: str, size_decimals: int, margin: MarginTable, price: str, **more: object) -> Asset:
    at = Decimal(price)
    asset = Asset(name=name, size_decimals=size_decimals, margin=margin, oracle=at, mark=at, previous_day=at)
    for key, value in more.items():
        setattr(asset, key, value)
    return asset


def tables_of(assets: Sequence[Asset]) -> dict[int, MarginTable]:
    return {asset.margin.id: asset.margin for asset in assets}
