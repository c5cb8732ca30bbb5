"""What the configuration says about one Perp v2 account. Every contract is pinned; nothing is looked up."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from agent.fields import AddressField, PositiveBase, Settings
from agent.model.base import Name
from agent.units import Base


class ContractSettings(Settings):
    """The exchange's contracts, as its own deployment record lists them."""

    clearing_house: AddressField
    clearing_house_config: AddressField
    account_balance: AddressField
    exchange: AddressField
    market_registry: AddressField
    vault: AddressField
    delegate_approval: AddressField


class MarketSettings(Settings):
    """One market: the virtual base token that names it on chain, and the pool it trades in."""

    underlying: Name = Field(description="the coin that it hedges")
    base_token: AddressField
    pool: AddressField
    lot: PositiveBase = Field(default=Base("0.001"), description="trades are rounded to it; the exchange has none")


class PerpV2Settings(Settings):
    """One account on Perp v2."""

    kind: Literal["perp-v2"]
    chain: Name
    account: AddressField = Field(description="owns the collateral and the position")
    operator: Name = Field(description="the key that trades for it, by its name under [keys]")
    collateral: AddressField = Field(description="the vault's settlement token, a US dollar coin")
    collateral_decimals: int = Field(default=6, ge=0, le=18)
    contracts: ContractSettings
    markets: Mapping[Name, MarketSettings] = Field(min_length=1)

    @property
    def book(self) -> tuple[str, ...]:
        """What two entries on one chain may not share: both would count and trade the same position."""
        return self.kind, self.account

    @property
    def underlyings(self) -> tuple[Name, ...]:
        return tuple(market.underlying for market in self.markets.values())
