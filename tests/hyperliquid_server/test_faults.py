"""Each fault, as a client meets it: what is lost on the way, what arrives twice, what arrives late."""

import json
import time
from decimal import Decimal

import pytest

from tests.hyperliquid_server.client import Client
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.unknowns import Unknowns
from tests.unit.kit.hyperliquid.scene import AGENT, BIDS, OWNER, Scene, batch, cloid, limit

ORDER = batch(limit("A", "0.5", "1999", c=cloid(1)))


def _is_duplicate(answer: dict[str, str]) -> bool:
    return answer["status"] == "err" and "duplicate nonce" in answer["response"]


def test_drop_after__applies_the_order_and_a_resent_body_is_refused(scene: Scene, client: Client) -> None:
    body = AGENT.l1(ORDER, scene.nonce())
    scene.exchange.inject(Kind.DROP_AFTER)
    with pytest.raises(ConnectionError):
        client.exchange(body)
    assert scene.exchange.changes_by_cloid() == {cloid(1): 1}
    assert _is_duplicate(client.exchange(body))
    found = client.info("orderStatus", user=OWNER.address, oid=cloid(1))
    assert found["order"]["status"] == "filled"
    assert scene.exchange.changes_by_cloid() == {cloid(1): 1}


def test_drop_before__applies_nothing_and_a_resent_body_is_taken(scene: Scene, client: Client) -> None:
    body = AGENT.l1(ORDER, scene.nonce())
    scene.exchange.inject(Kind.DROP_BEFORE)
    with pytest.raises(ConnectionError):
        client.exchange(body)
    assert client.info("orderStatus", user=OWNER.address, oid=cloid(1)) == {"status": "unknownOid"}
    assert client.exchange(body)["status"] == "ok"
    assert scene.exchange.changes_by_cloid() == {cloid(1): 1}


def test_hold__delivers_late_and_only_while_the_action_is_valid(scene: Scene, client: Client) -> None:
    ends = scene.exchange.now_ms + 15_000
    late = batch(limit("A", "0.5", "1998", c=cloid(2)))
    for action, delay_s in ((ORDER, 15), (late, 16)):
        scene.exchange.inject(Kind.HOLD, delay_s=Decimal(delay_s))
        with pytest.raises(ConnectionError):
            client.exchange(AGENT.l1(action, scene.nonce(), expires_after=ends))
    assert scene.exchange.changes() == []
    scene.exchange.advance(60)
    [change] = scene.exchange.changes()
    assert (change.cloid, change.time_ms) == (cloid(1), ends)


@pytest.mark.parametrize(("kind", "sees_duplicate"), [(Kind.DUPLICATE_FIRST, False), (Kind.DUPLICATE_SECOND, True)])
def test_duplicate__is_applied_once_whichever_answer_comes(
    scene: Scene, client: Client, kind: Kind, sees_duplicate: bool
) -> None:
    scene.exchange.inject(kind)
    answer = client.exchange(AGENT.l1(ORDER, scene.nonce()))
    assert _is_duplicate(answer) is sees_duplicate
    assert scene.exchange.changes_by_cloid() == {cloid(1): 1}
    assert len(scene.exchange.log("/exchange")) == 2


@pytest.mark.parametrize(("kind", "changes"), [(Kind.STATUS_BEFORE, 0), (Kind.STATUS_AFTER, 1)])
def test_status__of_a_gateway__says_nothing_of_what_was_done(
    scene: Scene, client: Client, kind: Kind, changes: int
) -> None:
    scene.exchange.inject(kind, status=502)
    assert client.send("/exchange", AGENT.l1(ORDER, scene.nonce()))[0] == 502
    assert len(scene.exchange.changes()) == changes


def test_garbage__is_a_200_that_is_no_json(scene: Scene, client: Client) -> None:
    scene.exchange.inject(Kind.GARBAGE, path="/info", only=["allMids"], times=2)
    assert client.info("exchangeStatus")["specialStatuses"] is None
    for _ in range(2):
        status, text = client.send("/info", {"type": "allMids"})
        assert (status, text[:6]) == (200, "<html>")
    assert "ETH" in client.info("allMids")


def test_delay_after__applies_at_once_and_the_client_gives_up(scene: Scene, client: Client) -> None:
    scene.exchange.inject(Kind.DELAY_AFTER, delay_s=Decimal(30))
    with pytest.raises(TimeoutError):
        client.exchange(AGENT.l1(ORDER, scene.nonce()), timeout_s=0.3)
    assert len(scene.exchange.changes()) == 1


def test_delay_before__applies_only_then(scene: Scene, client: Client) -> None:
    scene.exchange.inject(Kind.DELAY_BEFORE, delay_s=Decimal("0.4"))
    with pytest.raises(TimeoutError):
        client.exchange(AGENT.l1(ORDER, scene.nonce()), timeout_s=0.1)
    assert scene.exchange.changes() == []
    deadline = time.monotonic() + 5
    while not scene.exchange.changes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(scene.exchange.changes()) == 1


def test_stale__shows_the_past_while_orders_go_through(scene: Scene, client: Client) -> None:
    before = client.info("exchangeStatus")["time"]
    scene.exchange.inject(Kind.STALE, times=None)
    scene.exchange.advance(100)
    assert client.exchange(AGENT.l1(ORDER, scene.nonce()))["status"] == "ok"
    assert client.info("orderStatus", user=OWNER.address, oid=cloid(1)) == {"status": "unknownOid"}
    assert client.info("exchangeStatus")["time"] == before
    scene.exchange.clear_faults()
    assert client.info("orderStatus", user=OWNER.address, oid=cloid(1))["status"] == "order"


def test_partial_fill_and_no_match__hit_the_next_immediate_orders(scene: Scene, client: Client) -> None:
    scene.exchange.fill_partly(Decimal("0.5"))
    scene.exchange.match_nothing()
    statuses = [client.exchange(AGENT.l1(ORDER, scene.nonce()))["response"]["data"]["statuses"][0] for _ in range(3)]
    assert statuses[0]["error"].startswith("Order could not immediately match")
    assert [status["filled"]["totalSz"] for status in statuses[1:]] == ["0.25", "0.5"]


def test_exhausted_budgets__are_refused_each_in_its_way(scene: Scene, client: Client) -> None:
    scene.exchange.exhaust_address(OWNER.address)
    assert "cumulative requests" in client.exchange(AGENT.l1(ORDER, scene.nonce()))["response"]
    scene.exchange.exhaust_ip()
    assert client.send("/info", {"type": "allMids"})[0] == 429
    assert scene.exchange.changes() == []


def test_fault__for_one_action__leaves_others_alone(scene: Scene, client: Client) -> None:
    scene.exchange.inject(Kind.DROP_BEFORE, only=["order"])
    assert client.exchange(AGENT.l1({"type": "noop"}, scene.nonce()))["status"] == "ok"
    with pytest.raises(ConnectionError):
        client.exchange(AGENT.l1(ORDER, scene.nonce()))


def test_expired_nonce_and_texts__of_many_seeds__never_let_an_order_through_twice() -> None:
    for seed in range(12):
        scene = Scene(Unknowns.of(seed))
        body = AGENT.l1(ORDER, scene.nonce())
        answers = [json.loads(scene.post("/exchange", body).body)["status"] for _ in range(3)]
        assert answers == ["ok", "err", "err"]
        assert scene.exchange.changes_by_cloid() == {cloid(1): 1}
        assert scene.exchange.position(OWNER.address, "ETH") == Decimal("-0.5")
        scene.exchange.set_book("ETH", BIDS, [])
