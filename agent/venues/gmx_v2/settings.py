"""What the configuration says about one GMX v2 position: one account, one market, collateral in its short token.

Margin there is isolated: each market is a venue entry of its own, and several may share account and operator.
"""

from typing import Literal

from pydantic import Field, field_validator

from agent.errors import ConfigError
from agent.fields import AddressField, PositiveBase, Settings
from agent.model.base import Name
from agent.units import Base
from agent.venues.gmx_v2.versions import known_version


class ContractSettings(Settings):
    """The exchange's contracts. Routers, reader and handlers change with each release; the others never did."""

    exchange_routers: tuple[AddressField, ...] = Field(
        min_length=1, description="newest first: the first that still holds its roles is used"
    )
    subaccount_routers: tuple[AddressField, ...] = Field(min_length=1, description="likewise, for an operator")
    reader: AddressField
    data_store: AddressField
    event_emitter: AddressField
    role_store: AddressField
    router: AddressField = Field(description="the spender of collateral")
    order_vault: AddressField
    referral_storage: AddressField
    simulation_router: AddressField | None = Field(
        default=None, description="what tries orders for doctor, from 2.2c on; before, the exchange router does"
    )


class FeedSettings(Settings):
    """A Chainlink aggregator on the same chain: what a coin is worth where no keeper's price is at hand."""

    address: AddressField
    decimals: int = Field(default=8, ge=0, le=36)
    max_age_s: int = Field(default=90_000, gt=0, description="an older answer cannot be used")


class CoinSettings(Settings):
    """One of the market's three tokens. A synthetic index token has no contract behind its address."""

    address: AddressField
    decimals: int = Field(ge=0, le=30)
    feed: FeedSettings


class MarketSettings(Settings):
    """One market: which coin it is about, which coins back it."""

    name: Name
    underlying: Name = Field(description="the coin that it hedges")
    token: AddressField = Field(description="the market token, which names the market on chain")
    index: CoinSettings
    long: CoinSettings
    short: CoinSettings = Field(description="a US dollar coin: the collateral")
    lot: PositiveBase = Field(default=Base("0.001"), description="trades are rounded to it; the exchange has none")


class GmxV2Settings(Settings):
    """One market of one account on GMX v2."""

    kind: Literal["gmx-v2"]
    chain: Name
    account: AddressField = Field(description="owns the collateral and the position, and holds no spot")
    operator: Name = Field(description="the key that trades for it, by its name under [keys]")
    version: str = Field(description='of the reader: "2.2", "2.2c" or "live"; doctor says which one answers')
    contracts: ContractSettings
    market: MarketSettings
    tickers: tuple[str, ...] = Field(
        default=(), description="URLs of the exchange's price service: what keepers would execute at"
    )
    max_execution_gas: int = Field(default=8_000_000, gt=0, description="of a keeper, that an order may pay for")

    @field_validator("version")
    @classmethod
    def _known(cls, version: str) -> str:
        try:
            return known_version(version)
        except ConfigError as error:
            raise ValueError(str(error)) from None

    @property
    def book(self) -> tuple[str, ...]:
        """What makes it one and the same: margin is isolated by market."""
        return self.kind, self.account, self.market.token

    @property
    def underlyings(self) -> tuple[Name, ...]:
        return (self.market.underlying,)
