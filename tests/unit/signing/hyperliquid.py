"""An agent key, a lane and requests, spelled here by hand."""

import json
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from agent.message_slot import hl_lane
from agent.model import Address, Lane, Message, Name
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.keys import Key
from agent.signing.secret import Secret

VENUE = Name("hl")
AGENT_SECRET = keccak(text="agent's key")
AGENT = Address(Account.from_key(AGENT_SECRET).address)
LANE = hl_lane("testnet", AGENT)
NONCE, EXPIRES_MS = 1_800_000_000_000, 1_800_000_015_000
URL = "http://127.0.0.1:1/exchange"
VAULT = "0x" + "7a" * 20
CLOID = "0x" + "0c" * 16
ORDER: dict[str, Any] = {
    "type": "order",
    "orders": [{"a": 4, "b": False, "p": "1670.1", "s": "0.0147", "r": False, "t": {"limit": {"tif": "Ioc"}}}],
    "grouping": "na",
}


def key(secret: bytes = AGENT_SECRET) -> Key:
    return Key(address=Address(Account.from_key(secret).address), secret=Secret(secret))


def signer(network: str = "testnet") -> HyperliquidSigner:
    return HyperliquidSigner(key=key(), network=network)


def body(action: object = ORDER, **fields: object) -> bytes:
    said = {"action": action, "nonce": NONCE, "vaultAddress": None, "expiresAfter": EXPIRES_MS, **fields}
    return json.dumps(said, separators=(",", ":")).encode()


def message(raw: bytes | None = None, lane: Lane = LANE, nonce: int = NONCE, expires_ms: int = EXPIRES_MS) -> Message:
    return Message(lane=lane, nonce=nonce, expires_ms=expires_ms, url=URL, body=body() if raw is None else raw)
