"""The keeper's part of a rehearsal: an order executed on the fork at the prices that the plan was made with.

No code of the exchange is replaced. A price provider of our own stands on the fork, a role holder lets the oracle
take prices from it, and a keeper executes the order, as both do on the live chain.
"""

from collections.abc import Iterable, Iterator

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from agent.errors import Unreadable
from agent.evm_slot import Log
from agent.model import Address, value
from agent.reading import Reading, drive
from agent.seams import Stage
from agent.venues.gmx_v2.keys import CONTROLLER, ORDER_KEEPER, Keys
from agent.venues.gmx_v2.methods import DataStore, OrderHandler, RoleStore
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import MarketPrices, PriceRange

PRICES_AS_GIVEN = bytes.fromhex(
    "5f3560e01c60026001821660011b6100ec01601e395f51565b63377bbdaf81186100af576044361034176100e8576004358060a01c6100e8"
    "576040526024356004018035604081116100e857506060816060375060403660c0376040606051186100e85760605160800160c0116100e8"
    "57604060806101005e610100805160c052602081015160e052506040516101005260c0516101205260e05161014052426101605230610180"
    "5260a0610100f35b63eed790c781186100e457346100e857600160405260206040f35b638263c28e81186100e457346100e8575f60405260"
    "206040f35b5f5ffd5b5f80fd00ca0018"
)
"""Runtime code of contracts/rehearsal/PricesAsGiven.vy."""
PROVIDER = Address(to_checksum_address(keccak(PRICES_AS_GIVEN)[12:]))
"""Where it stands: nobody has a key of this address."""
LATENCY_S = 5
"""Between creation and execution; keepers take seconds."""


@value
class Roles:
    oracle: Address
    controller: Address
    keeper: Address


def by_token(setup: Setup, prices: MarketPrices) -> dict[Address, PriceRange]:
    """As the oracle takes them, each token once: the index is often the long token."""
    market = setup.market
    return {
        market.index.address: prices.index_token_price,
        market.long.address: prices.long_token_price,
        market.short.address: prices.short_token_price,
    }


async def execute(
    setup: Setup, handler: Address, order: bytes, prices: MarketPrices, stage: Stage
) -> tuple[Log, ...]:
    """The events of the execution. Raises Unreadable when no keeper could do it."""
    [roles] = await drive([_roles(setup, handler)], stage.fetch)
    await stage.place(PROVIDER, PRICES_AS_GIVEN)
    ranges = by_token(setup, prices)
    for data in _allowed(roles, ranges):
        await stage.outsider(roles.controller, setup.contracts.data_store, data)
    given = [encode(["uint256", "uint256"], (each.min, each.max)) for each in ranges.values()]
    told = (tuple(ranges), (PROVIDER,) * len(ranges), tuple(given))
    data = OrderHandler.EXECUTE.data(order, told)
    return await stage.outsider(roles.keeper, handler, data, LATENCY_S)


def _roles(setup: Setup, handler: Address) -> Reading[Roles]:
    at, source = setup.contracts, setup.source
    oracle = OrderHandler.ORACLE.at(source, handler)
    controllers = RoleStore.MEMBERS.at(source, at.role_store, CONTROLLER, 0, 1)
    keepers = RoleStore.MEMBERS.at(source, at.role_store, ORDER_KEEPER, 0, 1)
    found = yield oracle, controllers, keepers
    if not (found[controllers] and found[keepers]):
        raise Unreadable(f"{setup.name}: the role store {at.role_store} names no controller or no keeper")
    return Roles(
        oracle=Address(to_checksum_address(found[oracle])),
        controller=Address(to_checksum_address(found[controllers][0])),
        keeper=Address(to_checksum_address(found[keepers][0])),
    )


def _allowed(roles: Roles, tokens: Iterable[Address]) -> Iterator[bytes]:
    yield DataStore.SET_BOOL.data(Keys.IS_ORACLE_PROVIDER_ENABLED(PROVIDER), True)
    for token in tokens:
        yield DataStore.SET_ADDRESS.data(Keys.ORACLE_PROVIDER_FOR_TOKEN(roles.oracle, token), PROVIDER)
