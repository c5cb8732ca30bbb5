"""Nodes without a network: each tells of a chain of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.moment import Moment
from agent.chain.replies import Answer, Call
from agent.errors import Unreadable
from agent.model import Name

CHAIN = Name("main")
CHAIN_ID = 42161
START_S = 1_700_000_000


def block(number: int, branch: str = "a") -> dict[str, Any]:
    """As a node sends it."""
    return {
        "number": hex(number),
        "hash": f"0x{branch}{number:063x}",
        "timestamp": hex(START_S + number),
        "baseFeePerGas": hex(1000),
        "transactions": ["0x01"],
    }


class Told:
    """A Node at a height of a branch. `answers` are given for what is not about blocks."""

    def __init__(
        self, host: str, top: int, branch: str = "a", *, chain_id: int = CHAIN_ID, dead: bool = False
    ) -> None:
        self.host, self.url, self.pins_by_object = host, f"http://{host}/secret-key", True
        self.top, self.branch, self.chain_id, self.dead = top, branch, chain_id, dead
        self.answers: dict[str, Callable[[list[Any]], Answer]] = {}
        self.trips: list[Sequence[Call]] = []

    async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]:
        self.trips.append(calls)
        return [self._answer(*call) for call in calls]

    async def close(self) -> None: ...

    def _answer(self, method: str, params: list[Any]) -> Answer:
        if self.dead:
            return Unreadable(f"{self.host}: no route")
        if method == "eth_chainId":
            return hex(self.chain_id)
        if method == "eth_getBlockByNumber":
            number = self.top if params[0] == "latest" else int(params[0], 16)
            return block(number, self.branch) if number <= self.top else None
        answer = self.answers.get(method)
        return answer(params) if answer else Unreadable(f"{self.host}: {method}?")

    def count(self) -> Counter[str]:
        return Counter(method for calls in self.trips for method, _ in calls)


def chain_of(*nodes: Told, max_lag_blocks: int = 3) -> Chain:
    return Chain(CHAIN, CHAIN_ID, nodes, ChainClock(lambda: 0), max_lag_blocks)


def led_by(moment: Moment) -> str:
    """The branch and height of the pin, "a100"."""
    hash_ = moment.pin.block.hash
    return f"{hash_[2]}{int(hash_[3:], 16)}"
