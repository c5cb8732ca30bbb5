"""Who has what: collateral, positions, settings, and the keys that may act for an account."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.kit.hyperliquid.amounts import ZERO, usd

USDC = "USDC"
STANDARD, UNSET, UNIFIED, PORTFOLIO = "disabled", "default", "unifiedAccount", "portfolioMargin"
MODES = (STANDARD, UNSET, UNIFIED, PORTFOLIO)


@dataclass(kw_only=True)
class Position:
    asset: int
    size: Decimal
    """Signed coins; a short is negative."""
    entry_notional: Decimal
    """USD, unsigned: what the open size cost."""
    margin: Decimal | None
    """What an isolated position was given, without its profit; None: it is cross."""
    funding_since_open: Decimal = ZERO
    funding_since_change: Decimal = ZERO
    """Paid, so that a credit is negative."""

    @property
    def sign(self) -> int:
        return 1 if self.size > 0 else -1

    def profit(self, mark: Decimal) -> Decimal:
        return usd(self.size * mark - self.sign * self.entry_notional)


@dataclass(frozen=True, slots=True)
class Leverage:
    value: int
    is_cross: bool


@dataclass(kw_only=True)
class Account:
    address: str
    mode: str = STANDARD
    perp_usdc: Decimal = ZERO
    spot: dict[str, Decimal] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    leverage: dict[int, Leverage] = field(default_factory=dict)
    funding_all_time: dict[int, Decimal] = field(default_factory=dict)
    master: str | None = None
    """Of a sub-account."""
    name: str = ""
    maker_fee: Decimal = Decimal("0.00015")
    taker_fee: Decimal = Decimal("0.00045")
    volume: Decimal = ZERO
    actions: int = 0
    """Spent from its budget of requests."""
    extra_budget: int = 0
    last_action_ms: int = 0
    actions_today: tuple[int, int] = (0, 0)
    """The day, and how many."""
    schedule_ms: int | None = None
    """When all its orders are to be cancelled."""
    schedules_today: tuple[int, int] = (0, 0)
    liquidated_ms: int | None = None
    """When a position was last liquidated in part."""

    @property
    def is_unified(self) -> bool:
        return self.mode in (UNIFIED, PORTFOLIO)

    @property
    def cash(self) -> Decimal:
        """What backs its perps: a balance of its own, or the spot balance where the account is unified."""
        return self.spot.get(USDC, ZERO) if self.is_unified else self.perp_usdc

    @cash.setter
    def cash(self, amount: Decimal) -> None:
        if self.is_unified:
            self.spot[USDC] = amount
        else:
            self.perp_usdc = amount

    @property
    def is_empty(self) -> bool:
        return not self.positions and not self.perp_usdc and not any(self.spot.values())

    def size(self, asset: int) -> Decimal:
        return self.positions[asset].size if asset in self.positions else ZERO

    def set_mode(self, mode: str) -> None:
        """Perp collateral becomes spot in a unified account, and stays there when it is split again."""
        self.mode = mode
        if self.is_unified:
            self.spot[USDC] = self.spot.get(USDC, ZERO) + self.perp_usdc
            self.perp_usdc = ZERO


@dataclass(kw_only=True)
class Agent:
    address: str
    master: str
    name: str
    """Empty for the one unnamed agent."""
    valid_until_ms: int | None
