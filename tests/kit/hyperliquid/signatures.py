"""Who signed a request, worked out anew from what was received: https://hyperliquid.gitbook.io (signing).

Shares no code with the signer under test.
"""

from dataclasses import dataclass
from typing import Any

import msgpack
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak

from tests.kit.hyperliquid.canonical import address
from tests.kit.hyperliquid.refusals import Unreadable

_NOBODY = "0x" + "00" * 20
_L1_DOMAIN = {"name": "Exchange", "version": "1", "chainId": 1337, "verifyingContract": _NOBODY}
_AGENT = {"Agent": [{"name": "source", "type": "string"}, {"name": "connectionId", "type": "bytes32"}]}
_SOURCE = {"Mainnet": "a", "Testnet": "b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    r: int
    s: int
    v: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A user-signed action: its primary type, and its fields after hyperliquidChain."""

    name: str
    fields: tuple[tuple[str, str], ...]

    @property
    def nonce(self) -> str:
        """The last field repeats the nonce of the envelope."""
        return self.fields[-1][0]


def _typed(name: str, **fields: str) -> Typed:
    return Typed(name, tuple(fields.items()))


USER_ACTIONS = {
    "approveAgent": _typed("ApproveAgent", agentAddress="address", agentName="string", nonce="uint64"),
    "usdSend": _typed("UsdSend", destination="string", amount="string", time="uint64"),
    "withdraw3": _typed("Withdraw", destination="string", amount="string", time="uint64"),
    "spotSend": _typed("SpotSend", destination="string", token="string", amount="string", time="uint64"),
    "usdClassTransfer": _typed("UsdClassTransfer", amount="string", toPerp="bool", nonce="uint64"),
    "sendAsset": _typed(
        "SendAsset", destination="string", sourceDex="string", destinationDex="string", token="string",
        amount="string", fromSubAccount="string", nonce="uint64",
    ),
    "userSetAbstraction": _typed("UserSetAbstraction", user="address", abstraction="string", nonce="uint64"),
    "approveBuilderFee": _typed("ApproveBuilderFee", maxFeeRate="string", builder="address", nonce="uint64"),
}  # fmt: skip


def connection_id(action: dict[str, Any], nonce: int, vault: str | None, expires_after: int | None) -> bytes:
    """The hash of an L1 action, its keys in the order in which the dictionary has them."""
    packed: bytes = msgpack.packb(action)
    packed += nonce.to_bytes(8, "big")
    packed += b"\0" if vault is None else b"\1" + bytes.fromhex(vault[2:])
    packed += b"" if expires_after is None else b"\0" + expires_after.to_bytes(8, "big")
    return keccak(packed)


def l1_message(connection: bytes, network: str) -> SignableMessage:
    agent = {"source": _SOURCE[network], "connectionId": connection}
    return encode_typed_data(domain_data=_L1_DOMAIN, message_types=_AGENT, message_data=agent)


def user_message(action: dict[str, Any]) -> SignableMessage:
    """Of a user-signed action as received. Raises Unreadable where a field is missing or has another type."""
    typed = USER_ACTIONS[action["type"]]
    fields = (("hyperliquidChain", "string"), *typed.fields)
    types = {f"HyperliquidTransaction:{typed.name}": [{"name": name, "type": kind} for name, kind in fields]}
    values = {name: _read(action, name, kind) for name, kind in fields}
    return encode_typed_data(domain_data=_user_domain(action), message_types=types, message_data=values)


def _user_domain(action: dict[str, Any]) -> dict[str, Any]:
    try:
        chain = int(action["signatureChainId"], 16)
    except (KeyError, TypeError, ValueError):
        raise Unreadable from None
    return {"name": "HyperliquidSignTransaction", "version": "1", "chainId": chain, "verifyingContract": _NOBODY}


def _read(action: dict[str, Any], name: str, kind: str) -> Any:
    """agentName is the one field that may be left out."""
    value = action.get(name, "" if name == "agentName" else None)
    if kind == "address":
        return address(value)
    if type(value) is not {"uint64": int, "bool": bool}.get(kind, str):
        raise Unreadable
    if isinstance(value, int) and not 0 <= value < 2**64:
        raise Unreadable
    return value


def signer(message: SignableMessage, signature: Signature) -> str:
    """In lower case. A signature of nothing names nobody rather than failing."""
    try:
        found = Account.recover_message(message, vrs=(signature.v, signature.r, signature.s))
    except (BadSignature, ValueError):
        return _NOBODY
    return str(found).lower()
