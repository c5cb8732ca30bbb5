"""An order and what became of it."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.kit.hyperliquid.amounts import ZERO

MAKER = "0x00000000000000000000000000000000000a11ce"
"""Whose orders the scripted levels are. It has no account, and no margin to run out of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    price: Decimal
    is_market: bool
    is_stop: bool
    """Otherwise it takes profit."""

    def is_met(self, mark: Decimal, is_buy: bool) -> bool:
        """A stop buys above and sells below; a take-profit the other way round."""
        return mark >= self.price if self.is_stop is is_buy else mark <= self.price


@dataclass(kw_only=True)
class Order:
    id: int
    user: str
    asset: int
    coin: str
    is_buy: bool
    price: Decimal
    size: Decimal
    left: Decimal
    reduce_only: bool
    tif: str | None
    """None while it waits for its trigger."""
    placed_ms: int
    status_ms: int
    cloid: str | None = None
    trigger: Trigger | None = None
    follows_position: bool = False
    """A positionTpsl: closes whatever is open when it triggers."""
    status: str = "open"
    nonce: int | None = None
    spent: Decimal = ZERO
    """USD of the part that is filled."""
    children: list["Order"] = field(default_factory=list)
    """Placed once it is filled."""
    siblings: list[int] = field(default_factory=list)
    """Cancelled once it is filled."""

    @property
    def filled(self) -> Decimal:
        return self.size - self.left

    @property
    def sign(self) -> int:
        return 1 if self.is_buy else -1

    @property
    def is_open(self) -> bool:
        return self.status in ("open", "triggered")

    @property
    def side(self) -> str:
        return "B" if self.is_buy else "A"

    def settle(self, status: str, now_ms: int) -> None:
        self.status, self.status_ms = status, now_ms
