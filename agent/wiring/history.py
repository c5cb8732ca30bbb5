"""Past funding, where a venue tells it cheaply."""

from collections.abc import Iterator, Mapping

from agent.model import Name, Rate
from agent.reading import Reading
from agent.settings import Configuration
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.hyperliquid.history import funding_history
from agent.venues.hyperliquid.settings import HyperliquidSettings
from agent.wiring import hyperliquid

Paid = tuple[tuple[int, Rate], ...]
"""When, in milliseconds, and at which rate: oldest first."""


def histories(
    settings: Configuration, since_ms: Mapping[Name, int]
) -> Iterator[tuple[tuple[Name, Name], Reading[Paid]]]:
    """By venue and market; `since_ms` names the venues."""
    for name, configured in settings.venues.items():
        if isinstance(configured, HyperliquidSettings) and name in since_ms:
            room = hyperliquid.venue(settings, name, configured)
            for market, each in configured.markets.items():
                yield (name, market), funding_history(room, each.coin, since_ms[name])


def market_of(settings: Configuration, venue: Name, underlying: Name) -> Name:
    """The first market of a venue that hedges this underlying; its name where there is none."""
    configured = settings.venues[venue]
    if isinstance(configured, GmxV2Settings):
        return configured.market.name
    found = (name for name, market in configured.markets.items() if market.underlying == underlying)
    return next(found, underlying)
