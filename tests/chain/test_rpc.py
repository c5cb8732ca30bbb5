"""One endpoint through everything that a node and the net before it can do."""

import asyncio
import time
from collections.abc import Callable

import pytest

from agent.chain.rpc import Endpoint
from agent.errors import Unreadable
from tests.chain.scene import CHAIN_ID, OPERATOR, STRANGER, ask, balance_of, chain_at, run
from tests.kit.proxy import Drop, Proxy

pytestmark = pytest.mark.chain

KEY = "f00dfacecafe4711"


def failing(url: str, timeout_s: float = 10) -> str:
    async def fail() -> str:
        endpoint = Endpoint(url, timeout_s)
        with pytest.raises(Unreadable) as caught:
            await endpoint.one("eth_chainId")
        await endpoint.close()
        assert caught.value.__cause__ is None
        return str(caught.value)

    return run(fail())


def test_twelve_reads__pinned_and_not__are_one_http_request(front: Proxy) -> None:
    async def twelve() -> list[object]:
        async with chain_at(front.url) as chain:
            return await ask(
                chain,
                *(balance_of(f"0x{n:040x}") for n in range(10)),
                ("eth_getTransactionCount", OPERATOR, "pending"),
                ("eth_getBlockByNumber", "pending", False),
            )

    answers = run(twelve())
    assert len(front.trips) == 2  # the head, and everything else
    assert len(front.trips[1]) == 12
    assert answers[:11] == ["0x0"] * 11


def test_an_error_in_a_batch__fails_its_own_read_alone(front: Proxy) -> None:
    async def three() -> list[object]:
        async with chain_at(front.url) as chain:
            return await ask(chain, balance_of(OPERATOR), ("eth_nonsense",), balance_of(STRANGER))

    good, bad, also_good = run(three())
    assert (good, also_good) == (hex(10_000 * 10**18), hex(10_000 * 10**18))
    assert isinstance(bad, Unreadable)
    assert str(bad) == f"{front.url.removeprefix('http://')}: Method not found"


def test_an_endpoint__that_takes_only_small_batches__is_asked_in_parts_and_remembered(front: Proxy) -> None:
    front.largest_batch = 3

    async def two_batches() -> tuple[list[object], int]:
        endpoint = Endpoint(front.url)
        calls = [("eth_getBalance", [OPERATOR, "latest"]) for _ in range(12)]
        await endpoint.ask(calls)
        found_out = len(front.trips)
        answers = await endpoint.ask(calls)
        await endpoint.close()
        return answers, found_out

    answers, found_out = run(two_batches())
    assert answers == [hex(10_000 * 10**18)] * 12
    assert found_out <= 8
    assert [len(trip) for trip in front.trips[found_out:]] == [3, 3, 3, 3]


def set_reply(status: int, body: str) -> Callable[[Proxy], None]:
    return lambda front: setattr(front, "reply", (status, body))


def set_drop(when: Drop) -> Callable[[Proxy], None]:
    return lambda front: setattr(front, "drop", when)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (set_reply(429, "slow down"), "HTTP 429, no JSON: slow down"),
        (set_reply(502, "<html>Bad Gateway</html>"), "HTTP 502, no JSON: <html>Bad Gateway</html>"),
        (set_reply(302, ""), "HTTP 302, no JSON: an empty answer"),
        (set_reply(401, f"no project {KEY}"), "HTTP 401, no JSON: no project ***"),
        (set_drop(Drop.BEFORE), "Server disconnected"),
        (set_drop(Drop.AFTER), "Server disconnected"),
    ],
)
def test_a_failure__is_named_with_the_host_and_without_the_key(
    front: Proxy, fault: Callable[[Proxy], None], said: str
) -> None:
    fault(front)
    host = front.url.removeprefix("http://")
    assert failing(f"{front.url}/v2/{KEY}") == f"{host}: {said}"


def test_a_hanging_endpoint__is_given_up_at_its_deadline(front: Proxy) -> None:
    front.delay_s = 5
    started = time.monotonic()
    assert failing(f"{front.url}/v2/{KEY}", timeout_s=0.2).endswith("no answer within 0.2 s")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:9/v2/{KEY}",
        f"https://user:{KEY}@127.0.0.1:9/",
        f"http://nowhere.invalid/?apikey={KEY}",
        f"http://127.0.0.1:99999/{KEY}",
    ],
)
def test_an_endpoint__that_is_not_there__is_named_without_its_key(url: str) -> None:
    said = failing(url)
    assert said.startswith(("127.0.0.1:9", "nowhere.invalid: "))
    assert KEY not in said


def test_an_endpoint__printed_in_any_way__keeps_its_key(front: Proxy) -> None:
    endpoint = Endpoint(f"{front.url}/v2/{KEY}")
    assert KEY not in f"{endpoint!r} {endpoint}"


def test_a_cancelled_request__leaves_every_endpoint_usable(front: Proxy) -> None:
    # https://github.com/ApeWorX/web3.py/issues/3867: a request cancelled at the wrong moment blocked all providers.
    async def cancel_many() -> object:
        endpoint, other = Endpoint(front.url), Endpoint(front.url)
        tasks = [asyncio.create_task(endpoint.one("eth_chainId")) for _ in range(50)]
        for task in tasks:
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(5):
            answers = [await endpoint.one("eth_chainId"), await other.one("eth_chainId")]
        await endpoint.close()
        await other.close()
        return answers

    assert run(cancel_many()) == [hex(CHAIN_ID)] * 2
