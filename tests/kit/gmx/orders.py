"""An account's orders, sent in one multicall as the exchange's own front end does."""

from dataclasses import field
from enum import IntEnum
from typing import Any

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from agent.model.base import value
from tests.kit.gmx.deployment import NOBODY
from tests.kit.gmx.keys import key
from tests.kit.gmx.state import Gmx

ANY_PRICE_ABOVE, ANY_PRICE_BELOW = 0, 2**256 - 1
"""What a short accepts when it opens, and when it closes; the other way round for a long."""

_ORDER_CREATED = "0xa7427759bfd3b941f14e687e129519da3c9b0046c5b9aaa290bb1dede63753b3"
_HEADROOM = 2


class OrderType(IntEnum):
    MARKET_INCREASE = 2
    LIMIT_INCREASE = 3
    MARKET_DECREASE = 4
    LIMIT_DECREASE = 5
    STOP_LOSS_DECREASE = 6

    @property
    def increases(self) -> bool:
        return self in (OrderType.MARKET_INCREASE, OrderType.LIMIT_INCREASE)


@value
class Ask:
    """USD scaled by 1e30, tokens in their smallest units, prices in USD per smallest unit scaled by 1e30."""

    kind: OrderType
    size_usd: int
    collateral: str = "USDC"
    amount: int = 0
    """Collateral that comes in, or goes out in a decrease."""
    acceptable: int | None = None
    """None: any price."""
    trigger: int = 0
    is_long: bool = False
    auto_cancel: bool = False
    ui_fee_receiver: str = NOBODY
    data: list[bytes] = field(default_factory=list)


def create(gmx: Gmx, account: ChecksumAddress, ask: Ask) -> bytes:
    """Sends what is asked and answers with the order's key. Approves the Router where collateral comes in."""
    fee = execution_fee(gmx)
    if ask.kind.increases and ask.collateral != "WETH":
        gmx.chain.send(gmx.contract(ask.collateral), "approve", gmx.at("Router"), ask.amount, sender=account)
    calls, wei = _calls(gmx, account, ask, fee)
    router = gmx.contract("ExchangeRouter")
    receipt = gmx.chain.send(router, "multicall", calls, sender=account, wei=wei)
    return created_key(gmx, receipt)


def params(gmx: Gmx, account: ChecksumAddress, ask: Ask, fee: int) -> tuple[Any, ...]:
    """CreateOrderParams of v2.2."""
    opens_high = ask.kind.increases == ask.is_long
    acceptable = (ANY_PRICE_BELOW if opens_high else ANY_PRICE_ABOVE) if ask.acceptable is None else ask.acceptable
    addresses: tuple[object, ...] = (
        account,
        NOBODY,
        NOBODY,
        ask.ui_fee_receiver,
        gmx.at("EthMarket"),
        gmx.at(ask.collateral),
        [],
    )
    numbers = (ask.size_usd, ask.amount, ask.trigger, acceptable, fee, 0, 0, 0)
    return (addresses, numbers, int(ask.kind), 0, ask.is_long, False, ask.auto_cancel, bytes(32), ask.data)


def execution_fee(gmx: Gmx) -> int:
    """Twice the least at today's gas price; what is not used comes back."""
    store = gmx.contract("DataStore").functions
    names = ("ESTIMATED_GAS_FEE_BASE_AMOUNT_V2_1", "INCREASE_ORDER_GAS_LIMIT")
    gas: int = sum(store.getUint(key(name)).call() for name in names)
    gas += 3 * store.getUint(key("ESTIMATED_GAS_FEE_PER_ORACLE_PRICE")).call()
    return gas * gmx.chain.web3.eth.gas_price * _HEADROOM


def created_key(gmx: Gmx, receipt: TxReceipt) -> bytes:
    """Of the order that a transaction created."""
    logs = (log for log in receipt["logs"] if log["address"] == gmx.at("EventEmitter"))
    return bytes(next(log["topics"][2] for log in logs if log["topics"][1].to_0x_hex() == _ORDER_CREATED))


def _calls(gmx: Gmx, account: ChecksumAddress, ask: Ask, fee: int) -> tuple[list[bytes], int]:
    router = gmx.contract("ExchangeRouter")
    vault = gmx.at("OrderVault")
    comes_in = ask.amount if ask.kind.increases else 0
    wrapped = comes_in if ask.collateral == "WETH" else 0
    calls = [router.encode_abi("sendWnt", args=[vault, fee + wrapped])]
    if comes_in > wrapped:
        calls.append(router.encode_abi("sendTokens", args=[gmx.at(ask.collateral), vault, comes_in]))
    calls.append(router.encode_abi("createOrder", args=[params(gmx, account, ask, fee)]))
    return [bytes.fromhex(call[2:]) for call in calls], fee + wrapped
