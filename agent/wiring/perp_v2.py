"""Perp v2, put together from its settings."""

from agent.chain.service import Service
from agent.firewall import Dialect
from agent.firewall.perp_v2 import PerpV2 as PerpV2Dialect
from agent.model import Name, OwnerCall, Trade, View
from agent.model.findings import Finding
from agent.reading import Reading
from agent.seams import Wire
from agent.settings import Configuration
from agent.signing.keys import Key
from agent.signing.vault import Signer
from agent.units import Usd
from agent.venues.perp_v2 import owner, pins
from agent.venues.perp_v2.settings import PerpV2Settings
from agent.venues.perp_v2.venue import PerpV2
from agent.wiring import evm
from agent.wiring.ways import Ways


def venue(settings: Configuration, name: Name, configured: PerpV2Settings, *, flatten: bool = False) -> PerpV2:
    return PerpV2(
        name=name,
        lane=settings.lane(configured),
        chain_id=settings.chains[configured.chain].id,
        operator=settings.keys[configured.operator].address,
        confirmations=settings.chains[configured.chain].confirmations,
        settings=configured,
        flatten=flatten,
    )


def dialect(settings: Configuration, name: Name, configured: PerpV2Settings) -> Dialect:
    return PerpV2Dialect(
        lane=settings.lane(configured),
        operator=settings.keys[configured.operator].address,
        account=configured.account,
        clearing_house=configured.contracts.clearing_house,
        vault=configured.contracts.vault,
        collateral=configured.collateral,
        collateral_decimals=configured.collateral_decimals,
        base_tokens={name: market.base_token for name, market in configured.markets.items()},
    )


def signer(settings: Configuration, configured: PerpV2Settings, key: Key) -> Signer:
    return evm.signer(settings, configured, key)


def wire(settings: Configuration, name: Name, configured: PerpV2Settings, ways: Ways, *, flatten: bool) -> Wire:
    return evm.wire(settings, configured, ways, flatten=flatten)


def services(settings: Configuration, name: Name, configured: PerpV2Settings) -> dict[Name, Service]:
    """Everything is on the chain."""
    return {}


def examine(settings: Configuration, name: Name, configured: PerpV2Settings) -> Reading[tuple[Finding, ...]]:
    return pins.examine(venue(settings, name, configured))


def permits(settings: Configuration, name: Name, configured: PerpV2Settings, view: View) -> tuple[OwnerCall, ...]:
    return (owner.delegate(venue(settings, name, configured)),)


def posts(
    settings: Configuration, name: Name, configured: PerpV2Settings, view: View, amount: Usd
) -> tuple[OwnerCall, ...]:
    """From the account's own coins."""
    return owner.post(venue(settings, name, configured), amount)


def closes(
    settings: Configuration,
    name: Name,
    configured: PerpV2Settings,
    view: View,
    trades: tuple[Trade, ...],
) -> tuple[OwnerCall, ...]:
    """Each position that a trade names whole, at no worse than its bound, within the next hour."""
    worst = {str(trade.market): trade.worst for trade in trades}
    return owner.close(venue(settings, name, configured), view, worst, view.stamp.time_ms + owner.TTL_MS)
