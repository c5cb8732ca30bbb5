"""The exchange's own test vectors, each by its key, action, nonce and network."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agent.signing.body import Body
from agent.signing.hyperliquid import agent_data, connection_id
from agent.signing.hyperliquid_owner import owner_data, signer_of
from agent.signing.typed import Signature, sign
from tests.kit import beside
from tests.unit.signing.hyperliquid import key

COUNT = 21
FILE = "hyperliquid_signing_vectors.json"
TYPES = {"HyperliquidTransaction:UsdSend": "usdSend", "HyperliquidTransaction:Withdraw": "withdraw3"}


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads(beside.data(FILE).read_text())["vectors"]


@pytest.mark.parametrize("n", range(COUNT))
def test_vector__of_the_exchange__gives_its_hash_and_its_signature(vectors: Any, n: int) -> None:
    vector = vectors[n]
    if "connectionId" in vector:
        assert f"0x{connection_id(_body(vector)).hex()}" == vector["connectionId"]
    if "r" in vector:
        found = sign(_data(vector), key(bytes.fromhex(vector["key"][2:])))
        assert found.spelled() == {part: vector[part] for part in ("r", "s", "v")}
    assert "connectionId" in vector or "r" in vector


def test_vectors__as_a_whole__are_all_here_and_of_both_schemes(vectors: Any) -> None:
    assert len(vectors) == COUNT
    assert [vector["scheme"] for vector in vectors].count("l1") == 18
    assert {vector["scheme"] for vector in vectors} == {"l1", "l1_hash_only", "user_signed"}


def test_vectors__of_owners__recover_to_their_signer(vectors: Any) -> None:
    signers = list(_signers(vectors))
    assert len(signers) == 2
    assert all(found == said for found, said in signers)


def _signers(vectors: Any) -> Iterator[tuple[str, str]]:
    for vector in vectors:
        if vector["scheme"] == "user_signed":
            signature = Signature.read({part: vector[part] for part in ("r", "s", "v")})
            yield signer_of(_action(vector), signature), vector["signer"]


def _data(vector: Any) -> Any:
    if vector["scheme"] == "user_signed":
        return owner_data(_action(vector))
    return agent_data(_body(vector), vector["network"])


def _action(vector: Any) -> dict[str, Any]:
    return {"type": TYPES[vector["primaryType"]], **vector["message"]}


def _body(vector: Any) -> Body:
    return Body(
        action=vector["action"],
        nonce=vector["nonce"],
        vault=vector["vaultAddress"],
        expires_after=vector["expiresAfter"],
    )
