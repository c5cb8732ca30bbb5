"""The way out to an exchange that takes signed requests: no gas, one attempt per slot, posted again as it is until
its own expiry."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from agent.message_slot import clock
from agent.model import (
    Address,
    Draft,
    Intent,
    Lane,
    Memory,
    Message,
    Name,
    Payload,
    Receipt,
    Signed,
    Terms,
)
from agent.reading import Reading
from agent.wire.http import redactor
from agent.wire.replies import said

DAY_MS = 86_400_000
"""The exchange takes no nonce that is further ahead of its time."""
Post: TypeAlias = Callable[[str, bytes], Awaitable[tuple[int, bytes]]]


class MessageWire:
    """A seams.Wire. `account` is the one whose state tells the time; `post` is Info.post."""

    def __init__(self, source: Name, lane: Lane, account: Address, post: Post, ttl_ms: int = 15_000) -> None:
        self.source, self.lane = source, lane
        self._time, self._post, self._ttl_ms = clock(source, account), post, ttl_ms

    def terms(self, memory: Memory) -> Reading[Terms]:
        """The nonce is the exchange's time, or one above our last."""
        stamp = (yield (self._time,))[self._time]
        ours = memory.nonces.get(self.lane, 0)
        return Terms(
            lane=self.lane,
            stamp=stamp,
            nonce=max(stamp.time_ms, ours + 1),
            max_fee=0,
            tip=0,
            ceiling=0,
            expires_ms=stamp.time_ms + self._ttl_ms,
            now_ms=stamp.time_ms,
            foreign=_far_ahead(ours, stamp.time_ms),
        )

    def fit(self, draft: Draft) -> Reading[Draft]:
        yield ()
        return draft

    def next(self, intent: Intent) -> Reading[Payload | None]:
        """The same bytes while they are valid; None once they have expired, or a person has flattened since."""
        stamp = (yield (self._time,))[self._time]
        payload = _message(intent.attempts[-1])
        return None if intent.revoked or stamp.time_ms > payload.expires_ms else payload

    async def send(self, signed: Signed) -> Receipt:
        url = _message(signed).url
        return Receipt(said=redactor(url)(said(*await self._post(url, signed.raw))))


def _message(signed: Signed) -> Message:
    if not isinstance(signed.payload, Message):
        raise TypeError(f"{signed.ref} is no message, yet it is on a lane of messages")
    return signed.payload


def _far_ahead(ours: int, time_ms: int) -> str | None:
    if ours < time_ms + DAY_MS:
        return None
    return f"our last nonce, {ours}, is more than a day ahead of the exchange's time, {time_ms}: it would take none"
