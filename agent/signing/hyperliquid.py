"""Hyperliquid requests: what is hashed is derived from the very body, and read back from the bytes to be posted.

An action that trades (an "L1 action") is packed as it stands, hashed with nonce, account and expiry, and that hash is
signed as EIP-712 data. From the exchange's documentation and its Python SDK, signing.py.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from eth_utils.crypto import keccak

from agent.errors import Refused
from agent.firewall import Rule
from agent.message_slot import hl_lane
from agent.model import Address, Message, Name, Payload, Signed, value
from agent.signing.body import Body, parse, spelled
from agent.signing.keys import Key
from agent.signing.typed import NOWHERE, Signature, TypedData, recovered, sign, typed_data

Json: TypeAlias = Mapping[str, Any]

SOURCE = {"mainnet": "a", "testnet": "b"}
"""How a signature says which network it is for."""
_AGENT = (("source", "string"), ("connectionId", "bytes32"))
_DOMAIN: Json = {"name": "Exchange", "version": "1", "chainId": 1337, "verifyingContract": NOWHERE}


@value
class HyperliquidSigner:
    """The agent key of one lane. `network` is the configuration's, never guessed from a URL."""

    key: Key
    network: str

    @property
    def address(self) -> Address:
        return self.key.address

    def seal(self, venue: Name, payload: Payload) -> Signed:
        """The body with a signature that recovers to this key over what the bytes themselves say; else Refused.

        Deterministic (RFC 6979). `ref` is the order's own id where it has one, else the hash that was signed.
        """
        if not isinstance(payload, Message):
            raise Refused(Rule.DIALECT, "an EVM transaction", "a message")
        self._ours(payload)
        body = parse(payload.body)
        _agrees(body, payload)
        raw = posted(body, sign(agent_data(body, self.network), self.key))
        if _read_back(raw, self.network) != (payload.body, self.address):
            raise Refused(Rule.SIGNATURE, f"nonce {payload.nonce}: the signed bytes say something else")
        return Signed(venue=venue, payload=payload, raw=raw, ref=_cloid(body) or f"0x{connection_id(body).hex()}")

    def _ours(self, payload: Message) -> None:
        """A lane names network and key: a signature for another network would be good there."""
        lane = hl_lane(self.network, self.address)
        if payload.lane != lane:
            raise Refused(Rule.LANE, payload.lane, lane)


def connection_id(body: Body) -> bytes:
    """The hash of an action as it is packed (its keys in the order they stand in), with nonce, account and expiry."""
    import msgpack

    try:
        packed = msgpack.packb(body.action)
        number = body.nonce.to_bytes(8, "big")
        expiry = b"" if body.expires_after is None else b"\0" + body.expires_after.to_bytes(8, "big")
    except (OverflowError, UnicodeEncodeError) as error:
        raise Refused(Rule.NOT_CANONICAL, f"cannot be packed: {error}") from None
    account = b"\0" if body.vault is None else b"\1" + bytes.fromhex(body.vault[2:])
    return bytes(keccak(packed + number + account + expiry))


def agent_data(body: Body, network: str) -> TypedData:
    message = {"source": SOURCE[network], "connectionId": connection_id(body)}
    return typed_data("Agent", _AGENT, _DOMAIN, message)


def posted(body: Body, signature: Signature) -> bytes:
    """What goes over the wire, with r and s of full length."""
    return spelled(
        {
            "action": body.action,
            "nonce": body.nonce,
            "signature": signature.spelled(),
            "vaultAddress": body.vault,
            "expiresAfter": body.expires_after,
        }
    )


def _read_back(raw: bytes, network: str) -> tuple[bytes, Address]:
    """The body without its signature, and who signed what that body says; from the bytes alone."""
    found = json.loads(raw)
    signature = Signature.read(found.pop("signature"))
    body = spelled(found)
    return body, recovered(agent_data(parse(body), network), signature)


def _agrees(body: Body, payload: Message) -> None:
    """The slot and the time to live that the journal keeps are those that the exchange is told."""
    said, meant = (body.nonce, body.expires_after), (payload.nonce, payload.expires_ms)
    if said != meant:
        raise Refused(Rule.NOT_CANONICAL, f"nonce and expiry {said} in the body", f"{meant}")


def _cloid(body: Body) -> str | None:
    orders = body.action.get("orders")
    first = orders[0] if isinstance(orders, list) and orders else None
    found = first.get("c") if isinstance(first, dict) else None
    return found if isinstance(found, str) else None
