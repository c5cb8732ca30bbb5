"""The lane of a signed-message venue, and its time: what venue, wire, firewall and signer must agree on."""

import json

from eth_hash.auto import keccak

from agent.errors import Mismatch
from agent.model import Address, Lane, Name, Stamp
from agent.reading import Read


def hl_lane(network: str, agent: Address) -> Lane:
    """The exchange keeps one set of nonces for each signing key, whatever account it signs for."""
    return Lane(f"hyperliquid:{network}:{agent}")


def cloid_of(lane: Lane, nonce: int) -> str:
    """The name of the order in this slot: anyone can find it again from lane and nonce alone."""
    return f"0x{keccak(f'{lane}:{nonce}'.encode())[:16].hex()}"


def question(kind: str, **fields: object) -> bytes:
    """What is posted to /info. The same question is the same bytes, and is asked once in a round."""
    return json.dumps({"type": kind, **fields}, separators=(",", ":")).encode()


def kind_of(request: bytes) -> str:
    """Which question it is."""
    return str(json.loads(request)["type"])


def clock(source: Name, account: Address) -> Read[Stamp]:
    """The exchange's own time, out of the account's state, which the venue's look asks for too: no host clock."""
    request = question("clearinghouseState", user=account.lower())

    def stamp(raw: bytes) -> Stamp:
        found = json.loads(raw)
        time_ms = found.get("time") if isinstance(found, dict) else None
        if type(time_ms) is not int or time_ms <= 0:
            raise Mismatch(f"an account's state without a time: {raw[:80]!r}: is this the exchange's URL?")
        return Stamp(source=source, time_ms=time_ms)

    return Read(source=source, request=request, decode=stamp)


def acted(source: Name, account: Address) -> Read[bool]:
    """Whether anything was ever signed for the account, whoever it was."""
    request = question("userRateLimit", user=account.lower())

    def used(raw: bytes) -> bool:
        found = json.loads(raw)
        actions = found.get("nRequestsUsed") if isinstance(found, dict) else None
        if type(actions) is not int:
            raise Mismatch(f"an account's limits without what it has used: {raw[:80]!r}: is this the exchange's URL?")
        return actions > 0

    return Read(source=source, request=request, decode=used)
