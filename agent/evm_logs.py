"""Events of an EVM chain since a moment, dated by the chain's own clock: what a venue's records are read from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from agent.evm import hex_int, rpc, to_stamp
from agent.evm_slot import Log, to_log
from agent.model import Address, Name, Stamp, value
from agent.reading import Read, Reading

WINDOW = 5_000
"""Blocks of one question; public nodes answer no longer ranges."""
ROUNDS = 8
"""Of 1, 2, 4 ... windows, back from the newest block: 1.3 million blocks, three days of a chain that makes four a
second. What is older is not found, and what it changed stays unexplained."""

Wanted: TypeAlias = Mapping[str, object]
"""Address and topics of an eth_getLogs filter."""


@value
class Dated:
    """An event, and where and when it was mined."""

    log: Log
    ref: str
    block: int
    index: int
    time_ms: int = 0


def wanted(address: Address, *topics: bytes | Sequence[bytes] | None) -> Wanted:
    """Topics by their place: one, any of several, or (None) whatever stands there."""
    return {"address": address, "topics": [_topic(each) for each in topics]}


def word(address: str) -> bytes:
    """An indexed address as a topic."""
    return bytes.fromhex(address.removeprefix("0x")).rjust(32, b"\0")


def logs_since(at: Stamp, since_ms: int, *filters: Wanted) -> Reading[tuple[Dated, ...]]:
    """Oldest first, up to the block that was looked at."""
    top, found = at.block or 0, list[Dated]()
    for turn in range(ROUNDS):
        spans = _spans(top, 2**turn)
        oldest = _block(at.source, spans[-1][0])
        logs = [_logs(at.source, each, span) for span in spans for each in filters]
        seen = yield (oldest, *logs)
        found += [log for read in logs for log in seen[read]]
        if seen[oldest].time_ms < since_ms or not spans[-1][0]:
            break
        top = spans[-1][0] - 1
    dated = yield from _dated(at.source, found)
    return tuple(each for each in dated if each.time_ms >= since_ms)


def _spans(top: int, count: int) -> list[tuple[int, int]]:
    """So many windows back from that block, as long as there are blocks."""
    ends = range(top, max(-1, top - count * WINDOW), -WINDOW)
    return [(max(0, end - WINDOW + 1), end) for end in ends]


def _dated(source: Name, found: Sequence[Dated]) -> Reading[list[Dated]]:
    blocks = {each.block: _block(source, each.block) for each in found}
    if not blocks:
        return []
    seen = yield tuple(blocks.values())
    in_order = sorted(found, key=lambda each: (each.block, each.index))
    return [replace(each, time_ms=seen[blocks[each.block]].time_ms) for each in in_order]


def _block(source: Name, number: int) -> Read[Stamp]:
    return rpc(source, "eth_getBlockByNumber", hex(number), False, decode=lambda block: to_stamp(source, block))


def _logs(source: Name, asked: Wanted, span: tuple[int, int]) -> Read[list[Dated]]:
    ranged = {**asked, "fromBlock": hex(span[0]), "toBlock": hex(span[1])}
    return rpc(source, "eth_getLogs", ranged, decode=lambda raw: [_found(each) for each in raw])


def _found(raw: dict[str, Any]) -> Dated:
    block, index = hex_int(raw["blockNumber"]), hex_int(raw["logIndex"])
    return Dated(log=to_log(raw), ref=raw["transactionHash"], block=block, index=index)


def _topic(given: bytes | Sequence[bytes] | None) -> str | list[str] | None:
    if given is None:
        return None
    return f"0x{given.hex()}" if isinstance(given, bytes) else [f"0x{each.hex()}" for each in given]
