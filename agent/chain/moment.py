"""Reading at a pin: one batch to the leading node, what stays unanswered to the nodes that agree with it."""

import json
from asyncio import sleep
from collections.abc import Sequence

from agent.chain.head import Pin
from agent.chain.replies import Answer, Call, Node, NodeError
from agent.errors import Unreadable
from agent.evm import HEAD, PIN
from agent.model import Name

_SECOND_LOOK_S = 0.3
"""Behind one URL there may be many nodes: one that has not seen the block yet is asked again after this."""


class Moment:
    """One chain at one block: a Fetch."""

    def __init__(self, pin: Pin, nodes: Sequence[Node]) -> None:
        self.pin, self._nodes = pin, tuple(nodes)

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        """The pinned block is known already; everything else is one HTTP request."""
        calls: list[Call] = [(method, params) for method, params in map(json.loads, requests)]
        remote = [call for call in calls if call[0] != HEAD]
        answers = iter(await self._ask(remote) if remote else [])
        return tuple(encode(self.pin.block.raw if call[0] == HEAD else next(answers)) for call in calls)

    async def _ask(self, calls: Sequence[Call]) -> list[Answer]:
        answers: list[Answer] = await self._ask_node(self._nodes[0], calls)
        for node in self._nodes[1:]:
            await self._fill(answers, calls, node, _open_questions(answers))
        unseen = [
            n for n in _open_questions(answers) if isinstance(answers[n], NodeError) and answers[n].unknown_block
        ]
        if unseen:
            await sleep(_SECOND_LOOK_S)
            await self._fill(answers, calls, self._nodes[0], unseen)
        return answers

    async def _fill(self, answers: list[Answer], calls: Sequence[Call], node: Node, open_: list[int]) -> None:
        if not open_:
            return
        for n, answer in zip(open_, await self._ask_node(node, [calls[n] for n in open_]), strict=True):
            answers[n] = answer

    async def _ask_node(self, node: Node, calls: Sequence[Call]) -> list[Answer]:
        """Some nodes want the plain hash instead of the object of EIP-1898: found out once, when no pinned call of a
        batch was answered, and remembered."""
        answers = await node.ask([self._pinned(call, node.pins_by_object) for call in calls])
        pinned = [answer for (_, params), answer in zip(calls, answers, strict=True) if PIN in params]
        if not (node.pins_by_object and pinned and all(map(_not_understood, pinned))):
            return answers
        plainly = await node.ask([self._pinned(call, as_object=False) for call in calls])
        node.pins_by_object = all(isinstance(answer, Unreadable) for answer in plainly)
        return answers if node.pins_by_object else plainly

    def _pinned(self, call: Call, as_object: bool) -> Call:
        method, params = call
        hash_ = self.pin.block.hash
        at: object = {"blockHash": hash_, "requireCanonical": True} if as_object else hash_
        return method, [at if param == PIN else param for param in params]


def encode(answer: Answer) -> bytes | Unreadable:
    """As a Fetch gives it: the JSON of the result."""
    return answer if isinstance(answer, Unreadable) else json.dumps(answer).encode()


def _open_questions(answers: Sequence[Answer]) -> list[int]:
    """What another node could still answer: a revert is the contract's own word."""
    return [
        n
        for n, a in enumerate(answers)
        if isinstance(a, Unreadable) and not (isinstance(a, NodeError) and a.reverted)
    ]


def _not_understood(answer: Answer) -> bool:
    return isinstance(answer, NodeError) and not answer.reverted and not answer.unknown_block
