"""One chain through all its nodes: learns the head they agree on, reads at it, hands transactions in."""

from asyncio import gather
from collections.abc import Sequence
from typing import Self

from agent.chain.clock import ChainClock
from agent.chain.head import HEAD_CALLS, Ballot, Block, Opinion, Pin, Stance, opinion_calls, read_head, read_opinion
from agent.chain.moment import Moment
from agent.chain.replies import Answer, Node, NodeError
from agent.errors import Mismatch, Unreadable
from agent.model import Name

_FURTHER_S = 4
"""A further node that hangs must not hold up the one that answers."""


class Chain:
    """Owns its nodes and their connections: an async context manager."""

    def __init__(
        self,
        name: Name,
        chain_id: int,
        nodes: Sequence[Node],
        clock: ChainClock,
        max_lag_blocks: int = 3,
    ) -> None:
        self.name, self.chain_id, self.clock = name, chain_id, clock
        self._max_lag = max_lag_blocks
        self._nodes = list(nodes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await gather(*(node.close() for node in self._nodes))

    @property
    def leader(self) -> Node:
        """The node that the last pin came from."""
        return self._nodes[0]

    async def pin(self) -> Moment:
        """One round trip to the first node and one more to all others at once.

        Raises Unreadable with every node's reason when none can be used (Mismatch when all are on another chain), or
        when they contradict each other and there is no majority: which of them is right is not ours to guess.
        """
        left, notes, failed = list(self._nodes), list[str](), list[Unreadable]()
        while left:
            leader, *others = left
            head = await self._head(leader)
            if isinstance(head, Unreadable):
                notes.append(str(head))
                failed.append(head)
                left = others
                continue
            ballot = Ballot(await gather(*(self._opinion(other, head) for other in others)))
            successor = ballot.successor()
            if successor is None:
                return self._elected(leader, others, head, ballot, notes)
            notes.append(f"{leader.host}: its head {head.number} {head.hash} is not that of the others")
            stances = dict(zip(others, (opinion.stance for opinion in ballot.opinions), strict=True))
            left = sorted(others, key=lambda other: stances[other] is not successor)
        kind = Mismatch if all(isinstance(each, Mismatch) for each in failed) else Unreadable
        raise kind(f"{self.name}: no node can be used: " + "; ".join(notes))

    async def submit(self, raw: bytes) -> str:
        """Hands signed bytes to all nodes at once: one that takes them and drops them cannot hold them back.

        Returns what the first that took them said, else every refusal: that is an answer too. Raises Unreadable when
        no node answered at all.
        """
        answers = await gather(*(self._hand(node, raw) for node in self._nodes))
        for node, answer in zip(self._nodes, answers, strict=True):
            if not isinstance(answer, Unreadable):
                return f"{node.host}: taken as {answer}"
        refusals = [str(answer) for answer in answers if isinstance(answer, NodeError)]
        if not refusals:
            raise Unreadable("; ".join(map(str, answers)))
        return "; ".join(refusals)

    async def _hand(self, node: Node, raw: bytes) -> Answer:
        call = ("eth_sendRawTransaction", ["0x" + raw.hex()])
        [answer] = await node.ask([call], None if node is self.leader else _FURTHER_S)
        return answer

    async def _head(self, node: Node) -> Block | Unreadable:
        try:
            return read_head(node.host, self.chain_id, await node.ask(HEAD_CALLS))
        except Unreadable as error:
            return error

    async def _opinion(self, node: Node, head: Block) -> Opinion:
        answers = await node.ask(opinion_calls(head), _FURTHER_S)
        return read_opinion(node.host, self.chain_id, self._max_lag, head, answers)

    def _elected(self, leader: Node, others: list[Node], head: Block, ballot: Ballot, notes: list[str]) -> Moment:
        notes += ballot.notes()
        if ballot.tied:
            raise Unreadable(
                f"{self.name}: the nodes contradict each other and none has a majority: {'; '.join(notes)}"
            )
        self.clock.saw(head.time_ms)
        self._nodes.sort(key=lambda node: node is not leader)
        agreeing = [o for o, opinion in zip(others, ballot.opinions, strict=True) if opinion.stance is Stance.AGREES]
        return Moment(Pin(source=self.name, block=head, notes=tuple(notes)), (leader, *agreeing))
