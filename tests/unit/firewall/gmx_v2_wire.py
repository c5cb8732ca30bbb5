"""GMX v2 calls as named fields, encoded here by hand and not by the venue's code."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from agent.firewall.gmx_v2 import GmxV2
from agent.units import Price
from tests.unit.firewall.scene import CEILING

PARAMS = (
    "((address,address,address,address,address,address,address[]),"
    "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256),"
    "uint8,uint8,bool,bool,bool,bytes32,bytes32[])"
)
NOBODY, ANY_PRICE = "0x" + "00" * 20, 2**256 - 1
WAD, USD = 18, 30
EXECUTION_GAS = 4_350_000
INCREASE, DECREASE, STOP_LOSS = 2, 4, 6

Fields = Mapping[str, Any]

ADDRESSES = (
    "receiver",
    "cancellation_receiver",
    "callback_contract",
    "ui_fee_receiver",
    "market",
    "initial_token",
    "swap_path",
)
NUMBERS = (
    "size_usd",
    "collateral_delta",
    "trigger",
    "acceptable",
    "execution_fee",
    "callback_gas",
    "least_output",
    "valid_from",
)
REST = ("type", "swap_type", "is_long", "unwraps", "auto_cancel", "referral", "data")
UPDATE = ("key", "size_usd", "acceptable", "trigger", "least_output", "valid_from", "auto_cancel")
CALLS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "approve": (("spender", "amount"), ("address", "uint256")),
    "cancelOrder": (("key",), ("bytes32",)),
    "updateOrder": (UPDATE, ("bytes32", "uint256", "uint256", "uint256", "uint256", "uint256", "bool")),
    "claimFundingFees": (("markets", "tokens", "receiver"), ("address[]", "address[]", "address")),
}
"""Calls that carry no order: their arguments and types."""


def call_data(method: str, types: tuple[str, ...], *args: Any) -> bytes:
    return bytes(keccak(text=f"{method}({','.join(types)})")[:4]) + encode(types, args)


def multicall(*steps: bytes) -> bytes:
    return call_data("multicall", ("bytes[]",), steps)


def data_of(fields: Fields) -> bytes:
    for method, (names, types) in CALLS.items():
        if set(names) == set(fields):
            return call_data(method, types, *(fields[name] for name in names))
    return multicall(*steps_of(fields))


def steps_of(fields: Fields) -> tuple[bytes, ...]:
    """The fee, the collateral where the account's own hand sends it, the order."""
    fee = call_data("sendWnt", ("address", "uint256"), fields["fee_receiver"], fields["fee_amount"])
    sent = (fields["sent_token"], fields["sent_receiver"], fields["sent_amount"]) if "sent_token" in fields else ()
    tokens = (call_data("sendTokens", ("address", "address", "uint256"), *sent),) if sent else ()
    return (fee, *tokens, created(fields))


def created(fields: Fields) -> bytes:
    addresses, numbers = (tuple(fields[name] for name in names) for names in (ADDRESSES, NUMBERS))
    params = (addresses, numbers, *(fields[name] for name in REST))
    if "account" in fields:
        return call_data("createOrder", ("address", PARAMS), fields["account"], params)
    return call_data("createOrder", (PARAMS,), params)


def wire(price: Price, rounding: str = ROUND_FLOOR) -> int:
    return int(price.raw.scaleb(USD - WAD).to_integral_value(rounding))


def order(pins: GmxV2, kind: int, **changed: Any) -> Fields:
    """With its fee and, for an increase by the account's own hand, its collateral."""
    fee = EXECUTION_GAS * CEILING
    fields = {
        **({"account": pins.account} if pins.delegated else {}),
        "fee_receiver": pins.order_vault,
        "fee_amount": fee,
        "receiver": pins.account,
        "cancellation_receiver": pins.account,
        "callback_contract": NOBODY,
        "ui_fee_receiver": NOBODY,
        "market": pins.market_token,
        "initial_token": pins.collateral,
        "swap_path": (),
        "size_usd": 0,
        "collateral_delta": 0,
        "trigger": 0,
        "acceptable": 0,
        "execution_fee": fee,
        "callback_gas": 0,
        "least_output": 0,
        "valid_from": 0,
        "type": kind,
        "swap_type": 0,
        "is_long": False,
        "unwraps": False,
        "auto_cancel": False,
        "referral": bytes(32),
        "data": (),
        **changed,
    }
    amount = fields["collateral_delta"]
    if kind == INCREASE and amount and not pins.delegated:
        fields |= {"sent_token": pins.collateral, "sent_receiver": pins.order_vault, "sent_amount": amount}
    return fields
