"""Events since a moment: which blocks are asked for, and what is taken of the answers."""

import json
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.evm_logs import ROUNDS, WINDOW, Dated, Wanted, logs_since, wanted, word
from agent.model import Address, Name, Stamp
from agent.reading import Found, Read

CHAIN, EMITTER = Name("chain"), Address("0x" + "Ee" * 20)
EVENT, OTHER = b"\1" * 32, b"\2" * 32
FILTER = wanted(EMITTER, EVENT)
BLOCK_S = 2


class Node:
    """A block every two seconds; events by their block. Counts what it is asked, and answers no long ranges."""

    def __init__(self, top: int, *mined: int) -> None:
        self.top, self.mined, self.rounds, self.asked = top, mined, 0, list[tuple[int, int]]()

    def since(self, age_s: int, *filters: Wanted) -> list[Dated]:
        at = Stamp(source=CHAIN, time_ms=self.top * BLOCK_S * 1000, block=self.top)
        reading = logs_since(at, at.time_ms - age_s * 1000, *(filters or (FILTER,)))
        try:
            reads = next(reading)
            while True:
                self.rounds += 1
                reads = reading.send(Found({(read.source, read.request): self.answer(read) for read in reads}))
        except StopIteration as stop:
            return list(stop.value)

    def answer(self, read: Read[Any]) -> bytes:
        method, params = json.loads(read.request)
        if method == "eth_getBlockByNumber":
            number = int(params[0], 16)
            return json.dumps(
                {"number": params[0], "hash": f"0x{number:064x}", "timestamp": hex(number * BLOCK_S)}
            ).encode()
        start, end = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        assert 0 <= start <= end < start + WINDOW
        assert params[0]["address"] == EMITTER
        self.asked.append((start, end))
        index = len(params[0]["topics"])
        return json.dumps([_log(block, index) for block in self.mined if start <= block <= end]).encode()


def _log(block: int, index: int) -> dict[str, object]:
    at = {"blockNumber": hex(block), "logIndex": hex(index), "transactionHash": f"0x{block:x}"}
    return {"address": EMITTER, "topics": [f"0x{EVENT.hex()}"], "data": "0x", **at}


def test_logs__of_a_short_while__are_one_question_and_their_dates_are_the_chains() -> None:
    node = Node(900_000, 899_000, 899_990)
    found = node.since(3_600)
    assert [(each.block, each.time_ms, each.ref) for each in found] == [
        (899_000, 1_798_000_000, f"0x{899_000:x}"),
        (899_990, 1_799_980_000, f"0x{899_990:x}"),
    ]
    assert (node.asked, node.rounds) == ([(895_001, 900_000)], 2)


def test_logs__of_longer_ago__are_searched_for_twice_as_wide_each_time_and_no_block_twice() -> None:
    node = Node(900_000, 870_000)
    assert [each.block for each in node.since(61_000)] == [870_000]
    blocks = sorted(node.asked)
    assert [end - start + 1 for start, end in blocks] == [WINDOW] * 7
    assert [start for start, _ in blocks[1:]] == [end + 1 for _, end in blocks[:-1]]
    assert node.rounds == 4


def test_logs__older_than_the_moment__are_left_out_though_their_window_was_asked() -> None:
    node = Node(900_000, 895_500, 899_990)
    assert [each.block for each in node.since(3_600)] == [899_990]


def test_logs__of_a_young_chain__end_with_its_first_block() -> None:
    node = Node(30, 0, 30)
    assert [each.block for each in node.since(10**6)] == [0, 30]
    assert node.asked == [(0, 30)]


def test_logs__further_back_than_is_ever_asked__are_not_found() -> None:
    node = Node(9_000_000, 7_000_000)
    assert node.since(10**9) == []
    assert len(node.asked) == 2**ROUNDS - 1
    assert min(node.asked)[0] == 9_000_000 - (2**ROUNDS - 1) * WINDOW + 1


def test_logs__of_several_filters__are_in_the_order_of_the_chain() -> None:
    """Both were asked for in one round."""
    node = Node(900_000, 899_980, 899_990)
    found = node.since(3_600, FILTER, wanted(EMITTER, (EVENT, OTHER), None, word(EMITTER)))
    assert [(each.block, each.index) for each in found] == [(899_980, 1), (899_980, 3), (899_990, 1), (899_990, 3)]
    assert node.rounds == 2


def test_wanted__topics_by_their_place__one_several_or_any() -> None:
    topics = wanted(EMITTER, EVENT, (EVENT, OTHER), None)["topics"]
    assert topics == ["0x" + "01" * 32, ["0x" + "01" * 32, "0x" + "02" * 32], None]


@pytest.mark.parametrize("raw", [b"7", b"[7]", b'[{"blockNumber": "0x1"}]', b"null"])
def test_logs__that_make_no_sense__are_unreadable(raw: bytes) -> None:
    node = Node(900_000)
    node.answer = lambda read: raw if b"eth_getLogs" in read.request else Node(900_000).answer(read)  # type: ignore[method-assign]
    with pytest.raises(Unreadable, match="cannot decode"):
        node.since(3_600)
