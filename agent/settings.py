"""The configuration: one TOML file, every key known, every message naming the key and what it may be.

Secrets do not stand in it: an RPC URL may be "env:NAME" or "file:PATH", and a signing key is named by where it lies.
"""

import difflib
import os
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, TypeAlias

from pydantic import Field, ValidationError, model_validator

from agent.errors import ConfigError, masked
from agent.fields import Settings, check_url
from agent.model import Lane, Name
from agent.signing.keys import secret_at
from agent.tables import (
    ChainSettings,
    DeclaredSettings,
    HedgeSettings,
    KeySettings,
    LimitSettings,
    PegSettings,
    PriceSettings,
    WalletSettings,
)
from agent.units import Ratio
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.hyperliquid.settings import HyperliquidSettings
from agent.venues.perp_v2.settings import PerpV2Settings

EvmVenueSettings: TypeAlias = PerpV2Settings | GmxV2Settings
VenueSettings: TypeAlias = EvmVenueSettings | HyperliquidSettings
"""One settings model per kind of venue, told apart by `kind`."""
VenueField = Annotated[VenueSettings, Field(discriminator="kind")]
KINDS: Mapping[str, type[Settings]] = {
    "perp-v2": PerpV2Settings,
    "gmx-v2": GmxV2Settings,
    "hyperliquid": HyperliquidSettings,
}


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
    pegs: Mapping[Name, PegSettings] = Field(default_factory=dict)
    venues: Mapping[Name, VenueField] = Field(min_length=1)
    hedges: Mapping[Name, HedgeSettings] = Field(min_length=1)
    unhedged: tuple[Name, ...] = Field(default=(), description="coins that wallets hold and nobody wants hedged")
    limits: LimitSettings = LimitSettings()
    folder: Path = Field(default=Path(), exclude=True)
    file: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _makes_sense(self) -> "Configuration":
        complaints = [*self._unknown_names(), *self._twice(), *self._spot_of_keys(), *self._impossible()]
        if complaints:
            raise ValueError("; ".join(complaints))
        return self

    def _unknown_names(self) -> Iterator[str]:
        for section, parts in (
            ("wallets", self.wallets),
            ("prices", self.prices),
            ("pegs", self.pegs),
            ("venues", self.venues),
        ):
            for name, part in parts.items():
                if part.chain is not None:
                    yield from _unknown(f"{section}.{name}.chain", part.chain, self.chains)
        for name, venue in self.venues.items():
            yield from _unknown(f"venues.{name}.operator", venue.operator, self.keys)
        for name, hedge in self.hedges.items():
            for venue_name in hedge.venues:
                yield from _unknown(f"hedges.{name}.venues", venue_name, self.venues)
            listed = [self.venues[each] for each in hedge.venues if each in self.venues]
            if not any(name in venue.underlyings for venue in listed):
                yield f"hedges.{name}: none of its venues has a market with underlying = {name!r}"
        for name, peg in self.pegs.items():
            for each in peg.hedges:
                yield from _unknown(f"pegs.{name}.hedges", each, self.hedges)
        for name, declared in self.declared.items():
            yield from _unknown(f"declared.{name}.underlying", declared.underlying, (*self.covered, *self.unhedged))

    def _twice(self) -> Iterator[str]:
        """One thing under two names would be counted, traded or fetched twice."""
        yield from _shared("chains.{}.id", {name: (chain.id,) for name, chain in self.chains.items()})
        yield from _shared("venues.{}", {name: self._book(venue) for name, venue in self.venues.items()})

    def _book(self, venue: VenueSettings) -> tuple[Hashable, ...]:
        """Chains under two names are one by their id."""
        if isinstance(venue, HyperliquidSettings):
            return venue.book
        return (self.chains[venue.chain].id if venue.chain in self.chains else venue.chain, *venue.book)

    def _impossible(self) -> Iterator[str]:
        for name, hedge in self.hedges.items():
            if name in self.unhedged:
                yield f"unhedged: names {name}, and there is a table [hedges.{name}]: one of them must go"
            for limit in ("max_order_usd", "max_daily_turnover_usd"):
                most = getattr(self.limits, limit)
                if hedge.min_trade_usd > most:
                    yield f"hedges.{name}.min_trade_usd: {hedge.min_trade_usd} is above limits.{limit} {most}"
            yield from self._basket(name, hedge)
        yield from self._drawn_short()

    def _basket(self, name: Name, hedge: HedgeSettings) -> Iterator[str]:
        """A coin in two hedges would be hedged twice; one without a price could not be counted."""
        key, priced = f"hedges.{name}.basket", {price.underlying for price in self.prices.values()}
        for coin in dict.fromkeys(hedge.basket):
            if coin in self.hedges:
                yield f"{key}: {coin} has a table [hedges.{coin}]: one of them must go"
            if coin in self.unhedged:
                yield f"{key}: {coin} stands in unhedged, too: one of them must go"
            if hedge.basket.count(coin) > 1:
                yield f"{key}: {coin} stands in it twice: one of them must go"
            if others := [each for each, other in self.hedges.items() if coin in other.basket and each != name]:
                yield f"{key}: {coin} is in hedges.{others[0]}.basket, too: one of them must go"
        for coin in (name, *hedge.basket) if hedge.basket else ():
            if coin not in priced:
                yield f"{key}: no [prices.NAME] has underlying = {coin!r}: what the basket is worth is not known"

    def _drawn_short(self) -> Iterator[str]:
        """At an opening the exchange itself takes the isolated margin, by the leverage that is set there."""
        most = self.limits.open_leverage
        for name, venue in self.venues.items():
            for market, each in venue.markets.items() if isinstance(venue, HyperliquidSettings) else ():
                if each.margin == "isolated" and Ratio(each.leverage) > most:
                    key = f"venues.{name}.markets.{market}.leverage"
                    yield f"{key}: {each.leverage} is above limits.open_leverage {most}"

    def _spot_of_keys(self) -> Iterator[str]:
        """A hot key must not be able to move what is hedged; and its gas would count as exposure."""
        hot = {key.address: name for name, key in self.keys.items()}
        for name, wallet in self.wallets.items():
            if wallet.address in hot:
                yield f"wallets.{name}.address: is that of keys.{hot[wallet.address]}: a hot key must not hold spot"

    @property
    def covered(self) -> tuple[Name, ...]:
        """Every coin that counts in a hedge: its own, and those of its basket."""
        return tuple(coin for name, hedge in self.hedges.items() for coin in (name, *hedge.basket))

    def lane(self, venue: VenueSettings) -> Lane:
        """The replay guard that this venue's payloads go through."""
        operator = self.keys[venue.operator].address
        if isinstance(venue, HyperliquidSettings):
            return Lane(f"hyperliquid:{venue.network}:{operator}")
        return Lane(f"evm:{self.chains[venue.chain].id}:{operator}")

    def urls(self, chain: Name) -> tuple[str, ...]:
        """RPC URLs carry keys, too: "env:NAME" and "file:PATH" are looked up here and nowhere shown."""
        named = enumerate(self.chains[chain].rpc)
        return tuple(looked_up(url, self.folder, f"chains.{chain}.rpc.{n}") for n, url in named)

    def path(self, path: Path) -> Path:
        """A path of the file, taken from the folder the file lies in."""
        return self.folder / path.expanduser()


def journal_path(settings: Configuration) -> Path:
    return settings.path(settings.state) / "journal.sqlite"


def history_path(settings: Configuration) -> Path:
    return settings.path(settings.state) / "history.sqlite"


def looked_up(url: str, folder: Path, key: str) -> str:
    """ConfigError names the key and where the URL was looked for, never what was found there."""
    if not url.startswith(("env:", "file:")):
        return url
    try:
        return check_url(secret_at(url, folder).use(os.fsdecode))
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from None
    except ValueError as error:
        raise ConfigError(f"{key}: what {url} holds {error}") from None


def _shared(key: str, found: Mapping[Name, tuple[Hashable, ...]]) -> Iterator[str]:
    """Where two names stand for one thing: both are told."""
    names = defaultdict[tuple[Hashable, ...], list[str]](list)
    for name, thing in found.items():
        names[thing].append(key.format(name))
    for thing, keys in names.items():
        if len(keys) > 1:
            yield f"{' and '.join(keys)}: are one and the same ({', '.join(map(str, thing))}): keep one of them"


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
    return parsed(text, path)


def parsed(text: str, path: Path) -> Configuration:
    """What stands, or is about to stand, in that file."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if pasted := list(_pasted_keys(raw)):
        said = (
            "may be a private key, and none belongs in this file. If it is one, it is a secret no more: use another"
        )
        raise ConfigError("\n".join(f"{path}: {key}: {said}" for key in pasted))
    try:
        return Configuration.model_validate({**raw, "folder": path.resolve().parent, "file": path})
    except ValidationError as error:
        raise ConfigError("\n".join(_complaints(path, error))) from None


def _pasted_keys(raw: object, at: str = "") -> Iterator[str]:
    """Where the file holds one, as a name or as a value: both would be printed. A URL may be as long, and is not."""
    if isinstance(raw, dict):
        for name, inside in raw.items():
            yield from [f"{at}{name}"] if masked(name) != name else _pasted_keys(inside, f"{at}{name}.")
    elif isinstance(raw, list):
        for n, inside in enumerate(raw):
            yield from _pasted_keys(inside, f"{at}{n}.")
    elif isinstance(raw, str) and "://" not in raw and masked(raw) != raw:
        yield at.rstrip(".")


def _complaints(path: Path, error: ValidationError) -> Iterator[str]:
    """One line for each wrong key. pydantic's own text is kept only where it says what was expected."""
    listed = error.errors(include_url=False, include_input=False)
    for found in listed:
        loc = found["loc"]
        if found["type"] == "too_short" and any(other["loc"][: len(loc)] == loc != other["loc"] for other in listed):
            continue  # it is empty because what stands in it is wrong, and that is told
        key, said = ".".join(map(str, _as_written(loc))), found["msg"].removeprefix("Value error, ")
        match found["type"]:
            case "extra_forbidden":
                said = _unknown_key(loc)
            case "missing":
                said = "is missing"
            case "date_type" | "date_from_datetime_parsing":
                said = "must be a date, like 2026-12-31"
            case "frozen_set_type":
                said = "must be a list, in [ ]"
            case "union_tag_not_found":
                key, said = f"{key}.kind", "is missing"
            case "union_tag_invalid":
                key, said = f"{key}.kind", f"must be {' or '.join(map(repr, KINDS))}, not {found['ctx']['tag']!r}"
        said = said.replace("Input should be", "must be", 1)
        yield f"{path}: {key}: {said}" if key else f"{path}: {said}"


def _as_written(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """pydantic names the kind of a venue between its name and its keys."""
    return (*loc[:2], *loc[3:]) if loc[:1] == ("venues",) else loc


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    known = list(_keys_at(Configuration, loc[:-1]))
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
    return f"unknown key ({hint})"


def _keys_at(model: Any, loc: tuple[int | str, ...]) -> Iterable[str]:
    """The keys that the table at `loc` may have."""
    if loc[:1] == ("venues",) and len(loc) > 2:
        model, loc = KINDS[str(loc[2])], loc[3:]
    for part in loc:
        field = getattr(model, "model_fields", {}).get(str(part))
        annotation = field.annotation if field else model
        arguments = [each for each in getattr(annotation, "__args__", ()) if each is not NoneType]
        model = arguments[-1] if arguments and field else annotation
    while hasattr(model, "__origin__"):
        model = model.__args__[0]
    return [name for name, field in getattr(model, "model_fields", {}).items() if not field.exclude]
