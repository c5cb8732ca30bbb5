"""Which nodes are believed, and what is said of the others."""

import asyncio

import pytest

from agent.chain.chain import Chain
from agent.chain.head import Pin
from agent.errors import Mismatch, Unreadable
from tests.unit.chain.nodes import CHAIN_ID, START_S, Told, chain_of, led_by


def pin(chain: Chain) -> Pin:
    return asyncio.run(chain.pin()).pin


def refusal(chain: Chain) -> str:
    with pytest.raises(Unreadable) as caught:
        pin(chain)
    return str(caught.value)


def test_one_node__is_asked_once() -> None:
    node = Told("one", 100)
    found = pin(chain_of(node))
    assert (found.block.number, found.block.time_ms, found.block.base_fee) == (100, (START_S + 100) * 1000, 1000)
    assert found.notes == ()
    assert len(node.trips) == 1


def test_a_pin__tells_the_clock_of_the_chain() -> None:
    chain = chain_of(Told("one", 100))
    pin(chain)
    assert chain.clock.now_ms() == (START_S + 100) * 1000


def test_two_nodes__that_agree__cost_one_round_trip_each() -> None:
    one, two = Told("one", 100), Told("two", 101)
    assert pin(chain_of(one, two)).notes == ()
    assert [len(one.trips), len(two.trips)] == [1, 1]


def test_a_node__a_little_behind__is_not_worth_a_note() -> None:
    assert pin(chain_of(Told("one", 100), Told("two", 97))).notes == ()


def test_a_node__far_behind__is_named_and_left_out() -> None:
    found = pin(chain_of(Told("one", 100), Told("two", 96)))
    assert found.notes == ("two: lags 4 blocks behind, at 96",)


def test_the_first_node__far_behind__is_left_out_and_the_second_leads() -> None:
    moment = asyncio.run(chain_of(Told("one", 96), Told("two", 100)).pin())
    assert led_by(moment) == "a100"
    [note] = moment.pin.notes
    assert note.startswith("one: its head 96 ")


def test_a_lone_node__far_ahead_of_two_that_agree__is_left_out() -> None:
    found = pin(chain_of(Told("one", 100), Told("two", 100), Told("liar", 9_000)))
    assert found.block.number == 100
    assert found.notes == ("liar: is 8900 blocks ahead of the others, at 9000",)


def test_a_node__of_another_chain__is_named_and_left_out_wherever_it_stands() -> None:
    wrong, right = Told("wrong", 500, chain_id=5), Told("right", 100)
    for nodes in ((wrong, right), (right, wrong)):
        found = pin(chain_of(*nodes))
        assert found.block.number == 100
        assert found.notes == (f"wrong: is on chain 5, not {CHAIN_ID}",)


def test_a_dead_first_node__is_replaced_by_the_second_and_asked_last_from_then_on() -> None:
    dead, alive = Told("dead", 100, dead=True), Told("alive", 100)
    chain = chain_of(dead, alive)
    assert pin(chain).notes == ("dead: no route",)
    pin(chain)
    assert chain.leader is alive
    assert len(alive.trips) == 2


def test_two_nodes__with_another_block_at_the_same_height__are_both_not_believed() -> None:
    said = refusal(chain_of(Told("one", 100), Told("two", 100, "b")))
    assert said.startswith("main: the nodes contradict each other")
    assert "two: has 0xb" in said


def test_three_nodes__one_of_them_on_a_branch_of_its_own__follow_the_other_two() -> None:
    branch, one, two = Told("branch", 100, "b"), Told("one", 100), Told("two", 101)
    for nodes in ((branch, one, two), (one, branch, two), (one, two, branch)):
        moment = asyncio.run(chain_of(*nodes).pin())
        assert led_by(moment)[0] == "a"
        [note] = moment.pin.notes
        assert note.startswith("branch: ")


def test_three_nodes__on_three_branches__are_all_not_believed() -> None:
    said = refusal(chain_of(Told("one", 100), Told("two", 100, "b"), Told("three", 100, "c")))
    assert said.startswith("main: the nodes contradict each other")


def test_two_nodes_that_contradict_each_other__with_a_third_dead__are_still_not_believed() -> None:
    said = refusal(chain_of(Told("one", 100), Told("dead", 100, dead=True), Told("two", 100, "b")))
    assert "contradict" in said


def test_no_usable_node__is_refused_with_the_reason_of_each() -> None:
    said = refusal(chain_of(Told("dead", 1, dead=True), Told("wrong", 1, chain_id=5)))
    assert said == f"main: no node can be used: dead: no route; wrong: is on chain 5, not {CHAIN_ID}"


@pytest.mark.parametrize("nonsense", [None, "soon", {"number": "0x1"}, {"number": 1, "hash": 2, "timestamp": 3}, []])
def test_a_head__that_makes_no_sense__is_no_head(nonsense: object) -> None:
    node = Told("one", 100)
    node._answer = lambda method, params: hex(CHAIN_ID) if method == "eth_chainId" else nonsense  # type: ignore[method-assign]
    assert refusal(chain_of(node)) == "main: no node can be used: one: named no head that makes sense"


def test_no_node_on_the_configured_chain__is_for_a_person_and_a_dead_one_beside_them_is_not() -> None:
    elsewhere, dead = Told("one", 100, chain_id=1), Told("two", 100, dead=True)
    with pytest.raises(Mismatch, match=f"one: is on chain 1, not {CHAIN_ID}"):
        pin(chain_of(elsewhere))
    with pytest.raises(Unreadable) as caught:
        pin(chain_of(elsewhere, dead))
    assert not isinstance(caught.value, Mismatch)
