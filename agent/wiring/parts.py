"""Settings in, parts out: one function for each kind of part."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from agent import firewall
from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.rpc import Endpoint
from agent.chain.service import Service
from agent.errors import ConfigError
from agent.model import Address, Lane, Name
from agent.prices.chainlink import Chainlink
from agent.prices.feed import Feed
from agent.prices.signs import Peg, Sequencer
from agent.prompt import ask_secret
from agent.seams import PriceSource, Vault, Venue, Wallet, Watch, Wire
from agent.settings import Configuration
from agent.signing.keys import load_key
from agent.signing.vault import LocalVault, Signer
from agent.tables import (
    DeclaredSettings,
    WalletSettings,
)
from agent.wallets.declared import Declared
from agent.wallets.onchain import Onchain
from agent.wire.info import Info
from agent.wiring.coins import tokens
from agent.wiring.hedging import sequencer_of
from agent.wiring.kinds import kind_of
from agent.wiring.ways import Ways


def chain(settings: Configuration, name: Name, urls: Sequence[str] | None = None) -> Chain:
    configured = settings.chains[name]
    return Chain(
        name,
        configured.id,
        [Endpoint(url, configured.timeout_s) for url in urls or settings.urls(name)],
        ChainClock(lambda: time.monotonic_ns() // 1_000_000),
        max_lag_blocks=configured.max_lag_blocks,
    )


def wire(settings: Configuration, name: Name, ways: Ways, *, flatten: bool = False) -> Wire:
    return kind_of(settings, name).wire(settings, name, settings.venues[name], ways, flatten=flatten)


def venue(settings: Configuration, name: Name, *, flatten: bool = False) -> Venue:
    return kind_of(settings, name).venue(settings, name, settings.venues[name], flatten=flatten)


def dialect(settings: Configuration, name: Name) -> firewall.Dialect:
    """The same pins, given to the firewall on their own: it shares no code with the venue."""
    return kind_of(settings, name).dialect(settings, name, settings.venues[name])


def services(settings: Configuration) -> dict[Name, Service | Info]:
    """What venues ask beside chains."""
    asked = [kind_of(settings, name).services(settings, name, each) for name, each in settings.venues.items()]
    return {name: service for each in asked for name, service in each.items()}


def vault(settings: Configuration) -> Vault:
    """Loads every operator's key. ConfigError when one has no place to be loaded from."""
    signers = {settings.lane(each): _signer(settings, name) for name, each in settings.venues.items()}
    return LocalVault(firewall.Firewall({name: dialect(settings, name) for name in settings.venues}), signers)


def _signer(settings: Configuration, name: Name) -> Signer:
    configured = settings.venues[name]
    key = load_key(settings.keys[configured.operator], settings.folder, ask_secret)
    if key is None:
        raise ConfigError(
            f"keys.{configured.operator}: names no keystore, env or file, so nothing can be signed; "
            "`hedgekeeper rehearse` needs no key"
        )
    return kind_of(settings, name).signer(settings, configured, key)


def lanes(settings: Configuration) -> Mapping[Name, Lane]:
    return {name: settings.lane(each) for name, each in settings.venues.items()}


def wallet_parts(settings: Configuration) -> tuple[Wallet, ...]:
    """Watched addresses, then declarations; these take their time from the first chain."""
    _counted_once(settings)
    _none_forgotten(settings)
    clock = next(iter(settings.chains))
    return (
        *(_onchain(settings, name, each) for name, each in settings.wallets.items()),
        *(_declared(name, each, clock) for name, each in settings.declared.items()),
    )


def _counted_once(settings: Configuration) -> None:
    """ConfigError for a coin that two entries would count."""
    seen: dict[tuple[int, Address, Address | None], str] = {}
    for name, wallet in settings.wallets.items():
        for token in tokens(settings, wallet.chain, wallet.assets):
            coin = (settings.chains[wallet.chain].id, wallet.address, token.address)
            if coin in seen:
                raise ConfigError(
                    f"wallets.{name}: {token.symbol} at {wallet.address} is counted by {seen[coin]}, too"
                )
            seen[coin] = f"wallets.{name}"


def _none_forgotten(settings: Configuration) -> None:
    """ConfigError for a coin that nobody hedges: a mistyped name must not look like a hedge with nothing to do."""
    for name, wallet in settings.wallets.items():
        for token in tokens(settings, wallet.chain, wallet.assets):
            if token.underlying not in (*settings.covered, *settings.unhedged):
                raise ConfigError(
                    f"wallets.{name}: {token.symbol} counts as {token.underlying}, but there is no "
                    f'[hedges.{token.underlying}]: add one, or say unhedged = ["{token.underlying}"] at the top'
                )


def _onchain(settings: Configuration, name: Name, configured: WalletSettings) -> Onchain:
    return Onchain(
        name=name,
        source=configured.chain,
        address=configured.address,
        tokens=tokens(settings, configured.chain, configured.assets),
    )


def _declared(name: Name, configured: DeclaredSettings, clock: Name) -> Declared:
    """It counts through the whole of its last day, in UTC."""
    ends = datetime.combine(configured.until, datetime.min.time(), UTC) + timedelta(days=1)
    return Declared(
        name=name,
        underlying=configured.underlying,
        amount=configured.amount,
        expires_ms=int(ends.timestamp()) * 1000,
        source=clock,
    )


def price_parts(settings: Configuration) -> tuple[PriceSource, ...]:
    return tuple(
        Chainlink(
            name=name,
            underlying=each.underlying,
            feed=Feed(source=each.chain, address=each.feed, decimals=each.decimals),
            max_age_s=each.max_age_s,
        )
        for name, each in settings.prices.items()
    )


def watch_parts(settings: Configuration) -> tuple[Watch, ...]:
    return (*_pegs(settings), *_sequencers(settings))


def _pegs(settings: Configuration) -> Iterator[Peg]:
    for name, each in settings.pegs.items():
        feed = Feed(source=each.chain, address=each.feed, decimals=each.decimals)
        yield Peg(name=name, feed=feed, max_age_s=each.max_age_s, rate=each.rate, max_below=each.max_below)


def _sequencers(settings: Configuration) -> Iterator[Sequencer]:
    for chain, each in settings.chains.items():
        if each.sequencer:
            at, grace_s = each.sequencer.feed, each.sequencer.grace_s
            yield Sequencer(name=sequencer_of(chain), source=chain, address=at, grace_s=grace_s)


def ours(settings: Configuration) -> frozenset[Address]:
    """Every address whose transfers and approvals a rehearsal must account for."""
    return frozenset(
        (
            *(wallet.address for wallet in settings.wallets.values()),
            *(key.address for key in settings.keys.values()),
            *(venue.account for venue in settings.venues.values()),
        )
    )
