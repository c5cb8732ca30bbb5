"""What changed the account's positions and collateral, from the events of clearing house and vault.

This exchange deleverages nobody, and has no stop orders.
"""

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from agent.errors import Unreadable
from agent.evm_logs import Dated, logs_since, wanted, word
from agent.model import Cause, Happening, View
from agent.reading import Reading
from agent.units import Ratio, Usd
from agent.venues.perp_v2.methods import ClearingHouse, Vault
from agent.venues.perp_v2.setup import Setup
from agent.venues.perp_v2.trades import traded


def happened(setup: Setup, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
    house, vault, us = setup.contracts.clearing_house, setup.contracts.vault, word(setup.account)
    trades = wanted(house, (ClearingHouse.POSITION_CHANGED, ClearingHouse.POSITION_LIQUIDATED), us)
    funds = wanted(vault, (Vault.DEPOSITED, Vault.WITHDRAWN), word(setup.settings.collateral), us)
    found = yield from logs_since(view.stamp, since_ms, trades, funds)
    liquidated = {_place(each) for each in found if each.log.topics[0] == ClearingHouse.POSITION_LIQUIDATED}
    changed = ((_trade(setup, each, liquidated), _funds(setup, each)) for each in found)
    return tuple(told for both in changed for told in both if told)


def _place(each: Dated) -> tuple[str, bytes]:
    """A liquidation reports the change of the position, too: in its transaction, of the same base token."""
    return each.ref, each.log.topics[2]


def _trade(setup: Setup, each: Dated, liquidated: set[tuple[str, bytes]]) -> Happening | None:
    trade = traded(setup, each.log, each.ref)
    if trade is None:
        return None
    return Happening(
        venue=setup.name,
        cause=Cause.LIQUIDATION if _place(each) in liquidated else Cause.TRADE,
        time_ms=each.time_ms,
        ref=each.ref,
        market=trade.market,
        size=trade.size,
        price=trade.price,
    )


def _funds(setup: Setup, each: Dated) -> Happening | None:
    """Of the settlement coin alone: others count in the equity at the exchange's own price."""
    sign = _SIGNS.get(each.log.topics[0])
    if sign is None:
        return None
    return Happening(
        venue=setup.name,
        cause=Cause.FUNDS,
        time_ms=each.time_ms,
        ref=each.ref,
        amount=_amount(setup, each) * sign,
    )


_SIGNS = {Vault.DEPOSITED: Ratio(1), Vault.WITHDRAWN: Ratio(-1)}


def _amount(setup: Setup, each: Dated) -> Usd:
    try:
        [amount] = decode(("uint256",), each.log.data)
    except DecodingError as error:
        raise Unreadable(f"{setup.source}: the vault's event in {each.ref} makes no sense: {error}") from error
    return Usd.from_int(amount, setup.settings.collateral_decimals)
