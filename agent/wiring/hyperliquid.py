"""Hyperliquid, put together from its settings."""

from functools import cache

from agent.firewall import Dialect
from agent.firewall.hyperliquid import Hyperliquid as HyperliquidDialect
from agent.firewall.hyperliquid_pins import Perpetual
from agent.model import Name, OwnerCall, Trade, View
from agent.model.findings import Finding
from agent.reading import Reading
from agent.seams import Wire
from agent.settings import Configuration
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.keys import Key
from agent.signing.vault import Signer
from agent.units import Usd
from agent.venues.hyperliquid import agents
from agent.venues.hyperliquid.settings import HyperliquidSettings, MarketSettings
from agent.venues.hyperliquid.venue import Hyperliquid
from agent.wire.budget import Budget, monotonic_ms
from agent.wire.info import Info
from agent.wire.message import MessageWire
from agent.wiring.ways import Ways


def venue(
    settings: Configuration, name: Name, configured: HyperliquidSettings, *, flatten: bool = False
) -> Hyperliquid:
    return Hyperliquid(
        name=name,
        lane=settings.lane(configured),
        operator=settings.keys[configured.operator].address,
        settings=configured,
    )


def dialect(settings: Configuration, name: Name, configured: HyperliquidSettings) -> Dialect:
    return HyperliquidDialect(
        lane=settings.lane(configured),
        endpoint=configured.endpoint,
        vault=configured.account if configured.master else None,
        markets={market: _pinned(each) for market, each in configured.markets.items()},
    )


def _pinned(market: MarketSettings) -> Perpetual:
    return Perpetual(
        asset=market.asset,
        size_decimals=market.size_decimals,
        leverage=market.leverage,
        cross=market.margin == "cross",
        multiplier=market.multiplier,
    )


def signer(settings: Configuration, configured: HyperliquidSettings, key: Key) -> Signer:
    return HyperliquidSigner(key=key, network=configured.network)


def services(settings: Configuration, name: Name, configured: HyperliquidSettings) -> dict[Name, Info]:
    return {name: Info(name, configured.endpoint, budget=_budget(configured.endpoint))}


@cache
def _budget(endpoint: str) -> Budget:
    """The exchange counts what this machine asks it, whatever for."""
    return Budget(monotonic_ms)


def wire(settings: Configuration, name: Name, configured: HyperliquidSettings, ways: Ways, *, flatten: bool) -> Wire:
    """One for each agent key, whatever account it signs for: the first venue's endpoint carries them all."""
    info = ways.services[name]
    if not isinstance(info, Info):
        raise TypeError(f"{name} is no exchange of messages")
    return MessageWire(name, settings.lane(configured), configured.account, info.post, configured.ttl_s * 1000)


def examine(settings: Configuration, name: Name, configured: HyperliquidSettings) -> Reading[tuple[Finding, ...]]:
    return agents.examine(venue(settings, name, configured))


def permits(
    settings: Configuration, name: Name, configured: HyperliquidSettings, view: View
) -> tuple[OwnerCall, ...]:
    """None: a new agent key is a message, which `hedgekeeper hyperliquid approve-agent` makes."""
    return ()


def posts(
    settings: Configuration, name: Name, configured: HyperliquidSettings, view: View, amount: Usd
) -> tuple[OwnerCall, ...]:
    """None: collateral comes to the account by a plain deposit."""
    return ()


def closes(
    settings: Configuration, name: Name, configured: HyperliquidSettings, view: View, trades: tuple[Trade, ...]
) -> tuple[OwnerCall, ...]:
    """None: an owner closes there by hand, in the exchange's own front end; it is no call to a chain."""
    return ()
