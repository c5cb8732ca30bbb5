"""What became of one slot (operator, nonce) of an EVM chain: the reading that all EVM venues probe with."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from eth_utils.address import to_checksum_address

from agent.errors import Unreadable
from agent.evm import PIN, head, hex_bytes, hex_int, rpc
from agent.model import (
    Address,
    Code,
    EvmTx,
    Intent,
    Lane,
    Name,
    Outcome,
    Payload,
    Reason,
    Settlement,
    Signed,
    Stamp,
    State,
    value,
)
from agent.reading import Read, Reading

T = TypeVar("T")

SEARCH_BLOCKS = 64
"""How far back a foreign transaction is looked for; nodes without an archive keep the state of 128 blocks."""

INDEX_LAG_MS = 600_000
"""An index of receipts never lags that long: what is used since then by nothing of ours was used by someone else."""


@value
class Log:
    """One event of a receipt."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes


@value
class Receipt:
    """What a node says of a mined transaction. `gas_wei` is all that the chain took for it."""

    ref: str
    block: int
    block_hash: str
    ok: bool
    gas_used: int
    gas_wei: int
    logs: tuple[Log, ...]


@value
class Open:
    """Nothing has used the slot yet."""

    stamp: Stamp


@value
class Mined:
    """One of our attempts used the slot."""

    stamp: Stamp
    attempt: Signed
    receipt: Receipt
    burned: bool


@value
class Foreign:
    """Bytes that are not in the journal used the slot; `block` and `ref` are None when that is too long ago."""

    stamp: Stamp
    block: int | None = None
    ref: str | None = None


Slot: TypeAlias = Open | Mined | Foreign


def evm_lane(chain_id: int, operator: Address) -> Lane:
    return Lane(f"evm:{chain_id}:{operator}")


def chain_id_of(lane: Lane) -> int:
    return int(lane.split(":")[1])


def operator_of(lane: Lane) -> Address:
    return Address(lane.split(":")[2])


def is_burn(payload: Payload) -> bool:
    """Uses the slot up and does nothing: to the operator itself, no data, no value."""
    return (
        isinstance(payload, EvmTx)
        and payload.to == operator_of(payload.lane)
        and payload.data == b""
        and payload.value == 0
    )


def slot(source: Name, intent: Intent) -> Reading[Slot]:
    """At the pin. Raises Unreadable where a node contradicts itself or has not caught up: look again later."""
    at, used = head(source), nonce_at(source, intent.lane, PIN)
    asked = [(attempt, receipt_of(source, attempt.ref)) for attempt in intent.attempts]
    seen = yield (at, used, *(read for _, read in asked))
    for attempt, read in asked:
        receipt = seen[read]
        if receipt is not None:
            return (yield from _mined(seen[at], attempt, receipt))
    if seen[used] <= intent.attempts[0].payload.nonce:
        return Open(stamp=seen[at])
    return (yield from _foreign(seen[at], intent))


def outcome(found: Slot, confirmations: int, settle: Callable[[Mined], Settlement]) -> Outcome:
    """For a venue that fills within the transaction.

    What ends an intent must have `confirmations` blocks on top, else a reorg could undo it behind our back; only a
    fill is worth going on from before (LANDED).
    """
    if isinstance(found, Open):
        return Outcome(state=State.SIGNED, stamp=found.stamp)
    mined_in = found.receipt.block if isinstance(found, Mined) else found.block
    final = mined_in is None or (found.stamp.block or 0) - mined_in >= confirmations
    if isinstance(found, Mined) and found.receipt.ok and not found.burned:
        state = State.DONE if final else State.LANDED
        return Outcome(state=state, stamp=found.stamp, settlement=settle(found))
    return _failed(found) if final else Outcome(state=State.SIGNED, stamp=found.stamp)


def _failed(found: Mined | Foreign) -> Outcome:
    source = found.stamp.source
    if isinstance(found, Foreign):
        by = found.ref or f"a transaction more than {SEARCH_BLOCKS} blocks ago"
        reason = Reason(code=Code.REPLACED, subject=source, value=by)
        return Outcome(state=State.VOID, stamp=found.stamp, reason=reason)
    cost = Settlement(gas_wei=found.receipt.gas_wei)
    code, state = (Code.BURNED, State.VOID) if found.burned else (Code.REVERTED, State.REFUSED)
    reason = Reason(code=code, subject=source, value=found.receipt.ref)
    return Outcome(state=state, stamp=found.stamp, settlement=cost, reason=reason)


def _mined(stamp: Stamp, attempt: Signed, receipt: Receipt) -> Reading[Slot]:
    """Counts only on the chain that we are pinned to: an index may be ahead of the pin, or remember a dead block."""
    if receipt.block > (stamp.block or 0):
        return Open(stamp=stamp)
    canonical = _block_hash(stamp.source, receipt.block)
    if (yield (canonical,))[canonical] != receipt.block_hash:
        raise Unreadable(
            f"{stamp.source}: the receipt of {receipt.ref} is for a block that is no longer on the chain"
        )
    return Mined(stamp=stamp, attempt=attempt, receipt=receipt, burned=is_burn(attempt.payload))


def _foreign(stamp: Stamp, intent: Intent) -> Reading[Slot]:
    """The slot is used and no receipt is ours. Only the transaction itself proves that it is not ours either:
    an index of receipts may lag behind the state."""
    nonce, top = intent.attempts[0].payload.nonce, stamp.block or 0
    block = yield from _block_that_used(stamp.source, intent.lane, nonce, top)
    if block is None:
        if stamp.time_ms < intent.attempts[0].payload.expires_ms + INDEX_LAG_MS:
            raise Unreadable(f"{stamp.source}: slot {nonce} is used, but by what cannot be seen yet")
        return Foreign(stamp=stamp)
    senders = _senders(stamp.source, block)
    ref = (yield (senders,))[senders].get((operator_of(intent.lane).lower(), nonce))
    if ref is None or ref in [attempt.ref for attempt in intent.attempts]:
        raise Unreadable(f"{stamp.source}: slot {nonce} was used in block {block}, but its receipt is not there yet")
    return Foreign(stamp=stamp, block=block, ref=ref)


def _block_that_used(source: Name, lane: Lane, nonce: int, top: int) -> Reading[int | None]:
    """By bisection: the first block after which the operator's nonce is above this one."""
    low, high = max(top - SEARCH_BLOCKS, 0), top
    oldest = nonce_at(source, lane, hex(low))
    if (yield (oldest,))[oldest] > nonce:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        count = nonce_at(source, lane, hex(middle))
        low, high = (low, middle) if (yield (count,))[count] > nonce else (middle, high)
    return high


def nonce_at(source: Name, lane: Lane, block: str) -> Read[int]:
    """How many transactions of the lane's operator are in the chain up to that block."""
    return rpc(source, "eth_getTransactionCount", operator_of(lane), block, decode=hex_int)


def receipt_of(source: Name, ref: str) -> Read[Receipt | None]:
    """None while the transaction is not mined."""
    return rpc(source, "eth_getTransactionReceipt", ref, decode=lambda raw: raw and to_receipt(raw))


def to_receipt(raw: dict[str, Any]) -> Receipt:
    """From JSON-RPC. `l1Fee` is what OP-stack chains take beside the gas; elsewhere gas is all."""
    used = hex_int(raw["gasUsed"])
    return Receipt(
        ref=raw["transactionHash"],
        block=hex_int(raw["blockNumber"]),
        block_hash=raw["blockHash"],
        ok=hex_int(raw["status"]) == 1,
        gas_used=used,
        gas_wei=used * hex_int(raw["effectiveGasPrice"]) + hex_int(raw.get("l1Fee") or "0x0"),
        logs=tuple(map(to_log, raw["logs"])),
    )


def to_log(raw: dict[str, Any]) -> Log:
    topics = tuple(map(hex_bytes, raw["topics"]))
    return Log(address=Address(to_checksum_address(raw["address"])), topics=topics, data=hex_bytes(raw["data"]))


def _block_hash(source: Name, number: int) -> Read[str]:
    return rpc(
        source,
        "eth_getBlockByNumber",
        hex(number),
        False,
        decode=lambda block: str(block["hash"]),
    )


def _senders(source: Name, number: int) -> Read[dict[tuple[str, int], str]]:
    """By sender and nonce, the transactions of that block."""

    def by_sender(block: dict[str, Any]) -> dict[tuple[str, int], str]:
        return {(tx["from"].lower(), hex_int(tx["nonce"])): str(tx["hash"]) for tx in block["transactions"]}

    return rpc(source, "eth_getBlockByNumber", hex(number), True, decode=by_sender)
