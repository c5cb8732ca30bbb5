"""Several real nodes of one chain: who is believed, who is named and left out."""

import pytest

from agent.chain.head import Pin
from agent.chain.rpc import Endpoint
from agent.errors import Unreadable
from tests.chain.scene import CHAIN_ID, OPERATOR, STRANGER, ask, balance_of, chain_at, run
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.devnet.origin import anvil
from tests.kit.proxy import Drop, Proxy, proxy

pytestmark = pytest.mark.chain


def host(front: Proxy) -> str:
    return front.url.removeprefix("http://")


def pin(*urls: str, timeout_s: float = 10) -> Pin:
    async def one() -> Pin:
        async with chain_at(*urls, timeout_s=timeout_s) as chain:
            return (await chain.pin()).pin

    return run(one())


def test_a_read_at_a_pin__after_the_chain_went_on__shows_the_pinned_block(node: LocalNode) -> None:
    async def look() -> tuple[object, object]:
        async with chain_at(node.url) as chain:
            moment = await chain.pin()
            everything = {"from": STRANGER, "to": OPERATOR, "value": hex(9_999 * 10**18)}
            node.rpc("eth_sendTransaction", everything)
            node.rpc("evm_mine")
            request = f'["eth_getBalance",["{STRANGER}","$pin"]]'.encode()
            [before] = await moment(chain.name, (request,))
            [after] = await ask(chain, balance_of(STRANGER))
            return before, after

    before, after = run(look())
    assert before == b'"0x21e19e0c9bab2400000"'
    assert int(str(after), 16) < 10**18


def test_a_read_at_a_pin__that_a_reorg_removed__is_unreadable_and_not_another_blocks(node: LocalNode) -> None:
    async def look() -> object:
        async with chain_at(node.url) as chain:
            moment = await chain.pin()
            node.rpc("anvil_reorg", 2, [])
            [answer] = await moment(chain.name, (f'["eth_getBalance",["{OPERATOR}","$pin"]]'.encode(),))
            return answer

    answer = run(look())
    assert isinstance(answer, Unreadable)
    assert "Resource not found" in str(answer)


def test_two_nodes__that_agree__are_read_in_one_trip_to_the_first(node: LocalNode) -> None:
    async def look(*urls: str) -> object:
        async with chain_at(*urls) as chain:
            [answer] = await ask(chain, balance_of(OPERATOR))
            assert (await chain.pin()).pin.notes == ()
            return answer

    with proxy(node.url) as one, proxy(node.url) as two:
        assert run(look(one.url, two.url)) == hex(10_000 * 10**18)
        assert one.trips[1] == ("eth_getBalance",)
        assert all("eth_getBalance" not in trip for trip in two.trips)
        assert [len(one.trips), len(two.trips)] == [3, 2]


def test_a_lagging_node__is_named_and_left_out__wherever_it_stands(node: LocalNode) -> None:
    with proxy(node.url) as late, proxy(node.url) as prompt:
        late.lag = 5
        found = pin(prompt.url, late.url)
        assert (found.block.number, found.notes) == (10, (f"{host(late)}: lags 5 blocks behind, at 5",))
        found = pin(late.url, prompt.url)
        assert found.block.number == 10
        assert found.notes[0].startswith(f"{host(late)}: its head 5 ")


def test_a_node_a_little_behind__that_the_rest_waits_for__is_asked_nothing_it_cannot_know(node: LocalNode) -> None:
    async def look(*urls: str) -> object:
        async with chain_at(*urls) as chain:
            [answer] = await ask(chain, balance_of(OPERATOR))
            return answer

    with proxy(node.url) as late:
        late.lag = 1
        assert run(look(node.url, late.url)) == hex(10_000 * 10**18)
        assert late.trips == [("eth_chainId", "eth_getBlockByNumber", "eth_getBlockByNumber")]


def test_two_nodes_on_two_branches__are_both_refused(node: LocalNode) -> None:
    with anvil(chain_id=CHAIN_ID, timestamp=1_700_000_000) as other:
        LocalNode(other).rpc("anvil_mine", hex(10))
        with pytest.raises(Unreadable, match="the nodes contradict each other and none has a majority"):
            pin(node.url, other)


def test_three_nodes__one_on_a_branch__follow_the_other_two(node: LocalNode) -> None:
    with anvil(chain_id=CHAIN_ID, timestamp=1_700_000_000) as other, proxy(node.url) as same:
        LocalNode(other).rpc("anvil_mine", hex(10))
        found = pin(other, node.url, same.url)
    assert found.block.hash == node.rpc("eth_getBlockByNumber", "latest", False)["hash"]
    assert len(found.notes) == 1


def test_a_node_of_another_chain__is_named_and_left_out(node: LocalNode, front: Proxy) -> None:
    front.lies["eth_chainId"] = lambda params, result: "0x1"
    assert pin(front.url, node.url).notes == (f"{host(front)}: is on chain 1, not {CHAIN_ID}",)


def test_a_node_that_lies_about_its_head__is_outvoted_by_two(node: LocalNode, front: Proxy) -> None:
    def ahead(params: list[str], block: dict[str, str]) -> dict[str, str]:
        return block | {"number": hex(9_999)} if params[0] == "latest" else block

    front.lies["eth_getBlockByNumber"] = ahead
    with proxy(node.url) as second:
        found = pin(node.url, second.url, front.url)
    assert found.block.number == 10
    assert found.notes == (f"{host(front)}: is 9989 blocks ahead of the others, at 9999",)


def test_a_dead_first_node__costs_its_deadline_once(node: LocalNode, front: Proxy) -> None:
    front.delay_s = 5

    async def look() -> tuple[tuple[str, ...], int]:
        async with chain_at(front.url, node.url, timeout_s=0.2) as chain:
            notes = (await chain.pin()).pin.notes
            front.drop = Drop.BEFORE
            front.delay_s = 0
            await chain.pin()
            assert isinstance(chain.leader, Endpoint)
            return notes, len(front.trips)

    notes, trips = run(look())
    assert notes == (f"{host(front)}: no answer within 0.2 s",)
    assert trips == 2


def test_no_node_at_all__is_refused_with_each_reason(front: Proxy) -> None:
    front.reply = (503, "maintenance")
    with pytest.raises(Unreadable) as caught:
        pin(front.url, "http://127.0.0.1:9")
    assert str(caught.value).startswith(f"main: no node can be used: {host(front)}: HTTP 503")
    assert "127.0.0.1:9: " in str(caught.value)
