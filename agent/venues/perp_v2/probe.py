"""What became of one of our transactions: the slot decides, the exchange's event says what was traded."""

from decimal import Decimal

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from agent.errors import Unreadable
from agent.evm_slot import Log, Mined, outcome, slot
from agent.model import Intent, Name, Outcome, Settlement
from agent.reading import Reading
from agent.units import Base, Price, Usd
from agent.venues.perp_v2.methods import WAD, ClearingHouse
from agent.venues.perp_v2.setup import Setup

_FIGURES = ("int256", "int256", "uint256", "int256", "int256", "uint256")
"""exchangedPositionSize, exchangedPositionNotional, fee, openNotional, realizedPnl, sqrtPriceAfterX96."""


def probe(setup: Setup, intent: Intent) -> Reading[Outcome]:
    found = yield from slot(setup.source, intent)
    return outcome(found, setup.confirmations, lambda mined: settlement(setup, mined))


def settlement(setup: Setup, mined: Mined) -> Settlement:
    """An approval or a deposit trades nothing: only its gas counts."""
    for log in mined.receipt.logs:
        market = _traded(setup, log)
        if market is not None:
            return _fill(market, log, mined)
    return Settlement(gas_wei=mined.receipt.gas_wei)


def _traded(setup: Setup, log: Log) -> Name | None:
    """The market in which this event says that our account traded."""
    if log.address.lower() != setup.contracts.clearing_house.lower() or len(log.topics) != 3:
        return None
    event, trader, base = log.topics
    if event != ClearingHouse.POSITION_CHANGED or trader != _word(setup.account):
        return None
    markets = setup.settings.markets.items()
    return next((name for name, market in markets if base == _word(market.base_token)), None)


def _fill(market: Name, log: Log, mined: Mined) -> Settlement:
    """The price is the pool's; the fee stands beside it."""
    try:
        size, notional, fee, *_ = decode(_FIGURES, log.data)
        price = Price(Decimal(abs(notional)) / abs(size))
    except (DecodingError, ArithmeticError) as error:
        raise Unreadable(f"{mined.stamp.source}: the trade in {mined.receipt.ref} makes no sense: {error}") from error
    return Settlement(
        market=market,
        filled=Base.from_int(size, WAD),
        price=price,
        fee=Usd.from_int(fee, WAD),
        gas_wei=mined.receipt.gas_wei,
    )


def _word(address: str) -> bytes:
    """An indexed address as a topic."""
    return bytes.fromhex(address.removeprefix("0x")).rjust(32, b"\0")
