"""What happened, kept in order: fills, funding, changes of positions, transfers."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.kit.hyperliquid.amounts import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    user: str
    coin: str
    price: Decimal
    size: Decimal
    is_buy: bool
    time_ms: int
    start: Decimal
    """The position before it."""
    direction: str
    closed_pnl: Decimal
    order_id: int
    is_taker: bool
    fee: Decimal
    trade_id: int
    cloid: str | None
    liquidation: tuple[str, Decimal, str] | None = None
    """Whose, at which mark, and market or backstop."""

    @property
    def hash(self) -> str:
        return f"0x{self.trade_id:064x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPaid:
    user: str
    coin: str
    usdc: Decimal
    """Positive: credited."""
    size: Decimal
    rate: Decimal
    time_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one position, by whatever caused it: one execution of an order is one change."""

    number: int
    time_ms: int
    user: str
    coin: str
    before: Decimal
    after: Decimal
    cause: str
    """order, liquidation, backstop or adl."""
    order_id: int | None
    cloid: str | None
    nonce: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    time_ms: int
    user: str
    kind: str
    to: str
    amount: Decimal
    fee: Decimal = ZERO
    dexes: tuple[str, str] = ("", "")
    """Where it was and where it is: "" of perps, or spot."""


@dataclass
class Records:
    fills: list[Fill] = field(default_factory=list)
    funding: list[FundingPaid] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    """What users moved."""
    deposits: list[Transfer] = field(default_factory=list)
    """From outside."""
