"""The proof that what was rehearsed is what arrived can fail."""

from typing import Any

import pytest

from tests.kit.posted import posted_bodies, rehearsed_bodies

BODY = '{"action":{"type":"order","orders":[]},"nonce":7,"vaultAddress":null,"expiresAfter":9}'
OTHER_LANE = {"type": "EvmTx", "nonce": 7}


def message(nonce: int, body: str = BODY) -> dict[str, Any]:
    return {"type": "Message", "nonce": nonce, "body": "0x" + body.encode().hex()}


def journal(*rehearsed: dict[str, Any]) -> dict[str, Any]:
    """One message sent, of what was rehearsed, and a transaction."""
    sent = [{"intent": {"attempts": [{"payload": payload}]}} for payload in (message(7), OTHER_LANE)]
    return {"intents": sent, "notes": [{"type": "Plan"}, {"type": "Rehearsal", "drafts": [{"payloads": rehearsed}]}]}


def arrived(**changes: Any) -> dict[str, Any]:
    body = {"action": {"type": "order", "orders": []}, "nonce": 7, "signature": {"r": "0x1"}}
    return {"body": body | {"vaultAddress": None, "expiresAfter": 9} | changes}


def test_bodies__rehearsed_and_arrived_once__are_equal_without_the_signature() -> None:
    ran = journal(message(7), message(8), OTHER_LANE)
    assert rehearsed_bodies(ran) == posted_bodies([arrived(nonce=6), arrived()], ran) == [BODY]


@pytest.mark.parametrize(
    "log", [[], [arrived(), arrived()], [arrived(expiresAfter=10)], [arrived(action={"orders": [], "type": "order"})]]
)
def test_bodies__lost_twice_or_altered__differ(log: list[dict[str, Any]]) -> None:
    ran = journal(message(7))
    assert rehearsed_bodies(ran) != posted_bodies(log, ran)
