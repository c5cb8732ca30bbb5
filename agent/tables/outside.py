"""What is out there: chains, keys, wallets, tokens, prices, and what they must be worth."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from agent.fields import (
    AddressField,
    EnvField,
    FactorField,
    PositiveBase,
    PositiveRatio,
    RatioField,
    Settings,
    ShareField,
    UrlField,
    parse_env,
)
from agent.model import Name
from agent.units import Ratio
from agent.wallets.tokens import RateKind


class RateFeedSettings(Settings):
    """An aggregator that says how many of its underlying one token is worth."""

    address: AddressField
    decimals: int = Field(default=18, ge=0, le=36)
    max_age_s: int = Field(default=90_000, gt=0, description="an older answer cannot be used")


class TokenSettings(Settings):
    """A token that the packaged registry does not know."""

    address: AddressField
    decimals: int = Field(ge=0, le=36)
    underlying: Name
    rate: RateKind = Field(
        default="one", description="the token's own method, or feed: how one is worth more than one"
    )
    rate_decimals: int = Field(
        default=18,
        ge=0,
        le=36,
        description="of the rate's answer; `doctor` asks the vault's asset, a run refuses rates outside 0.1 to 10",
    )
    feed: RateFeedSettings | None = Field(default=None, description="for rate = feed")

    @model_validator(mode="after")
    def _feed_is_there(self) -> "TokenSettings":
        if (self.rate == "feed") != (self.feed is not None):
            raise ValueError('rate = "feed" and a table `feed` belong together')
        return self


class PegSettings(Settings):
    """What a coin should be worth, and an aggregator that says what it is: a stablecoin, or a staked token."""

    chain: Name
    feed: AddressField
    decimals: int = Field(default=8, ge=0, le=36)
    max_age_s: int = Field(default=90_000, gt=0, description="older answers count as off the peg")
    rate: PositiveRatio = Field(default=Ratio(1), description="what it should be, in the feed's own unit")
    max_below: ShareField = Field(default=Ratio("0.01"), description="further below, nothing is added")
    hedges: tuple[Name, ...] = Field(default=(), description="that it holds back: all of them by default")


class SequencerSettings(Settings):
    """An uptime feed of a rollup's sequencer."""

    feed: AddressField
    grace_s: int = Field(default=3600, ge=0, description="for so long after it is up again nothing is added")


class ChainSettings(Settings):
    """One EVM chain: how it is reached and what a transaction on it may cost and wait."""

    id: int = Field(gt=0)
    rpc: tuple[UrlField, ...] = Field(min_length=1, description='URLs, or "env:NAME" / "file:PATH" that hold one')
    max_lag_blocks: int = Field(default=3, ge=0, description="a node further behind the others is left out")
    timeout_s: int = Field(default=10, gt=0, description="for one request")
    max_fee_gwei: PositiveRatio = Field(description="ceiling of every attempt, fee bumps included")
    exit_fee_factor: FactorField = Field(default=Ratio(3), description="how much more a flatten may bid than that")
    tip_gwei: RatioField = Field(default=Ratio("0.01"), description="priority fee")
    sequencer: SequencerSettings | None = Field(default=None, description="of a rollup: its uptime feed")
    ttl_s: int = Field(default=180, gt=0, description="a transaction not mined by then is burned")
    poll_s: PositiveRatio = Field(default=Ratio("1"), description="between two looks at an open transaction")
    confirmations: int = Field(default=2, ge=0, description="blocks on top before a transaction is final for us")
    tokens: Mapping[str, TokenSettings] = Field(default_factory=dict, description="by symbol, beside the registry's")

    @model_validator(mode="after")
    def _tip_below_ceiling(self) -> "ChainSettings":
        if self.tip_gwei > self.max_fee_gwei:
            raise ValueError(
                f"tip_gwei {self.tip_gwei} is above max_fee_gwei {self.max_fee_gwei}: nothing could be sent"
            )
        return self


class KeySettings(Settings):
    """The operator's hot key: its address, and where the secret lies (exactly one of the three)."""

    address: AddressField
    keystore: Path | None = Field(default=None, description="encrypted Ethereum keystore file")
    password: str | None = Field(default=None, description='"env:NAME" or "file:PATH"; asked for when absent')
    env: EnvField | None = Field(default=None, description="environment variable that holds the key in hex")
    file: Path | None = Field(default=None, description="file with the key in hex, readable by you alone")

    @model_validator(mode="after")
    def _one_place(self) -> "KeySettings":
        if sum(place is not None for place in (self.keystore, self.env, self.file)) > 1:
            raise ValueError("name one place for the key: keystore, env or file")
        if self.password is not None and not self.password.startswith("file:"):
            kind, _, name = self.password.partition(":")
            if kind != "env":
                raise ValueError('password must be "env:NAME" or "file:PATH", not the password itself')
            parse_env(name)
        return self


class WalletSettings(Settings):
    """Spot that is watched and never signs."""

    chain: Name
    address: AddressField
    assets: tuple[str, ...] = Field(min_length=1, description="the chain's coin and tokens by symbol")


class DeclaredSettings(Settings):
    """Spot that cannot be read: counted to the end of that day, then a person must renew it."""

    underlying: Name
    amount: PositiveBase
    until: date


class PriceSettings(Settings):
    """An independent price: a Chainlink-style aggregator."""

    kind: Literal["chainlink"] = "chainlink"
    chain: Name
    underlying: Name
    feed: AddressField
    decimals: int = Field(default=8, ge=0, le=36)
    max_age_s: int = Field(default=3900, gt=0, description="older answers count as missing")
