"""GMX v2, put together from its settings."""

from agent.chain.service import Service
from agent.firewall import Dialect
from agent.firewall.gmx_v2 import GmxV2 as GmxV2Dialect
from agent.model import Name, OwnerCall, Trade, View
from agent.model.findings import Finding
from agent.reading import Reading
from agent.seams import Wire
from agent.settings import Configuration
from agent.signing.keys import Key
from agent.signing.vault import Signer
from agent.units import Usd
from agent.venues.gmx_v2 import compose, delegation, owner, pins, simulation
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.gmx_v2.venue import GmxV2
from agent.wiring import evm
from agent.wiring.coins import watched
from agent.wiring.ways import Ways


def venue(settings: Configuration, name: Name, configured: GmxV2Settings, *, flatten: bool = False) -> GmxV2:
    mates = (each for each in settings.venues.values() if isinstance(each, GmxV2Settings))
    return GmxV2(
        name=name,
        lane=settings.lane(configured),
        chain_id=settings.chains[configured.chain].id,
        operator=settings.keys[configured.operator].address,
        confirmations=settings.chains[configured.chain].confirmations,
        settings=configured,
        siblings=frozenset(
            mate.market.token
            for mate in mates
            if (mate.chain, mate.account) == (configured.chain, configured.account)
        ),
        flatten=flatten,
    )


def dialect(settings: Configuration, name: Name, configured: GmxV2Settings) -> Dialect:
    room, market, at = venue(settings, name, configured), configured.market, configured.contracts
    sides = ((token, is_long) for token in (market.long.address, market.short.address) for is_long in (True, False))
    return GmxV2Dialect(
        lane=room.lane,
        account=configured.account,
        delegated=room.delegated,
        routers=room.routers,
        spender=at.router,
        order_vault=at.order_vault,
        market_token=market.token,
        ours=market.name,
        positions={room.name_of(token, is_long=is_long): (token, is_long) for token, is_long in sides},
        collateral=market.short.address,
        collateral_decimals=market.short.decimals,
        index_decimals=market.index.decimals,
        max_execution_gas=configured.max_execution_gas,
    )


def signer(settings: Configuration, configured: GmxV2Settings, key: Key) -> Signer:
    return evm.signer(settings, configured, key)


def wire(settings: Configuration, name: Name, configured: GmxV2Settings, ways: Ways, *, flatten: bool) -> Wire:
    return evm.wire(settings, configured, ways, flatten=flatten)


def services(settings: Configuration, name: Name, configured: GmxV2Settings) -> dict[Name, Service]:
    tickers = venue(settings, name, configured).tickers
    return {tickers: Service(tickers, configured.tickers)} if configured.tickers else {}


def examine(settings: Configuration, name: Name, configured: GmxV2Settings) -> Reading[tuple[Finding, ...]]:
    coins = (token.address for token in watched(settings, configured.chain))
    room = venue(settings, name, configured)
    allowed = yield from delegation.examine(room, [coin for coin in coins if coin])
    pinned = yield from pins.examine(room)
    return (*pinned, *allowed, *(yield from simulation.examine(room)))


def permits(settings: Configuration, name: Name, configured: GmxV2Settings, view: View) -> tuple[OwnerCall, ...]:
    """The allowance stays as it is."""
    return compose.permission(venue(settings, name, configured), view)


def posts(
    settings: Configuration, name: Name, configured: GmxV2Settings, view: View, amount: Usd
) -> tuple[OwnerCall, ...]:
    """The account's own coins are the reserve, as far as they are approved."""
    needed, given = view.reserve + amount, view.allowance
    enough = given is None or needed <= given.approved
    return () if enough else (owner.approve(venue(settings, name, configured), needed),)


def closes(
    settings: Configuration,
    name: Name,
    configured: GmxV2Settings,
    view: View,
    trades: tuple[Trade, ...],
) -> tuple[OwnerCall, ...]:
    """One order for each position, by the account's own hand, at no worse than the trade's bound."""
    return compose.closes(venue(settings, name, configured), view, trades, evm.exit_ceiling(settings, configured))
