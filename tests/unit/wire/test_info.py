"""What is asked, what it costs, what is kept, and what the exchange says instead of an answer."""

import asyncio

import pytest

from agent.errors import Mismatch, Unreadable
from agent.message_slot import question
from agent.wire.budget import Budget
from agent.wire.info import SETTLES_MS, Info
from agent.wire.weights import HOLDS_S, LIMIT, MARGIN, MINUTE_MS, SLOW
from tests.unit.wire.scripted import SOURCE, URL, Scripted, ok

USER = "0x" + "aa" * 20
STATE = question("clearinghouseState", user=USER)
LEVERAGE = question("activeAssetData", user=USER, coin="ETH")
AGENTS = question("extraAgents", user=USER)
META = question("metaAndAssetCtxs")
A_CYCLE = (
    question("userAbstraction", user=USER),
    META,
    STATE,
    question("spotClearinghouseState", user=USER),
    question("frontendOpenOrders", user=USER),
    question("l2Book", coin="ETH"),
)


def ask(info: Info, *requests: bytes) -> tuple[bytes | Unreadable, ...]:
    return asyncio.run(info(SOURCE, requests))


def refused(info: Info, request: bytes) -> Unreadable:
    [found] = ask(info, request)
    assert isinstance(found, Unreadable)
    return found


def post(info: Info) -> tuple[int, bytes]:
    return asyncio.run(info.post("https://api.example/exchange", b"{}"))


def test_ask__several__each_is_posted_as_it_stands_and_answered_in_order() -> None:
    exchange = Scripted({"clearinghouseState": ok({"time": 1}), "l2Book": ok(None)})
    found = ask(exchange.info(), question("l2Book", coin="NONE"), STATE)
    assert found == (b"null", b'{"time": 1}')
    assert sorted(exchange.asked) == ["clearinghouseState", "l2Book"]


def test_used__after_one_look__is_66_beside_slow_facts() -> None:
    info = Scripted().info()
    ask(info, *A_CYCLE)
    assert (info.used, info.slow) == (66, 0)
    ask(info, AGENTS, LEVERAGE)
    assert (info.used - info.slow, info.slow) == (66, 40)


def test_used__a_minute_later__is_free_again() -> None:
    exchange = Scripted()
    info = exchange.info()
    ask(info, META)
    exchange.now_ms += MINUTE_MS - 1
    ask(info, STATE)
    assert info.used == 22
    exchange.now_ms += 1
    assert info.used == 2


def test_used__by_two_that_share_a_budget__is_counted_together() -> None:
    exchange = Scripted()
    budget = Budget(lambda: exchange.now_ms)
    one, other = (Info(SOURCE, URL, exchange, lambda: exchange.now_ms, budget) for _ in range(2))
    ask(one, META)
    ask(other, STATE)
    assert (one.used, other.used) == (22, 22)


@pytest.mark.parametrize("kind", ["userFillsByTime", "userNonFundingLedgerUpdates"])
@pytest.mark.parametrize(("items", "weight"), [(0, 20), (1, 21), (20, 21), (21, 22), (500, 45)])
def test_used__after_a_long_list__counts_its_items(kind: str, items: int, weight: int) -> None:
    info = Scripted({kind: ok([{}] * items)}).info()
    ask(info, question(kind, user=USER, startTime=0))
    assert info.used == weight


@pytest.mark.parametrize(("items", "weight"), [(60, 21), (61, 22), (5_000, 104)])
def test_used__after_candles__counts_them_by_sixty(items: int, weight: int) -> None:
    info = Scripted({"candleSnapshot": ok([{}] * items)}).info()
    ask(info, question("candleSnapshot", req={}))
    assert info.used == weight


def test_ask__beyond_the_budget__is_refused_without_being_asked_until_there_is_room() -> None:
    exchange = Scripted()
    info = exchange.info()
    fits = (LIMIT - MARGIN) // 20
    ask(info, *(question("meta", dex=str(n)) for n in range(fits)))
    why = str(refused(info, STATE))
    assert why == (
        "hl: clearinghouseState was not asked: a weight of 1000 was used within the last minute, and no more than "
        "1000 of 1200 is: later there is room again"
    )
    assert len(exchange.asked) == fits
    exchange.now_ms += MINUTE_MS
    assert ask(info, STATE) == (b"{}",)


def test_ask__slow_facts_beyond_their_budget__are_refused_and_the_others_are_not() -> None:
    info = Scripted().info()
    ask(info, *(question("activeAssetData", user=USER, coin=str(n)) for n in range(SLOW // 20)))
    assert "a weight of 400 was used within the last minute, and no more than 400 for slow facts" in str(
        refused(info, AGENTS)
    )
    assert ask(info, META) == (b"{}",)


@pytest.mark.parametrize("kind", HOLDS_S)
def test_ask__slow_fact__is_asked_again_only_when_its_time_is_over(kind: str) -> None:
    exchange = Scripted({kind: ok([1])})
    info, request = exchange.info(), question(kind, user=USER)
    first = ask(info, request)
    exchange.answers[kind] = ok([2])
    exchange.now_ms += HOLDS_S[kind] * 1000 - 1
    assert (ask(info, request), exchange.asked) == (first, [kind])
    exchange.now_ms += 1
    assert ask(info, request) == (b"[2]",)


def test_ask__slow_fact_about_another__is_asked() -> None:
    exchange = Scripted()
    ask(exchange.info(), AGENTS, question("extraAgents", user="0x" + "bb" * 20))
    assert exchange.asked == ["extraAgents"] * 2


def test_ask__slow_fact_that_failed__is_asked_again() -> None:
    exchange = Scripted({"extraAgents": (502, b"bad gateway")})
    info = exchange.info()
    refused(info, AGENTS)
    exchange.answers["extraAgents"] = ok([])
    assert ask(info, AGENTS) == (b"[]",)


def test_ask__leverage_and_agents_after_a_post__are_read_anew_at_once_and_once_more_when_it_has_settled() -> None:
    exchange = Scripted()
    info = exchange.info()
    fees = question("userFees")
    ask(info, LEVERAGE, AGENTS, fees)
    post(info)
    for _ in range(3):
        ask(info, LEVERAGE, AGENTS, fees)
    assert exchange.asked.count("activeAssetData") == 2
    exchange.now_ms += SETTLES_MS
    for _ in range(3):
        ask(info, LEVERAGE, AGENTS, fees)
    times = [exchange.asked.count(kind) for kind in ("activeAssetData", "extraAgents", "userFees")]
    assert times == [3, 3, 1]


def test_ask__leverage_after_a_post_without_an_answer__is_read_anew() -> None:
    exchange = Scripted()
    info = exchange.info()
    ask(info, LEVERAGE)
    exchange.posted = Unreadable("no answer within 5 s")
    with pytest.raises(Unreadable):
        post(info)
    ask(info, LEVERAGE)
    assert exchange.asked == ["activeAssetData"] * 2


def test_post__with_the_budget_used_up__goes_and_counts() -> None:
    exchange = Scripted()
    info = exchange.info()
    ask(info, *(question("meta", dex=str(n)) for n in range(50)))
    assert post(info)[0] == 200
    assert info.used == 1001


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (500, b"null", Mismatch, "the exchange knows no such coin or account (HTTP 500 and null)"),
        (
            422,
            b"Failed to deserialize the JSON body into the target type",
            Mismatch,
            "may be malformed (HTTP 422: Fai",
        ),
        (415, b"", Mismatch, "content type"),
        (405, b"", Mismatch, "takes no POST there"),
        (404, b"", Mismatch, "is this the exchange's URL?"),
        (400, b"Invalid JSON", Mismatch, "did not take the question for JSON (HTTP 400: Invalid JSON)"),
        (429, b"null", Unreadable, "too many questions from this address (HTTP 429)"),
        (500, b"Internal Server Error", Unreadable, "HTTP 500: Internal Server Error"),
        (502, b"<html>", Unreadable, "HTTP 502: <html>"),
        (301, b"", Unreadable, "HTTP 301"),
        (200, b"", Unreadable, "no JSON"),
        (200, b"<html>login</html>", Unreadable, "no JSON: <html>login</html>"),
    ],
)
def test_ask__answered_otherwise__is_named(status: int, body: bytes, kind: type[Unreadable], says: str) -> None:
    found = refused(Scripted({"clearinghouseState": (status, body)}).info(), STATE)
    assert type(found) is kind
    assert str(found).startswith("api.example: clearinghouseState: ")
    assert says in str(found)


def test_ask__one_that_fails__leaves_its_neighbours_alone() -> None:
    exchange = Scripted({"l2Book": Unreadable("api.example: no answer within 5 s"), "meta": ok([1])})
    one, other = ask(exchange.info(), question("l2Book", coin="ETH"), question("meta"))
    assert (str(one), other) == ("api.example: no answer within 5 s", b"[1]")


def test_info__left__closes_its_session() -> None:
    async def run(exchange: Scripted) -> None:
        async with exchange.info():
            assert not exchange.closed

    exchange = Scripted()
    asyncio.run(run(exchange))
    assert exchange.closed
