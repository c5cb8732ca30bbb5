"""What venues on an EVM chain have in common: the way out, its fees, and the key of its lane."""

from collections.abc import Mapping
from decimal import Decimal

from agent.chain.fees import Fees
from agent.chain.wire import EvmWire
from agent.model import Lane
from agent.settings import Configuration, EvmVenueSettings
from agent.signing.evm import EvmSigner
from agent.signing.keys import Key
from agent.tables import ChainSettings
from agent.units import Ratio
from agent.wiring.ways import Ways

GWEI = Decimal(10**9)


def wire(settings: Configuration, configured: EvmVenueSettings, ways: Ways, *, flatten: bool) -> EvmWire:
    at, chain = settings.chains[configured.chain], ways.chains[configured.chain]
    operator = settings.keys[configured.operator].address
    return EvmWire(chain.name, at.id, operator, fees(at, flatten=flatten), chain.clock, chain.submit)


def signer(settings: Configuration, configured: EvmVenueSettings, key: Key) -> EvmSigner:
    return EvmSigner(key=key, chain_id=settings.chains[configured.chain].id)


def exit_ceiling(settings: Configuration, configured: EvmVenueSettings) -> int:
    """The most wei that a flatten bids per gas."""
    return fees(settings.chains[configured.chain], flatten=True).ceiling


def exit_ceilings(settings: Configuration) -> Mapping[Lane, int]:
    """By lane, where there is gas."""
    on_chain = (each for each in settings.venues.values() if isinstance(each, EvmVenueSettings))
    return {settings.lane(each): exit_ceiling(settings, each) for each in on_chain}


def fees(configured: ChainSettings, *, flatten: bool) -> Fees:
    """The ceiling that keeps a rebalance from a fee spike must not keep anyone from getting out."""
    ceiling = configured.max_fee_gwei * configured.exit_fee_factor if flatten else configured.max_fee_gwei
    return Fees(tip=_wei(configured.tip_gwei), ceiling=_wei(ceiling), ttl_ms=configured.ttl_s * 1000)


def _wei(gwei: Ratio) -> int:
    return int(gwei.raw * GWEI)
