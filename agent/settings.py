"""The configuration: one TOML file, every key known, every message naming the key and what it may be.

Secrets do not stand in it: an RPC URL may be "env:NAME" or "file:PATH", and a signing key is named by where it lies.
"""

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from agent.errors import ConfigError
from agent.fields import (
    AddressField,
    BaseField,
    PositiveRatio,
    RatioField,
    Settings,
    ShareField,
    UsdField,
)
from agent.model import Lane, Name
from agent.signing.keys import secret_at
from agent.units import Ratio, Usd
from agent.venues.perp_v2.settings import PerpV2Settings
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
    rate_decimals: int = Field(default=18, ge=0, le=36, description="of the rate's answer")
    feed: RateFeedSettings | None = Field(default=None, description="for rate = feed")

    @model_validator(mode="after")
    def _feed_is_there(self) -> "TokenSettings":
        if (self.rate == "feed") != (self.feed is not None):
            raise ValueError('rate = "feed" and a table `feed` belong together')
        return self


class ChainSettings(Settings):
    """One EVM chain: how it is reached and what a transaction on it may cost and wait."""

    id: int
    rpc: tuple[str, ...] = Field(min_length=1, description='URLs, or "env:NAME" / "file:PATH" that hold one')
    max_lag_blocks: int = Field(default=3, ge=0, description="a node further behind the others is left out")
    timeout_s: int = Field(default=10, gt=0, description="for one request")
    max_fee_gwei: RatioField = Field(description="ceiling of every attempt, fee bumps included")
    exit_fee_factor: PositiveRatio = Field(default=Ratio(3), description="how much more a flatten may bid than that")
    tip_gwei: RatioField = Field(default=Ratio("0.01"), description="priority fee")
    ttl_s: int = Field(default=180, gt=0, description="a transaction not mined by then is burned")
    poll_s: RatioField = Field(default=Ratio("1"), description="between two looks at an open transaction")
    confirmations: int = Field(default=2, ge=0, description="blocks on top before a transaction is final for us")
    tokens: Mapping[str, TokenSettings] = Field(default_factory=dict, description="by symbol, beside the registry's")


class KeySettings(Settings):
    """The operator's hot key: its address, and where the secret lies (exactly one of the three)."""

    address: AddressField
    keystore: Path | None = Field(default=None, description="encrypted Ethereum keystore file")
    password: str | None = Field(default=None, description='"env:NAME" or "file:PATH"; asked for when absent')
    env: str | None = Field(default=None, description="environment variable that holds the key in hex")
    file: Path | None = Field(default=None, description="file with the key in hex, readable by you alone")

    @model_validator(mode="after")
    def _one_place(self) -> "KeySettings":
        if sum(place is not None for place in (self.keystore, self.env, self.file)) > 1:
            raise ValueError("name one place for the key: keystore, env or file")
        if self.password is not None and not self.password.startswith(("env:", "file:")):
            raise ValueError('password must be "env:NAME" or "file:PATH", not the password itself')
        return self


class WalletSettings(Settings):
    """Spot that is watched and never signs."""

    chain: Name
    address: AddressField
    assets: tuple[str, ...] = Field(min_length=1, description="the chain's coin and tokens by symbol")


class DeclaredSettings(Settings):
    """Spot that cannot be read: counted until its date, then a person must renew it."""

    underlying: Name
    amount: BaseField
    until: date


class PriceSettings(Settings):
    """An independent price: a Chainlink-style aggregator."""

    kind: Literal["chainlink"] = "chainlink"
    chain: Name
    underlying: Name
    feed: AddressField
    decimals: int = Field(default=8, ge=0, le=36)
    max_age_s: int = Field(default=3900, gt=0, description="older answers count as missing")


class HedgeSettings(Settings):
    """How one underlying is hedged."""

    policy: str = Field(default="full", description="how much of the exposure is hedged: a policy by name")
    parameters: Mapping[str, BaseField] = Field(default_factory=dict, description="of the policy")
    basis: Literal["units", "notional"] = Field(default="units", description="same coins, or same dollars")
    band: ShareField = Field(default=Ratio("0.02"), description="no-trade zone around the target, as a share of it")
    min_trade_usd: UsdField = Field(default=Usd(50), description="smaller trades are not worth making")
    cooldown_s: int = Field(default=300, ge=0, description="between two trades that add to the position")
    venues: tuple[Name, ...] = Field(min_length=1, description="in order of preference")


class LimitSettings(Settings):
    """What may be done at all. Increases meet every limit; reducing and flattening only those that protect them."""

    open_leverage: PositiveRatio = Field(default=Ratio(2), description="no increase above it")
    rescue_leverage: PositiveRatio = Field(default=Ratio(4), description="above it collateral is added")
    sweep_leverage: PositiveRatio = Field(default=Ratio("0.5"), description="below it collateral could go home")
    max_order_usd: UsdField = Field(default=Usd(50_000), description="one order; larger changes go in slices")
    max_daily_turnover_usd: UsdField = Field(default=Usd(200_000), description="in any 24 hours")
    max_oracle_deviation: ShareField = Field(default=Ratio("0.01"), description="venue against outside price")
    max_basis: ShareField = Field(default=Ratio("0.03"), description="mark against index, for increases")
    max_slippage: ShareField = Field(default=Ratio("0.01"), description="of a rebalance, fees included")
    max_exit_slippage: ShareField = Field(default=Ratio("0.05"), description="of a flatten, fees included")
    max_skew_s: int = Field(default=30, gt=0, description="between the sources of one snapshot")
    max_exposure_jump: RatioField = Field(default=Ratio("0.5"), description="beyond it a person must adopt it")
    exits_of_gas: int = Field(default=3, ge=1, description="exits at the fee ceiling that gas must always pay for")
    max_reverts_per_day: int = Field(default=3, ge=1, description="then the lane waits for a person")
    rehearsal_max_age_s: int = Field(default=120, gt=0, description="an older rehearsal is done again")

    @model_validator(mode="after")
    def _levels_in_order(self) -> "LimitSettings":
        if not self.sweep_leverage < self.open_leverage < self.rescue_leverage:
            raise ValueError("the levels must rise: sweep_leverage < open_leverage < rescue_leverage")
        return self


VenueField = Annotated[PerpV2Settings, Field()]
"""One settings model per kind of venue; more kinds make this a union discriminated by `kind`."""


class Configuration(Settings):
    """The whole file."""

    state: Path = Field(default=Path("hedgekeeper-state"), description="folder of the journal, beside this file")
    anvil: str = Field(default="anvil", description="the program that forks a chain for a rehearsal, or its path")
    deadline_s: int = Field(default=300, gt=0, description="a run ends by then")
    chains: Mapping[Name, ChainSettings] = Field(min_length=1)
    keys: Mapping[Name, KeySettings] = Field(default_factory=dict)
    wallets: Mapping[Name, WalletSettings] = Field(default_factory=dict)
    declared: Mapping[Name, DeclaredSettings] = Field(default_factory=dict)
    prices: Mapping[Name, PriceSettings] = Field(default_factory=dict)
    venues: Mapping[Name, VenueField] = Field(min_length=1)
    hedges: Mapping[Name, HedgeSettings] = Field(min_length=1)
    limits: LimitSettings = LimitSettings()
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _names_exist(self) -> "Configuration":
        complaints = list(self._unknown_names())
        if complaints:
            raise ValueError("; ".join(complaints))
        return self

    def _unknown_names(self) -> Iterator[str]:
        for section, parts in (("wallets", self.wallets), ("prices", self.prices), ("venues", self.venues)):
            for name, part in parts.items():
                yield from _unknown(f"{section}.{name}.chain", part.chain, self.chains)
        for name, venue in self.venues.items():
            yield from _unknown(f"venues.{name}.operator", venue.operator, self.keys)
        for name, hedge in self.hedges.items():
            for venue_name in hedge.venues:
                yield from _unknown(f"hedges.{name}.venues", venue_name, self.venues)
            listed = [self.venues[each] for each in hedge.venues if each in self.venues]
            if not any(market.underlying == name for venue in listed for market in venue.markets.values()):
                yield f"hedges.{name}: none of its venues has a market with underlying = {name!r}"
        yield from self._spot_of_keys()

    def _spot_of_keys(self) -> Iterator[str]:
        """A hot key must not be able to move what is hedged; and its gas would count as exposure."""
        hot = {key.address: name for name, key in self.keys.items()}
        for name, wallet in self.wallets.items():
            if wallet.address in hot:
                yield f"wallets.{name}.address: is that of keys.{hot[wallet.address]}: a hot key must not hold spot"

    def lane(self, venue: PerpV2Settings) -> Lane:
        """The replay guard that this venue's payloads go through."""
        return Lane(f"evm:{self.chains[venue.chain].id}:{self.keys[venue.operator].address}")

    def urls(self, chain: Name) -> tuple[str, ...]:
        """RPC URLs carry keys, too: "env:NAME" and "file:PATH" are looked up here and nowhere shown."""
        return tuple(looked_up(url, self.folder) for url in self.chains[chain].rpc)

    def path(self, path: Path) -> Path:
        """A path of the file, taken from the folder the file lies in."""
        return self.folder / path.expanduser()


def journal_path(settings: Configuration) -> Path:
    return settings.path(settings.state) / "journal.sqlite"


def looked_up(url: str, folder: Path) -> str:
    return secret_at(url, folder).use(os.fsdecode) if url.startswith(("env:", "file:")) else url


def _unknown(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    names = sorted(known)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
        yield f"{key}: there is no {name!r} ({hint})"


def load(path: Path) -> Configuration:
    """Reads and checks the file. ConfigError names every wrong key, and what it may be."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file. `hedgekeeper init` writes one; --config names another") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        return Configuration.model_validate({**raw, "folder": path.resolve().parent})
    except ValidationError as error:
        raise ConfigError("\n".join(_complaints(path, error))) from None


def _complaints(path: Path, error: ValidationError) -> Iterator[str]:
    """One line for each wrong key. pydantic's own text is kept only where it says what was expected."""
    for found in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in found["loc"])
        said = found["msg"].removeprefix("Value error, ")
        if found["type"] == "extra_forbidden":
            said = _unknown_key(found["loc"])
        if found["type"] == "missing":
            said = "is missing"
        yield f"{path}: {key}: {said}" if key else f"{path}: {said}"


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    known = list(_keys_at(Configuration, loc[:-1]))
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
    return f"unknown key ({hint})"


def _keys_at(model: Any, loc: tuple[int | str, ...]) -> Iterable[str]:
    """The keys that the table at `loc` may have."""
    for part in loc:
        field = getattr(model, "model_fields", {}).get(str(part))
        annotation = field.annotation if field else model
        arguments = getattr(annotation, "__args__", ())
        model = arguments[-1] if arguments and field else annotation
    while hasattr(model, "__origin__"):
        model = model.__args__[0]
    return [name for name in getattr(model, "model_fields", {}) if name != "folder"]
