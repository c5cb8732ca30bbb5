"""What the clearing house reports of a position of ours that changed, whoever changed it."""

from decimal import Decimal

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from agent.errors import Unreadable
from agent.evm_logs import word
from agent.evm_slot import Log
from agent.model import Name, value
from agent.units import Base, Price, Usd
from agent.venues.perp_v2.methods import WAD, ClearingHouse
from agent.venues.perp_v2.setup import Setup

_FIGURES = ("int256", "int256", "uint256", "int256", "int256", "uint256")
"""exchangedPositionSize, exchangedPositionNotional, fee, openNotional, realizedPnl, sqrtPriceAfterX96."""


@value
class Traded:
    """The price is the pool's, or the index's in a liquidation; the fee stands beside it."""

    market: Name
    size: Base
    price: Price
    fee: Usd


def traded(setup: Setup, log: Log, ref: str) -> Traded | None:
    """None for an event that is not of ours. Raises Unreadable where its figures make no sense."""
    market = _market(setup, log)
    if market is None:
        return None
    try:
        size, notional, fee, *_ = decode(_FIGURES, log.data)
        price = Price(Decimal(abs(notional)) / abs(size))
    except (DecodingError, ArithmeticError) as error:
        raise Unreadable(f"{setup.source}: the trade in {ref} makes no sense: {error}") from error
    return Traded(market=market, size=Base.from_int(size, WAD), price=price, fee=Usd.from_int(fee, WAD))


def _market(setup: Setup, log: Log) -> Name | None:
    """The market in which this event says that our account traded."""
    if log.address.lower() != setup.contracts.clearing_house.lower() or len(log.topics) != 3:
        return None
    event, trader, base = log.topics
    if event != ClearingHouse.POSITION_CHANGED or trader != word(setup.account):
        return None
    markets = setup.settings.markets.items()
    return next((name for name, market in markets if base == word(market.base_token)), None)
