"""Reading at a pin, and handing transactions in."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from agent.chain.chain import Chain
from agent.chain.chains import instant
from agent.chain.replies import Answer, Call, NodeError
from agent.errors import Unreadable
from agent.evm import HEAD, PIN
from agent.model import Name
from tests.unit.chain.nodes import CHAIN, Told, block, chain_of

BALANCE = ("eth_getBalance", "0xwallet", PIN)
PENDING = ("eth_getTransactionCount", "0xwallet", "pending")


def ask(chain: Chain, *requests: tuple[Any, ...]) -> list[Any]:
    async def at_the_pin() -> tuple[bytes | Unreadable, ...]:
        raw = tuple(json.dumps([method, params]).encode() for method, *params in requests)
        return await (await chain.pin())(CHAIN, raw)

    answers = asyncio.run(at_the_pin())
    return [answer if isinstance(answer, Unreadable) else json.loads(answer) for answer in answers]


def always(found: Any, params: list[Any]) -> Any:
    return found


def answering(host: str, **answers: Any) -> Told:
    node = Told(host, 100)
    node.answers = {method: partial(always, found) for method, found in answers.items()}
    return node


def test_reads__pinned_and_unpinned__go_in_one_trip_and_the_head_in_none() -> None:
    node = answering("one", eth_getBalance="0x7", eth_getTransactionCount="0x3")
    assert ask(chain_of(node), BALANCE, (HEAD,), PENDING)[::2] == ["0x7", "0x3"]
    [_, reads] = node.trips
    pin = {"blockHash": block(100)["hash"], "requireCanonical": True}
    assert reads == [("eth_getBalance", ["0xwallet", pin]), ("eth_getTransactionCount", ["0xwallet", "pending"])]


def test_the_head__asked_for_alone__needs_no_trip() -> None:
    node = Told("one", 100)
    [head] = ask(chain_of(node), (HEAD,))
    assert (head["number"], head["hash"]) == (hex(100), block(100)["hash"])
    assert len(node.trips) == 1


def test_a_node__that_wants_the_plain_hash__is_given_it_and_remembered() -> None:
    def plain_only(params: list[Any]) -> Any:
        return (
            "0x7"
            if params[1] == block(100)["hash"]
            else NodeError("one", "invalid argument 1: cannot unmarshal object")
        )

    node = Told("one", 100)
    node.answers["eth_getBalance"] = plain_only
    chain = chain_of(node)
    assert ask(chain, BALANCE) == ["0x7"]
    assert ask(chain, BALANCE) == ["0x7"]
    assert node.count()["eth_getBalance"] == 3


def test_a_read__that_the_first_node_does_not_answer__is_asked_of_the_next_alone() -> None:
    one = answering("one", eth_getBalance=Unreadable("one: overloaded"), eth_getTransactionCount="0x3")
    two = answering("two", eth_getBalance="0x7", eth_getTransactionCount="0x4")
    assert ask(chain_of(one, two), BALANCE, PENDING) == ["0x7", "0x3"]
    assert two.count()["eth_getTransactionCount"] == 0


def test_a_revert__is_the_contracts_own_answer__and_asked_once() -> None:
    one, two = answering("one", eth_call=NodeError("one", "execution reverted", 3)), answering("two", eth_call="0x1")
    [answer] = ask(chain_of(one, two), ("eth_call", {}, PIN))
    assert str(answer) == "one: execution reverted"
    assert two.count()["eth_call"] == 0


def test_a_node_that_lags__is_never_asked_at_the_pin() -> None:
    one = answering("one", eth_getBalance=Unreadable("one: overloaded"))
    lagging = Told("lagging", 90)
    [answer] = ask(chain_of(one, lagging), BALANCE)
    assert str(answer) == "one: overloaded"
    assert lagging.count()["eth_getBalance"] == 0


def test_a_block_not_yet_seen_behind_the_same_url__is_asked_for_once_more() -> None:
    looks = iter([NodeError("one", "header not found"), "0x7"])
    node = Told("one", 100)
    node.answers["eth_getBalance"] = lambda params: next(looks)
    assert ask(chain_of(node), BALANCE) == ["0x7"]


def test_several_chains__one_of_them_dead__are_read_apart() -> None:
    alive, dead = chain_of(answering("one", eth_getBalance="0x7")), chain_of(Told("two", 1, dead=True))
    request = json.dumps(["eth_getBalance", ["0xwallet", PIN]]).encode()

    async def look() -> tuple[bytes | Unreadable, ...]:
        fetch = await instant({CHAIN: alive, Name("other"): dead}, {})
        assert [pin.source for pin in fetch.pins] == [CHAIN]
        for name, said in (("other", "main: no node can be used: two: no route"), ("third", "third: no chain")):
            with pytest.raises(Unreadable, match=said):
                await fetch(Name(name), (request,))
        return await fetch(CHAIN, (request,))

    assert asyncio.run(look()) == (b'"0x7"',)


def submit(*nodes: Told) -> str:
    return asyncio.run(chain_of(*nodes).submit(b"\x02signed"))


def test_signed_bytes__taken_by_the_first_node__go_to_every_other_too() -> None:
    one, two = answering("one", eth_sendRawTransaction="0xabc"), answering("two", eth_sendRawTransaction="0xabc")
    assert submit(one, two, Told("dead", 1, dead=True)) == "one: taken as 0xabc"
    assert one.trips == two.trips == [[("eth_sendRawTransaction", ["0x027369676e6564"])]]


def test_signed_bytes__that_the_first_node_never_answers__wait_for_no_second() -> None:
    async def both() -> str:
        arrived = asyncio.Event()

        class Slow(Told):
            async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]:
                await asyncio.wait_for(arrived.wait(), 5)
                return await super().ask(calls, timeout_s)

        class Quick(Told):
            async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]:
                arrived.set()
                return await super().ask(calls, timeout_s)

        two = Quick("two", 1)
        two.answers["eth_sendRawTransaction"] = lambda params: "0xabc"
        return await chain_of(Slow("one", 1, dead=True), two).submit(b"")

    assert asyncio.run(both()) == "two: taken as 0xabc"


def test_signed_bytes__refused_by_several__end_with_every_refusal() -> None:
    one, two = (answering(host, eth_sendRawTransaction=NodeError(host, "nonce too low")) for host in ("one", "two"))
    assert submit(one, two) == "one: nonce too low; two: nonce too low"


def test_signed_bytes__refused_by_one_node__may_be_taken_by_another() -> None:
    one = answering("one", eth_sendRawTransaction=NodeError("one", "replacement transaction underpriced"))
    two = answering("two", eth_sendRawTransaction="0xabc")
    assert submit(one, two) == "two: taken as 0xabc"


def test_signed_bytes__refused_by_all__end_with_an_answer_and_not_an_error() -> None:
    one = answering("one", eth_sendRawTransaction=NodeError("one", "nonce too low"))
    assert submit(one, Told("dead", 1, dead=True)) == "one: nonce too low"


def test_signed_bytes__that_no_node_answers__raise() -> None:
    with pytest.raises(Unreadable, match="one: no route; two: no route"):
        submit(Told("one", 1, dead=True), Told("two", 1, dead=True))
