"""What happens to the exchange from outside: prices move, keepers execute, hours pass, switches are thrown."""

from decimal import Decimal
from typing import Any

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.roles import Role, actor
from tests.kit.gmx.keys import key
from tests.kit.gmx.orders import OrderType
from tests.kit.gmx.state import Gmx

KEEPER = Role.KEEPER
_DECIMALS = {"WETH": 18, "USDC": 6}


def contract_price(coin: str, usd: Decimal) -> int:
    """USD per smallest unit, scaled by 1e30."""
    return int(usd.scaleb(30 - _DECIMALS[coin]))


def set_price(gmx: Gmx, usd: Decimal, *, spread: Decimal = Decimal(0), coin: str = "WETH") -> None:
    """From the next execution on. `spread` in USD, between the lower and the higher price."""
    half = spread / 2
    low, high = contract_price(coin, usd - half), contract_price(coin, usd + half)
    _as_deployer(gmx, "PriceProvider", "setPrice", gmx.at(coin), low, high)


def market_prices(gmx: Gmx) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """MarketPrices of the ETH market, as the Readers want them."""
    weth, usdc = price(gmx, "WETH"), price(gmx, "USDC")
    return weth, weth, usdc


def price(gmx: Gmx, token: str) -> tuple[int, int]:
    _, low, high, _, _ = gmx.contract("PriceProvider").functions.getOraclePrice(gmx.at(token), b"").call()
    return low, high


def execute(gmx: Gmx, order_key: bytes) -> TxReceipt:
    """Raises Reverted where the keeper's transaction reverts and the order stays."""
    return _as_keeper(gmx, "OrderHandler", "executeOrder", order_key, oracle_params(gmx))


def execute_all(gmx: Gmx, account: ChecksumAddress) -> list[TxReceipt]:
    """Every market order that the account has waiting."""
    return [execute(gmx, waiting) for waiting in waiting_orders(gmx, account)]


def waiting_orders(gmx: Gmx, account: ChecksumAddress) -> list[bytes]:
    """The keys of the account's market orders."""
    reader = gmx.contract("Reader").functions
    listed = reader.getAccountOrders(gmx.at("DataStore"), account, 0, 16).call()
    return [order_key for order_key, order in listed if order[1][0] in (2, 4)]


def open_orders(gmx: Gmx, account: ChecksumAddress) -> list[bytes]:
    """The keys of all that the account has waiting, stop-losses included."""
    listed = gmx.contract("DataStore").functions.getBytes32ValuesAt
    found: list[bytes] = listed(key("ACCOUNT_ORDER_LIST", account), 0, 100).call()
    return found


def would_execute(gmx: Gmx, order_key: bytes) -> bool:
    """Whether the keeper's transaction would go through: that of a stop-loss only at its price."""
    handler = gmx.contract("OrderHandler")
    data = handler.encode_abi("executeOrder", args=[order_key, oracle_params(gmx)])
    try:
        gmx.chain.rpc("eth_call", {"from": actor(KEEPER).address, "to": handler.address, "data": data}, "pending")
    except DevnetError:
        return False
    return True


def execute_unacceptably(gmx: Gmx, order_key: bytes) -> TxReceipt:
    """At a price far beyond what the owner accepts, which then is the price it was before."""
    (low, high), (kind, is_long) = price(gmx, "WETH"), _kind(gmx, order_key)
    times, share = (5, 4) if kind.increases == is_long else (4, 5)
    _as_deployer(gmx, "PriceProvider", "setPrice", gmx.at("WETH"), low * times // share, high * times // share)
    try:
        return execute(gmx, order_key)
    finally:
        _as_deployer(gmx, "PriceProvider", "setPrice", gmx.at("WETH"), low, high)


def _kind(gmx: Gmx, order_key: bytes) -> tuple[OrderType, bool]:
    """And whether it is a long's."""
    _, numbers, flags, _ = gmx.contract("Reader").functions.getOrder(gmx.at("DataStore"), order_key).call()
    return OrderType(numbers[0]), flags[0]


def cancel(gmx: Gmx, account: ChecksumAddress, order_key: bytes) -> TxReceipt:
    return gmx.chain.send(gmx.contract("ExchangeRouter"), "cancelOrder", order_key, sender=account)


def liquidate(gmx: Gmx, account: ChecksumAddress, *, collateral: str = "USDC", is_long: bool = False) -> TxReceipt:
    position = (account, gmx.at("EthMarket"), gmx.at(collateral), is_long)
    return _as_keeper(gmx, "LiquidationHandler", "executeLiquidation", *position, oracle_params(gmx))


def adl(
    gmx: Gmx, account: ChecksumAddress, size_usd: int, *, collateral: str = "USDC", is_long: bool = False
) -> TxReceipt:
    """Deleverages by so much, and switches that on first."""
    market = gmx.at("EthMarket")
    set_bool(gmx, True, "IS_ADL_ENABLED", market, is_long)
    position = (account, market, gmx.at(collateral), is_long)
    return _as_keeper(gmx, "AdlHandler", "executeAdl", *position, size_usd, oracle_params(gmx))


def pass_time(gmx: Gmx, seconds: int) -> None:
    gmx.chain.warp(seconds)


def set_uint(gmx: Gmx, number: int, name: str, *arguments: Any) -> None:
    """One setting of the exchange, by the name of its key."""
    _as_deployer(gmx, "DataStore", "setUint", key(name, *arguments), number)


def set_bool(gmx: Gmx, switch: bool, name: str, *arguments: Any) -> None:
    _as_deployer(gmx, "DataStore", "setBool", key(name, *arguments), switch)


def oracle_params(gmx: Gmx) -> tuple[list[ChecksumAddress], list[ChecksumAddress], list[bytes]]:
    """SetPricesParams for the ETH market, from the one provider."""
    tokens = [gmx.at("WETH"), gmx.at("USDC")]
    return tokens, [gmx.at("PriceProvider")] * len(tokens), [b""] * len(tokens)


def _as_keeper(gmx: Gmx, name: str, method: str, *args: Any) -> TxReceipt:
    return gmx.chain.send(gmx.contract(name), method, *args, sender=actor(KEEPER).address)


def _as_deployer(gmx: Gmx, name: str, method: str, *args: Any) -> None:
    gmx.chain.send(gmx.contract(name), method, *args, sender=actor(Role.DEPLOYER).address)
