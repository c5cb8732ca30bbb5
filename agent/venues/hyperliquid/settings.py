"""What the configuration says about one Hyperliquid account."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator, model_validator

from agent.fields import AddressField, PositiveRatio, Settings, check_url
from agent.model.base import Address, Name
from agent.units import Ratio

URLS = {"mainnet": "https://api.hyperliquid.xyz", "testnet": "https://api.hyperliquid-testnet.xyz"}
"""Where each network answers; which network a signature is for is never read from a URL."""


class MarketSettings(Settings):
    """One perpetual of the first exchange (no builder-deployed ones)."""

    underlying: Name = Field(description="the coin that it hedges")
    coin: str = Field(description='the exchange\'s own name: "ETH"; "kPEPE" is 1,000 PEPE')
    asset: int = Field(ge=0, lt=10_000, description="the exchange's number of the coin; orders name it by this alone")
    size_decimals: int = Field(ge=0, le=6, description="of an order's size; the exchange's szDecimals")
    multiplier: PositiveRatio = Field(default=Ratio(1), description="underlying in one of the exchange's coins")
    leverage: int = Field(default=2, ge=1, le=5, description="set before the first opening; margin per dollar")
    margin: Literal["cross", "isolated"] = Field(default="isolated", description="set before the first opening")


class HyperliquidSettings(Settings):
    """One account, traded by an agent key that cannot withdraw."""

    kind: Literal["hyperliquid"]
    network: Literal["mainnet", "testnet"] = Field(description="what signatures are for: never guessed from the URL")
    url: str = Field(default="", description="of another endpoint than the network's own")
    account: AddressField = Field(description="the master account, or a sub-account, that holds the collateral")
    master: AddressField | None = Field(default=None, description="of the account, where that is a sub-account")
    operator: Name = Field(description="the agent key, by its name under [keys]")
    ttl_s: int = Field(default=15, ge=2, le=120, description="a message not taken by then never is")
    chain: Name | None = Field(default=None, description="HyperEVM under [chains]: an independent second read")
    markets: Mapping[Name, MarketSettings] = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _makes_sense(cls, url: str) -> str:
        return check_url(url).rstrip("/") if url else url

    @model_validator(mode="after")
    def _one_margin_mode(self) -> "HyperliquidSettings":
        """What backs isolated positions and what backs cross ones cannot be one figure."""
        if len({market.margin for market in self.markets.values()}) > 1:
            raise ValueError("markets of one account are either all isolated or all cross: use a sub-account")
        return self

    @property
    def isolated(self) -> bool:
        return all(market.margin == "isolated" for market in self.markets.values())

    @property
    def owner(self) -> Address:
        """Whose agents may sign for the account."""
        return self.master or self.account

    @property
    def endpoint(self) -> str:
        return self.url or URLS[self.network]

    @property
    def book(self) -> tuple[str, ...]:
        """What makes it one and the same."""
        return self.kind, self.network, self.account

    @property
    def underlyings(self) -> tuple[Name, ...]:
        return tuple(market.underlying for market in self.markets.values())
