"""The exchange's own reading of signatures, against published vectors where they are at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit.hyperliquid.canonical import canonical
from tests.kit.hyperliquid.signatures import (
    USER_ACTIONS,
    Signature,
    connection_id,
    l1_message,
    signer,
    user_message,
)
from tests.unit.kit.hyperliquid.scene import AGENT, ETH, OWNER, STRANGER, Scene, batch, cloid, limit

_DATA = Path(__file__).parents[4] / ".." / "shared" / "data"
_VECTORS = _DATA / "hyperliquid_signing_vectors.json"


def _vectors() -> list[dict[str, Any]]:
    """Where the data folder is, the file must be in it."""
    if not _DATA.is_dir():
        pytest.skip("no folder ../shared/data with the published signing vectors")
    found: list[dict[str, Any]] = json.loads(_VECTORS.read_text())["vectors"]
    return found


def _connection(vector: dict[str, Any]) -> bytes:
    return connection_id(vector["action"], vector["nonce"], vector["vaultAddress"], vector["expiresAfter"])


def _signature(vector: dict[str, Any]) -> Signature:
    return Signature(r=int(vector["r"], 16), s=int(vector["s"], 16), v=vector["v"])


def test_connection_id__of_published_l1_actions__is_the_published_one() -> None:
    found = [vector for vector in _vectors() if vector["scheme"].startswith("l1")]
    assert len(found) == 19
    assert ["0x" + _connection(vector).hex() for vector in found] == [vector["connectionId"] for vector in found]


def test_signer__of_published_l1_signatures__is_the_published_one_on_its_own_network_alone() -> None:
    found = [vector for vector in _vectors() if vector["scheme"] == "l1"]
    assert len(found) == 18
    for vector in found:
        network, other = ("Mainnet", "Testnet") if vector["network"] == "mainnet" else ("Testnet", "Mainnet")
        names = [signer(l1_message(_connection(vector), each), _signature(vector)) for each in (network, other)]
        assert names[0] == vector["signer"].lower()
        assert names[1] != names[0]


def test_signer__of_published_user_signatures__is_the_published_one() -> None:
    found = [vector for vector in _vectors() if vector["scheme"] == "user_signed"]
    assert [vector["name"] for vector in found] == ["usdSend", "withdraw3"]
    for vector in found:
        message = user_message(vector["message"] | {"type": vector["name"]})
        assert signer(message, _signature(vector)) == vector["signer"].lower()
        assert f"HyperliquidTransaction:{USER_ACTIONS[vector['name']].name}" == vector["primaryType"]


def test_canonical__of_published_actions__changes_nothing() -> None:
    found = [vector["action"] for vector in _vectors() if vector["scheme"].startswith("l1")]
    known = [action for action in found if action["type"] != "dummy"]
    assert len(known) == 15
    assert [json.dumps(canonical(action)) for action in known] == [json.dumps(action) for action in known]


def test_connection_id__with_vault_and_expiry__differs_from_each_without() -> None:
    vault = "0x" + "11" * 20
    each = [
        connection_id({"type": "noop"}, 7, *more) for more in ((None, None), (vault, None), (None, 9), (vault, 9))
    ]
    assert len(set(each)) == 4


ORDER = batch(limit("A", "0.5", "1999", c=cloid(1)))


def test_exchange__of_an_approved_agent_or_the_master__accepts() -> None:
    scene = Scene()
    assert scene.act(ORDER, by=AGENT)["status"] == "ok"
    assert scene.act(ORDER, by=OWNER)["status"] == "ok"
    assert scene.exchange.position(OWNER.address, "ETH") == -1


def test_exchange__of_a_stranger__names_the_address_it_recovered() -> None:
    error = {"status": "err", "response": f"L1 error: User or API Wallet {STRANGER.address} does not exist."}
    assert Scene().act(ORDER, by=STRANGER) == error


def test_exchange__signed_for_the_other_network__recovers_a_random_address() -> None:
    answer = Scene(network="Mainnet").act(ORDER, by=AGENT)
    assert answer["status"] == "err"
    assert answer["response"].startswith("L1 error: User or API Wallet 0x")
    assert AGENT.address not in answer["response"]


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": 1_800_000_000_999},
        {"expiresAfter": 1_800_000_060_000},
        {"vaultAddress": "0x" + "11" * 20},
        {"action": batch(limit("A", "0.6", "1999", c=cloid(1)))},
        {"action": dict(reversed(ORDER.items()))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_exchange__where_the_body_is_not_what_was_signed__does_not_know_the_signer(change: dict[str, Any]) -> None:
    scene = Scene()
    answer = scene.send(AGENT.l1(ORDER, scene.nonce()) | change)
    assert answer["status"] == "err"
    assert answer["response"].endswith("does not exist.")
    assert scene.exchange.changes() == []


@pytest.mark.parametrize(
    "order",
    [
        limit("A", "0.50", "1999"),
        limit("A", "0.5", "1999.0"),
        limit("A", "0.5", "1999", c=None),
        limit("A", "0.5", "1999", c=cloid(0xAB).upper().replace("X", "x")),
        {"b": False, "a": ETH, "p": "1999", "s": "0.5", "r": False, "t": {"limit": {"tif": "Ioc"}}},
    ],
    ids=[
        "size with trailing zero",
        "price with trailing zero",
        "null optional",
        "upper-case cloid",
        "keys out of order",
    ],
)
def test_exchange__where_what_was_signed_is_not_the_documented_form__does_not_know_the_signer(
    order: dict[str, Any],
) -> None:
    scene = Scene()
    answer = scene.act(batch(order))
    assert (answer["status"], answer["response"][-15:]) == ("err", "does not exist.")
    assert scene.exchange.changes() == []


@pytest.mark.parametrize(
    "body",
    [
        {"action": {"type": "dummy"}},
        {"action": {"type": "order", "orders": []}},
        {"action": batch(limit("A", "0.5", "1999") | {"p": 1999.5})},
        {"action": batch(limit("A", "0.5", "1e3"))},
        {"nonce": "7"},
        {"signature": {"r": "0x1", "s": "0x1", "v": 0}},
    ],
    ids=["unknown type", "missing field", "fraction", "exponent", "nonce as text", "v of 0"],
)
def test_exchange__of_what_has_not_the_shape__answers_422(body: dict[str, Any]) -> None:
    scene = Scene()
    reply = scene.post("/exchange", AGENT.l1(ORDER, scene.nonce()) | body)
    assert (reply.status, reply.content_type) == (422, "text/plain")
    assert reply.body == "Failed to deserialize the JSON body into the target type"
