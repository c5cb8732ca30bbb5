"""The way out to one EVM lane: what the next transaction must carry, what an open slot is sent, and the sending."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from agent.chain.clock import ChainClock
from agent.chain.fees import Fees, bump, burn
from agent.errors import Unreadable
from agent.evm import HEAD, PIN, head, hex_int, native_balance, rpc
from agent.evm_slot import evm_lane, is_burn, nonce_at, operator_of
from agent.model import (
    Address,
    Draft,
    EvmTx,
    Intent,
    Memory,
    Name,
    Payload,
    Receipt,
    Signed,
    Stamp,
    Terms,
    value,
)
from agent.reading import Answers, Read, Reading

TRANSFER_GAS = 21_000
"""What a transaction that calls nothing takes where posting is free (Ethereum yellow paper, G_transaction)."""

T = TypeVar("T")
Submit: TypeAlias = Callable[[bytes], Awaitable[str]]


@value
class _Block:
    time_ms: int
    base_fee: int


_BEHIND = "the node lags, or the chain was reset (then: `hedgekeeper journal adopt`)"


class EvmWire:
    """A seams.Wire. `submit` is Chain.submit."""

    def __init__(
        self, source: Name, chain_id: int, operator: Address, fees: Fees, clock: ChainClock, submit: Submit
    ) -> None:
        self.source, self.lane = source, evm_lane(chain_id, operator)
        self._fees, self._clock, self._submit = fees, clock, submit

    @property
    def operator(self) -> Address:
        return operator_of(self.lane)

    def terms(self, memory: Memory) -> Reading[Terms]:
        """Raises Unreadable when the node is behind our own records."""
        at, (now, coming) = head(self.source), self._blocks()
        latest, pending = nonce_at(self.source, self.lane, PIN), nonce_at(self.source, self.lane, "pending")
        balance = native_balance(self.source, self.operator)
        seen = yield (at, now, coming, latest, pending, balance)
        nonce = seen[latest]
        self._not_behind(memory, nonce, seen[at])
        fee = self._fees.bid(self._look(seen, now, coming).base_fee)
        return Terms(
            lane=self.lane,
            stamp=seen[at],
            nonce=nonce,
            max_fee=fee,
            tip=min(self._fees.tip, fee),
            ceiling=self._fees.ceiling,
            expires_ms=self._clock.now_ms() + self._fees.ttl_ms,
            now_ms=self._clock.now_ms(),
            gas_balance=seen[balance],
            foreign=_foreign(memory.nonces.get(self.lane), nonce, seen[pending]),
        )

    def fit(self, draft: Draft) -> Reading[Draft]:
        """Never raises: a call that needs its predecessor cannot be estimated yet and keeps the gas it was composed
        with."""
        asked = [(payload, self._estimate(payload)) for payload in draft.payloads]
        seen = yield tuple(read for _, read in asked if read is not None)
        return replace(draft, payloads=tuple(self._fitted(seen, payload, read) for payload, read in asked))

    def next(self, intent: Intent) -> Reading[Payload | None]:
        """The last bytes while they can still be taken, a higher bid once they cannot, a burn once revoked or too
        old; None where the slot is used, or where nothing may be bid that a pool would take."""
        now, coming = self._blocks()
        used, to_self = nonce_at(self.source, self.lane, PIN), _estimate(self.source, self.operator, self.operator)
        seen = yield (now, coming, used, to_self)
        first, last = _transaction(intent.attempts[0]), _transaction(intent.attempts[-1])
        if seen[used] > first.nonce:
            return None
        base_fee = self._look(seen, now, coming).base_fee
        if intent.revoked or is_burn(last) or self._clock.now_ms() > first.expires_ms:
            gas = self._fees.gas(_or(seen, to_self, TRANSFER_GAS))
            return burn(first, last, self.operator, gas, intent.ceiling, base_fee, self._fees)
        return bump(last, intent.ceiling, base_fee, self._fees)

    async def send(self, signed: Signed) -> Receipt:
        return Receipt(said=await self._submit(signed.raw))

    def _blocks(self) -> tuple[Read[_Block], Read[_Block]]:
        """The head, and the block that would carry a transaction now: on a quiet chain the head may be hours old."""
        coming = rpc(self.source, "eth_getBlockByNumber", "pending", False, decode=_to_block)
        return rpc(self.source, HEAD, decode=_to_block), coming

    def _look(self, seen: Answers, now: Read[_Block], coming: Read[_Block]) -> _Block:
        """The coming block, or the head where the node knows no other. Tells the clock."""
        block = _or(seen, coming, seen[now])
        self._clock.saw(block.time_ms)
        return block

    def _not_behind(self, memory: Memory, nonce: int, stamp: Stamp) -> None:
        ours, landed = memory.nonces.get(self.lane), memory.landed.get(self.source)
        if ours is not None and nonce < ours:
            raise Unreadable(
                f"{self.source}: nonce {nonce} at block {stamp.block}, but our last one is {ours}: {_BEHIND}"
            )
        if landed is not None and (landed.block or 0) > (stamp.block or 0):
            raise Unreadable(f"{self.source}: block {stamp.block} is before our landing in {landed.block}: {_BEHIND}")

    def _estimate(self, payload: Payload) -> Read[int] | None:
        if not isinstance(payload, EvmTx):
            return None
        return _estimate(self.source, self.operator, payload.to, payload.data, payload.value)

    def _fitted(self, seen: Answers, payload: Payload, read: Read[int] | None) -> Payload:
        if not isinstance(payload, EvmTx) or read is None:
            return payload
        estimate = _or(seen, read, 0)
        return replace(payload, gas=self._fees.gas(estimate)) if estimate else payload


def _to_block(raw: Any) -> _Block:
    try:
        return _Block(time_ms=hex_int(raw["timestamp"]) * 1000, base_fee=hex_int(raw.get("baseFeePerGas") or "0x0"))
    except (KeyError, TypeError, AttributeError):
        raise ValueError("not a block") from None


def _estimate(source: Name, sender: Address, to: Address, data: bytes = b"", wei: int = 0) -> Read[int]:
    call = {"from": sender, "to": to, "data": "0x" + data.hex(), "value": hex(wei)}
    return rpc(source, "eth_estimateGas", call, decode=hex_int)


def _or(seen: Answers, read: Read[T], otherwise: T) -> T:
    try:
        return seen[read]
    except Unreadable:
        return otherwise


def _transaction(signed: Signed) -> EvmTx:
    if not isinstance(signed.payload, EvmTx):
        raise TypeError(f"{signed.ref} is no transaction, yet it is on an EVM lane")
    return signed.payload


def _foreign(ours: int | None, latest: int, pending: int) -> str | None:
    """A lane has at most one open slot, so nothing but our own last slot may be in the pool or just mined."""
    if ours is not None and latest > ours + 1:
        return f"the chain has mined nonce {latest - 1} of this key, but our last one is {ours}"
    if pending > latest and (ours is None or pending > ours + 1):
        last = "none of ours is known" if ours is None else f"our last one is {ours}"
        return f"nonce {pending - 1} of this key waits in the pool, but {last}"
    return None
