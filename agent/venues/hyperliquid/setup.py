"""What every part of this venue is given."""

from decimal import Decimal

from agent.model import Address, Lane, Name, value
from agent.units import Usd
from agent.venues.hyperliquid.settings import HyperliquidSettings, MarketSettings

TAKER_FEE = Decimal("0.00045")
"""The base tier's; `doctor` shows the account's own."""
LEAST_ORDER = Usd(10)
"""MinTradeNtl."""
EXPIRY_MARGIN_MS = 5_000
"""How far past its expiry the exchange's own time must be before a message that it does not know is dead."""
LATENCY_S = 1
"""An answer comes within the second."""


@value
class Setup:
    name: Name
    lane: Lane
    operator: Address
    settings: HyperliquidSettings

    @property
    def source(self) -> Name:
        """Everything is read at the venue itself."""
        return self.name

    @property
    def account(self) -> Address:
        return self.settings.account

    def market_of(self, coin: str) -> tuple[Name, MarketSettings] | None:
        listed = self.settings.markets.items()
        return next(((name, market) for name, market in listed if market.coin == coin), None)
