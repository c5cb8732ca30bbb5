"""How a Hyperliquid message goes wrong: its bytes, the structure of its JSON, the message around them."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

from agent.model import EvmTx, Message
from tests.unit.firewall.hyperliquid_scene import (
    ENDPOINT,
    OTHER_LANE,
    Case,
    Json,
    body,
    client_id,
    message,
    vault_of,
)
from tests.unit.firewall.scene import ACCOUNT, EXPIRES_MS, OPERATOR, STRANGER


def with_body(case: Case, raw: bytes) -> Message:
    return replace(case.tx, body=raw)


# Bytes ------------------------------------------------------------------------------------------------
def digits_flipped(case: Case, rng: Random) -> Message:
    def one_digit() -> bytes:
        raw = bytearray(case.tx.body)
        at = rng.choice([at for at, found in enumerate(raw) if found in b"0123456789"])
        raw[at] = rng.choice([digit for digit in b"0123456789" if digit != raw[at]])
        return bytes(raw)

    return with_body(case, _more(case, one_digit))


def flipped(case: Case, rng: Random) -> Message:
    def some_bytes() -> bytes:
        raw = bytearray(case.tx.body)
        for at in rng.sample(range(len(raw)), rng.randint(1, 3)):
            raw[at] ^= rng.randint(1, 255)
        return bytes(raw)

    return with_body(case, _more(case, some_bytes))


def _more(case: Case, draw: Callable[[], bytes]) -> bytes:
    """Another body than one that only puts in less margin than planned, which is allowed."""
    while _less(case, raw := draw()):
        pass
    return raw


def _less(case: Case, raw: bytes) -> bool:
    try:
        amount = json.loads(raw)["action"]["ntli"]
    except (ValueError, LookupError, TypeError):
        return False
    return isinstance(amount, int) and 0 < amount < case.action["ntli"]


def trailing(case: Case, rng: Random) -> Message:
    return with_body(case, case.tx.body + rng.choice((b" ", b"\n", b"\0", case.tx.body, rng.randbytes(8))))


def missing(case: Case, rng: Random) -> Message:
    return with_body(case, case.tx.body[: -rng.randint(1, len(case.tx.body))])


def blank(case: Case, rng: Random) -> Message:
    raw, mark = case.tx.body, rng.choice((b",", b":", b"{", b"}"))
    return with_body(case, raw.replace(mark, mark + rng.choice((b" ", b"\t", b"\n")), 1))


def other_encoding(case: Case, rng: Random) -> Message:
    """The same JSON to a lenient reader."""
    text = case.tx.body.decode()
    escaped = text.replace("a", "\\u0061", 1).encode()
    return with_body(case, rng.choice((escaped, text.encode("utf-8-sig"), text.encode("utf-16"))))


def key_twice(case: Case, rng: Random) -> Message:
    """To a lenient reader the last one counts; another reader may take the first."""
    found = json.loads(case.tx.body)
    name = rng.choice(list(found))
    extra = f"{json.dumps(name)}:{json.dumps(found[name] if rng.random() < 0.5 else None)},"
    return with_body(case, b"{" + extra.encode() + case.tx.body[1:])


# Structure --------------------------------------------------------------------------------------------
def objects(found: Any) -> Iterator[Json]:
    if isinstance(found, dict):
        yield found
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from objects(each)


def restructured(case: Case, change: Callable[[Json], None], rng: Random, least: int = 1) -> Message:
    """Any object of the body."""
    found = json.loads(case.tx.body)
    change(rng.choice([each for each in objects(found) if len(each) >= least]))
    return with_body(case, json.dumps(found, separators=(",", ":")).encode())


def reordered(case: Case, rng: Random) -> Message:
    def change(found: Json) -> None:
        moved = rng.choice(list(found)[:-1])
        found[moved] = found.pop(moved)

    return restructured(case, change, rng, least=2)


def key_added(case: Case, rng: Random) -> Message:
    name = rng.choice(("f", "m", "vaultAddress ", "signature", "isFrontend", "A", "expiresAt", ""))
    return restructured(case, lambda found: found.update({name: rng.choice((None, True, 0, "", {}))}), rng)


def key_dropped(case: Case, rng: Random) -> Message:
    return restructured(case, lambda found: found.pop(rng.choice([key for key in found if key != "type"])), rng)


def other_kind(case: Case, rng: Random) -> Message:
    """A value of another JSON type. Those that anything may stand for are judged by their own rules."""

    def change(found: Json) -> None:
        own = {"type", "vaultAddress", "grouping"}
        key = rng.choice([key for key in found if key not in own])
        others: tuple[object, ...] = (None, True, 1, 1.0, 2.5, "1", [], {}, [found[key]])
        found[key] = rng.choice([each for each in others if type(each) is not type(found[key])])

    return restructured(case, change, rng)


# The message ------------------------------------------------------------------------------------------
def envelope(case: Case, **stated: object) -> Message:
    said = {"nonce": case.tx.nonce, "vault": vault_of(case.pins), "expires": EXPIRES_MS, **stated}
    return with_body(case, body(case.action, **said))


def other_nonce(case: Case, rng: Random) -> Message:
    own = case.tx.nonce
    return envelope(case, nonce=rng.choice((own + 1, own - 1, 0, -own, rng.getrandbits(40), 2**64)))


def other_deadline(case: Case, rng: Random) -> Message:
    later = EXPIRES_MS + rng.choice((1, rng.randint(1, 10**10)))
    return envelope(case, expires=rng.choice((later, EXPIRES_MS - 1, 0, -EXPIRES_MS)))


def other_account(case: Case, rng: Random) -> Message:
    own = vault_of(case.pins)
    others = (
        None,
        STRANGER.lower(),
        ACCOUNT,
        OPERATOR.lower(),
        ACCOUNT.lower(),
        "",
        0,
        f"0x{rng.getrandbits(160):040x}",
    )
    return envelope(case, vault=rng.choice([each for each in others if each != own]))


def other_endpoint(case: Case, rng: Random) -> Message:
    elsewhere = ("https://api.hyperliquid.xyz/exchange", "http://exchange.example/exchange", f"{ENDPOINT}/info")
    spellings = (ENDPOINT, f"{ENDPOINT}/exchange/", f"{ENDPOINT}/exchange?a=b", f"{ENDPOINT}.evil/exchange", "")
    return replace(case.tx, url=rng.choice((*elsewhere, *spellings)))


def other_lane(case: Case, rng: Random) -> Message:
    """Another network, whose key is loaded; the order is named after the slot there."""
    action = deepcopy(case.action)
    if "orders" in action:
        action["orders"][0]["c"] = client_id(OTHER_LANE, case.tx.nonce)
    return replace(message(case.pins, action), lane=OTHER_LANE)


def later_expiry(case: Case, rng: Random) -> Message:
    """The body says so too."""
    later = EXPIRES_MS + rng.choice((1, rng.randint(1, 10**10)))
    return replace(envelope(case, expires=later), expires_ms=later)


def as_transaction(case: Case, rng: Random) -> EvmTx:
    tx = case.tx
    return EvmTx(
        lane=tx.lane,
        nonce=tx.nonce,
        expires_ms=tx.expires_ms,
        to=ACCOUNT,
        data=tx.body,
        value=0,
        gas=21_000,
        max_fee=0,
        tip=0,
    )


def on_slot(case: Case, nonce: int) -> Message:
    """The same action on another slot."""
    action = deepcopy(case.action)
    if "orders" in action:
        action["orders"][0]["c"] = client_id(case.pins.lane, nonce)
    return message(case.pins, action, nonce)
