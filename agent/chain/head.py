"""The head of a chain, and whether several nodes agree on it: what they said goes in, who may be asked comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from agent.chain.replies import Answer, Call
from agent.errors import Mismatch, Unreadable
from agent.evm import hex_int
from agent.model import Name, value


@value
class Block:
    """What is needed of a block. `raw` is what the node sent, without its transactions."""

    number: int
    hash: str
    time_ms: int
    base_fee: int
    raw: Mapping[str, Any]


@value
class Pin:
    """The block that a chain is read at, and what a person should know of its nodes."""

    source: Name
    block: Block
    notes: tuple[str, ...] = ()


class Stance(Enum):
    """A further node beside the head that the first one named."""

    AGREES = auto()
    BEHIND = auto()  # by no more than is usual
    LAGS = auto()
    AHEAD = auto()  # by more than is usual: then it is the first one that lags
    DISAGREES = auto()  # has another block at that height
    UNUSABLE = auto()


@value
class Opinion:
    stance: Stance
    note: str = ""


HEAD_CALLS: tuple[Call, ...] = (("eth_chainId", []), ("eth_getBlockByNumber", ["latest", False]))


def opinion_calls(head: Block) -> tuple[Call, ...]:
    """By number, not by hash: another hash at the same height is a disagreement, none is only a lag."""
    return (*HEAD_CALLS, ("eth_getBlockByNumber", [hex(head.number), False]))


def read_head(host: str, chain_id: int, answers: Sequence[Answer]) -> Block:
    """Raises Mismatch for another chain, Unreadable for an answer that makes no sense."""
    spoken, latest = (_sound(answer) for answer in answers[:2])
    try:
        if hex_int(spoken) != chain_id:
            raise Mismatch(f"{host}: is on chain {hex_int(spoken)}, not {chain_id}")
        return to_block(latest)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(f"{host}: named no head that makes sense") from None


def read_opinion(host: str, chain_id: int, max_lag: int, head: Block, answers: Sequence[Answer]) -> Opinion:
    try:
        own = read_head(host, chain_id, answers)
        same_height = _sound(answers[2])
    except Unreadable as error:
        return Opinion(stance=Stance.UNUSABLE, note=str(error))
    theirs = same_height.get("hash") if isinstance(same_height, Mapping) else None
    if theirs is not None and theirs != head.hash:
        note = f"{host}: has {theirs} as block {head.number}, not {head.hash}"
        return Opinion(stance=Stance.DISAGREES, note=note)
    lag = head.number - own.number
    if lag > max_lag:
        return Opinion(stance=Stance.LAGS, note=f"{host}: lags {lag} blocks behind, at {own.number}")
    if lag < -max_lag:
        return Opinion(stance=Stance.AHEAD, note=f"{host}: is {-lag} blocks ahead of the others, at {own.number}")
    return Opinion(stance=Stance.AGREES if theirs else Stance.BEHIND)


@dataclass(frozen=True)
class Ballot:
    """The first node's head against what the others said of it."""

    opinions: Sequence[Opinion]

    def count(self, stance: Stance) -> int:
        return sum(opinion.stance is stance for opinion in self.opinions)

    @property
    def supporters(self) -> int:
        return 1 + self.count(Stance.AGREES)

    def successor(self) -> Stance | None:
        """Who should lead instead, if anyone. Two nodes far apart in height: the higher one is believed."""
        if self.count(Stance.DISAGREES) > self.supporters:
            return Stance.DISAGREES
        return Stance.AHEAD if self.count(Stance.AHEAD) >= self.supporters else None

    @property
    def tied(self) -> bool:
        return self.count(Stance.DISAGREES) == self.supporters

    def notes(self) -> tuple[str, ...]:
        return tuple(opinion.note for opinion in self.opinions if opinion.note)


def to_block(raw: Mapping[str, Any]) -> Block:
    """From JSON-RPC. Raises KeyError, TypeError, ValueError or AttributeError where it is no block."""
    return Block(
        number=hex_int(raw["number"]),
        hash=_text(raw["hash"]),
        time_ms=hex_int(raw["timestamp"]) * 1000,
        base_fee=hex_int(raw.get("baseFeePerGas") or "0x0"),
        raw={name: field for name, field in raw.items() if name not in ("transactions", "logsBloom", "withdrawals")},
    )


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _sound(answer: Answer) -> Any:
    if isinstance(answer, Unreadable):
        raise answer
    return answer
