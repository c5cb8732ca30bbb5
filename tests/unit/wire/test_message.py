"""What the next request of a lane must carry, what an open slot is sent, and what the exchange says to it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from agent.errors import Mismatch, Unreadable
from agent.message_slot import clock, cloid_of, hl_lane
from agent.model import Address, Draft, Intent, Kind, Leg, Memory, Message, Payload, Signed, Stamp, Terms
from agent.model.times import DAY_MS
from agent.reading import Reading, drive
from agent.wire.message import ARRIVES_MS, MessageWire
from tests.unit.wire.scripted import SOURCE, Scripted, ok

AGENT = Address("0x" + "Aa" * 20)
ACCOUNT = Address("0x" + "Bb" * 20)
LANE = hl_lane("testnet", AGENT)
NOW_MS = 1_800_000_000_000
ORDER = Message(
    lane=LANE, nonce=NOW_MS, expires_ms=NOW_MS + 15_000, url="https://api.example/exchange", body=b'{"action":{}}'
)
SENT = Signed(venue=SOURCE, payload=ORDER, raw=b'{"signed":1}', ref="0x0c")
INTENT = Intent(id=1, ceiling=0, attempts=(SENT,))


def wire(exchange: Scripted) -> MessageWire:
    return MessageWire(SOURCE, LANE, ACCOUNT, exchange.info().post)


def run(reading: Reading[Any], exchange: Scripted) -> Any:
    return asyncio.run(drive([reading], exchange.info()))[0]


def at(time_ms: object, actions: object = 0) -> Scripted:
    return Scripted({"clearinghouseState": ok({"time": time_ms}), "userRateLimit": ok({"nRequestsUsed": actions})})


def terms(time_ms: int = NOW_MS, nonces: Mapping[Any, int] | None = None) -> Terms:
    found: Terms = run(wire(at(time_ms)).terms(Memory(nonces=nonces or {})), at(time_ms))
    return found


def following(time_ms: int, intent: Intent = INTENT) -> Payload | None:
    found: Payload | None = run(wire(at(time_ms)).next(intent), at(time_ms))
    return found


def test_lane__of_a_network_and_a_key__names_both() -> None:
    assert f"hyperliquid:testnet:{AGENT}" == LANE


def test_cloid__of_a_slot__is_the_first_half_of_its_hash() -> None:
    assert cloid_of(LANE, 7) == "0x" + keccak(text=f"{LANE}:7").hex()[:32]
    assert len({cloid_of(lane, nonce) for lane in (LANE, hl_lane("mainnet", AGENT)) for nonce in (7, 8)}) == 4


def test_terms__of_a_fresh_lane__are_the_exchanges_time_and_no_gas() -> None:
    assert terms() == Terms(
        lane=LANE,
        stamp=Stamp(source=SOURCE, time_ms=NOW_MS),
        nonce=NOW_MS,
        max_fee=0,
        tip=0,
        ceiling=0,
        expires_ms=NOW_MS + 15_000,
        now_ms=NOW_MS,
    )


def test_terms__of_an_account_that_acted_and_no_record__are_quiet_until_what_was_out_has_died() -> None:
    """Counted from the first look of this process."""
    exchange = at(NOW_MS, actions=3)
    looking = wire(exchange)
    first: Terms = run(looking.terms(Memory()), exchange)
    later: Terms = run(looking.terms(Memory()), at(NOW_MS + 9_000, actions=3))
    assert first.quiet_until_ms == later.quiet_until_ms == NOW_MS + 15_000 + ARRIVES_MS


def test_terms__of_an_account_that_acted_as_recorded__are_not_quiet() -> None:
    exchange = at(NOW_MS, actions=3)
    assert run(wire(exchange).terms(Memory(nonces={LANE: NOW_MS - 9})), exchange).quiet_until_ms == 0
    assert exchange.asked == ["clearinghouseState"]


@pytest.mark.parametrize("answer", [{}, [], {"nRequestsUsed": "3"}])
def test_terms__limits_without_what_was_used__is_no_exchange_of_ours(answer: object) -> None:
    exchange = at(NOW_MS)
    exchange.answers["userRateLimit"] = ok(answer)
    with pytest.raises(Mismatch, match="is this the exchange's URL"):
        run(wire(exchange).terms(Memory()), exchange)


@pytest.mark.parametrize("ours", [NOW_MS - 1, NOW_MS, NOW_MS + 700])
def test_terms__after_our_own_nonce__never_go_back(ours: int) -> None:
    assert terms(nonces={LANE: ours, hl_lane("mainnet", AGENT): NOW_MS + 9}).nonce == max(NOW_MS, ours + 1)


def test_terms__our_nonce_a_day_ahead__a_person_must_look() -> None:
    assert terms(nonces={LANE: NOW_MS + DAY_MS - 1}).foreign is None
    assert "more than a day ahead of the exchange's time" in str(terms(nonces={LANE: NOW_MS + DAY_MS}).foreign)


@pytest.mark.parametrize("time_ms", [None, "1", 0, -1, True, 1.5])
def test_terms__a_state_without_a_time__unreadable(time_ms: object) -> None:
    exchange = at(time_ms)
    with pytest.raises(Unreadable, match="an account's state without a time"):
        run(wire(exchange).terms(Memory()), exchange)


def test_clock__asked_by_wire_and_venue__is_one_question() -> None:
    assert clock(SOURCE, ACCOUNT).request == b'{"type":"clearinghouseState","user":"0x' + b"bb" * 20 + b'"}'


@pytest.mark.parametrize("after_ms", [0, 1, 15_000])
def test_next__while_it_is_valid__the_same_bytes(after_ms: int) -> None:
    assert following(NOW_MS + after_ms) == ORDER


def test_next__expired_or_revoked__waits_and_sends_nothing() -> None:
    assert following(NOW_MS + 15_001) is None
    assert following(NOW_MS, replace(INTENT, revoked=True)) is None


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ((), False),
        (("no answer: api.example: no answer within 5 s",), False),
        (("HTTP 502: <html>",), False),
        (("HTTP 429: refused: too many",), False),
        (("<html>",), False),
        (("refused: some words that nobody has documented",), True),
        (("no answer: api.example: reset", "refused: some words that nobody has documented"), True),
    ],
)
def test_next__what_leaves_a_trace__goes_again_only_where_it_may_have_been_lost(
    said: tuple[str, ...], waits: bool
) -> None:
    traced = replace(SENT, payload=replace(ORDER, before="-4 12000"))
    assert (following(NOW_MS, replace(INTENT, attempts=(traced,), said=said)) is None) is waits


def test_fit__a_draft__is_left_as_it_is() -> None:
    draft = Draft(leg=Leg(venue=SOURCE, kind=Kind.REBALANCE, actions=()), payloads=(ORDER,))
    assert run(wire(Scripted()).fit(draft), Scripted()) == draft


def test_send__signed__posts_the_very_bytes_to_its_own_address() -> None:
    exchange = Scripted()
    assert asyncio.run(wire(exchange).send(SENT)).said == "taken"
    assert exchange.posts == [("https://api.example/exchange", b'{"signed":1}')]


def test_send__no_answer__raises() -> None:
    exchange = Scripted()
    exchange.posted = Unreadable("api.example: no answer within 5 s")
    with pytest.raises(Unreadable, match="no answer"):
        asyncio.run(wire(exchange).send(SENT))


def statuses(*found: object) -> Any:
    return {"status": "ok", "response": {"type": "order", "data": {"statuses": list(found)}}}


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (
            200,
            statuses({"filled": {"totalSz": "0.5", "avgPx": "2000.1", "oid": 7}}),
            "filled 0.5 at 2000.1 (order 7)",
        ),
        (200, statuses({"resting": {"oid": 8}}), "resting (order 8)"),
        (200, statuses("waitingForTrigger"), "waitingForTrigger"),
        (200, statuses("success", {"error": "Order was never placed."}), "success; refused: Order was never placed."),
        (200, {"status": "err", "response": "L1 error: unknown"}, "refused: L1 error: unknown"),
        (200, {"status": "ok", "response": {"type": "default"}}, "taken"),
        (
            200,
            statuses({"novel": 1}),
            '{"status": "ok", "response": {"type": "order", "data": {"statuses": [{"novel"',
        ),
        (200, None, "null"),
        (429, "slow down", 'HTTP 429: "slow down"'),
        (502, {"status": "err", "response": "later"}, "HTTP 502: refused: later"),
    ],
    ids=str,
)
def test_send__answered__is_said_in_words_and_decides_nothing(status: int, body: object, says: str) -> None:
    exchange = Scripted()
    exchange.posted = status, json.dumps(body).encode()
    assert asyncio.run(wire(exchange).send(SENT)).said.startswith(says)


@pytest.mark.parametrize("body", [b"", b"\xff\n<html>" + b"x" * 1000, b"[[["])
def test_send__answered_with_garbage__is_kept_short_and_on_one_line(body: bytes) -> None:
    exchange = Scripted()
    exchange.posted = 503, body
    said = asyncio.run(wire(exchange).send(SENT)).said
    assert said.startswith("HTTP 503: ")
    assert len(said) < 320
    assert "\n" not in said


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ((), False),
        (("taken",), True),
        (("no answer: api.example: no answer within 5 s", "filled 0.5 at 1999 (order 7)"), True),
        (("resting (order 7)",), True),
        (("taken", "HTTP 502: <html>"), False),
        (("refused: Rate limited. Please try again later.",), False),
    ],
)
def test_next__what_was_said_to_be_taken__is_waited_for_and_not_posted_again(
    said: tuple[str, ...], waits: bool
) -> None:
    assert (following(NOW_MS, replace(INTENT, said=said)) is None) is waits
