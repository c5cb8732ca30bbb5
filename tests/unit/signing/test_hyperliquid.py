import json
from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

from agent.errors import Refused
from agent.firewall import Rule
from agent.message_slot import hl_lane
from agent.model import Lane, Payload
from agent.signing import hyperliquid
from agent.signing.body import parse
from agent.signing.hyperliquid import HyperliquidSigner, agent_data
from agent.signing.typed import Signature, sign
from tests.unit.firewall.test_slot import CALL
from tests.unit.signing.hyperliquid import (
    AGENT,
    CLOID,
    EXPIRES_MS,
    NONCE,
    ORDER,
    VAULT,
    VENUE,
    body,
    key,
    message,
    signer,
)

CANCEL = {"type": "cancel", "cancels": [{"a": 4, "o": 77}]}


def packed(thing: Any) -> bytes:
    """MessagePack by hand, for what is small (msgpack.org, specification)."""
    if thing is True or thing is False:
        return b"\xc3" if thing else b"\xc2"
    if isinstance(thing, int):
        return bytes([thing]) if thing < 128 else b"\xcf" + thing.to_bytes(8, "big")
    if isinstance(thing, str):
        return (bytes([0xA0 + len(thing)]) if len(thing) < 32 else bytes([0xD9, len(thing)])) + thing.encode()
    if isinstance(thing, list):
        return bytes([0x90 + len(thing)]) + b"".join(map(packed, thing))
    return bytes([0x80 + len(thing)]) + b"".join(packed(name) + packed(each) for name, each in thing.items())


def digest(source: str, action: object, vault: str | None = None, expires_ms: int | None = EXPIRES_MS) -> bytes:
    """What is signed, from the description of the scheme alone."""
    account = b"\0" if vault is None else b"\1" + bytes.fromhex(vault[2:])
    expiry = b"" if expires_ms is None else b"\0" + expires_ms.to_bytes(8, "big")
    connection = keccak(packed(action) + NONCE.to_bytes(8, "big") + account + expiry)
    domain = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    separator = keccak(
        keccak(text=domain)
        + keccak(text="Exchange")
        + keccak(text="1")
        + encode(["uint256", "address"], [1337, "0x" + "0" * 40])
    )
    struct = keccak(keccak(text="Agent(string source,bytes32 connectionId)") + keccak(text=source) + connection)
    return bytes(keccak(b"\x19\x01" + separator + struct))


def recovered(raw: bytes, hashed: bytes) -> str:
    found = Signature.read(json.loads(raw)["signature"])
    return str(Account._recover_hash(hashed, vrs=(found.v, found.r, found.s)))


def rule(payload: Payload, by: HyperliquidSigner | None = None) -> str:
    with pytest.raises(Refused) as found:
        (by or signer()).seal(VENUE, payload)
    return found.value.rule


@pytest.mark.parametrize(("network", "source"), [("mainnet", "a"), ("testnet", "b")])
@pytest.mark.parametrize("vault", [None, VAULT], ids=["own", "sub-account"])
def test_seal__order__recovers_to_the_agent_over_the_hash_of_its_own_bytes(
    network: str, source: str, vault: str | None
) -> None:
    by = signer(network)
    lane = hl_lane(network, AGENT)
    payload = replace(message(body(vaultAddress=vault)), lane=lane)
    assert recovered(by.seal(VENUE, payload).raw, digest(source, ORDER, vault)) == AGENT


def test_seal__order__what_is_posted_is_the_body_and_a_signature_of_full_length() -> None:
    signed = signer().seal(VENUE, message())
    said = json.loads(signed.raw)
    assert list(said) == ["action", "nonce", "signature", "vaultAddress", "expiresAfter"]
    assert (said["nonce"], said["expiresAfter"]) == (NONCE, EXPIRES_MS)
    assert (len(said["signature"]["r"]), len(said["signature"]["s"])) == (66, 66)
    del said["signature"]
    assert json.dumps(said, separators=(",", ":")).encode() == body()


def test_signature__with_leading_zeros__is_padded_to_32_bytes() -> None:
    found = Signature(r=1, s=0xAB, v=27)
    assert found.spelled() == {"r": f"0x{1:064x}", "s": f"0x{0xAB:064x}", "v": 27}
    assert Signature.read(found.spelled()) == found


def test_seal__twice__same_bytes() -> None:
    assert signer().seal(VENUE, message()) == signer().seal(VENUE, message())


def test_seal__order_with_an_id_of_ours__is_named_by_it_anything_else_by_its_hash() -> None:
    order = {**ORDER["orders"][0], "c": CLOID}
    assert signer().seal(VENUE, message(body({**ORDER, "orders": [order]}))).ref == CLOID
    packed_cancel = keccak(packed(CANCEL) + NONCE.to_bytes(8, "big") + b"\0\0" + EXPIRES_MS.to_bytes(8, "big"))
    assert signer().seal(VENUE, message(body(CANCEL))).ref == "0x" + packed_cancel.hex()


def test_seal__another_order_of_keys__is_another_hash() -> None:
    turned = dict(reversed(ORDER["orders"][0].items()))
    assert (
        signer().seal(VENUE, message(body({**ORDER, "orders": [turned]}))).ref != signer().seal(VENUE, message()).ref
    )


@pytest.mark.parametrize(
    "lane", ["hyperliquid:mainnet:{0}", "hyperliquid:testnet:0x" + "11" * 20, "evm:1337:{0}"], ids=lambda lane: lane
)
def test_seal__lane_of_another_network_or_key__refused(lane: str) -> None:
    assert rule(message(lane=Lane(lane.format(AGENT)))) == Rule.LANE


def test_seal__transaction__refused() -> None:
    assert rule(CALL) == Rule.DIALECT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        body() + b" ",
        body().replace(b",", b", "),
        body().replace(b'"grouping":"na"', b'"grouping":"\xc3\xa9"'),
        body().replace(b'"a":4', b'"a":4.0'),
        body().replace(b'"a":4', b'"a":4e0'),
        body().replace(b'"a":4', b'"a":-0'),
        body().replace(b'"a":4', b'"a":NaN'),
        body().replace(b'"a":4', b'"a":4,"a":5'),
        body().replace(b'"a":4', b'"a":18446744073709551616'),
        body().replace(b'"na"', b'"\\ud800"'),
        body(signature={}),
        body([]),
        body({}),
        body({"orders": [], "type": "order"}),
        body(nonce=True),
        body(nonce=str(NONCE)),
        body(nonce=-1),
        body(nonce=NONCE + 1),
        body(expiresAfter=None),
        body(expiresAfter=EXPIRES_MS + 1),
        body(expiresAfter=True),
        body(vaultAddress=VAULT.upper().replace("X", "x")),
        body(vaultAddress=VAULT[:-1]),
        body(vaultAddress=0),
    ],
    ids=lambda raw: raw[-60:].decode(errors="replace"),
)
def test_seal__body_that_is_not_exactly_what_would_be_hashed__refused(raw: bytes) -> None:
    assert rule(message(raw)) == Rule.NOT_CANONICAL


@pytest.mark.parametrize(
    "other",
    [
        body({**ORDER, "grouping": "normalTpsl"}),
        body(nonce=NONCE + 1),
        body(vaultAddress=VAULT),
        body(expiresAfter=EXPIRES_MS + 1),
    ],
    ids=["action", "nonce", "account", "expiry"],
)
def test_seal__something_else_than_the_body_is_signed__refused(other: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = agent_data(parse(other), "testnet")
    monkeypatch.setattr(hyperliquid, "sign", lambda _, key: sign(data, key))
    assert rule(message()) == Rule.SIGNATURE


def test_seal__something_else_than_the_body_is_posted__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = hyperliquid.posted
    other = parse(body({**ORDER, "grouping": "normalTpsl"}))

    def posts_other(_: object, signature: Signature) -> bytes:
        return real(other, signature)

    monkeypatch.setattr(hyperliquid, "posted", posts_other)
    assert rule(message()) == Rule.SIGNATURE


def test_seal__key_of_another_address__refused() -> None:
    mixed_up = HyperliquidSigner(key=replace(key(keccak(text="another")), address=AGENT), network="testnet")
    assert rule(message(), mixed_up) == Rule.SIGNATURE
