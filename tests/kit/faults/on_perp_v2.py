"""What Perp v2 on the local chain says of our account."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet

pass_time, refresh_feeds = market.pass_time, market.refresh_feeds
_WAD = 18


def position_changes(devnet: Devnet) -> Counter[str]:
    event = devnet.contract("ClearingHouse").events.PositionChanged()
    logs = event.get_logs(from_block=0, argument_filters={"trader": devnet.address(Role.ACCOUNT)})
    return Counter(log["transactionHash"].to_0x_hex() for log in logs)


def deposits(devnet: Devnet) -> int:
    event = devnet.contract("Vault").events.Deposited()
    return len(event.get_logs(from_block=0, argument_filters={"trader": devnet.address(Role.ACCOUNT)}))


def position(devnet: Devnet) -> Decimal:
    balances = devnet.contract("AccountBalance").functions
    size: int = balances.getTotalPositionSize(devnet.address(Role.ACCOUNT), devnet.exchange["BaseToken"]).call()
    return Decimal(size).scaleb(-_WAD)


def orders(devnet: Devnet) -> Mapping[str, str]:
    """It fills within the transaction."""
    return {}


def stranded(devnet: Devnet) -> Iterator[str]:
    """Nothing waits for anybody."""
    yield from ()
