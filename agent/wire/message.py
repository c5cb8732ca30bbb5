"""The way out to an exchange that takes signed requests: no gas, one attempt per slot, posted again as it is until
its own expiry."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from agent.message_slot import acted, clock
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
from agent.model.times import DAY_MS
from agent.reading import Reading
from agent.wire.http import redactor
from agent.wire.replies import arrived, said, taken

AHEAD_MS = DAY_MS
"""The exchange takes no nonce that is further ahead of its time."""
ARRIVES_MS = 5_000
"""How long after its expiry a message may still show in what is read."""
Post: TypeAlias = Callable[[str, bytes], Awaitable[tuple[int, bytes]]]


class MessageWire:
    """A seams.Wire. `account` is the one whose state tells the time; `post` is Info.post."""

    def __init__(self, source: Name, lane: Lane, account: Address, post: Post, ttl_ms: int = 15_000) -> None:
        self.source, self.lane = source, lane
        self._time, self._post, self._ttl_ms = clock(source, account), post, ttl_ms
        self._acted, self._since_ms = acted(source, account), 0

    def terms(self, memory: Memory) -> Reading[Terms]:
        """The nonce is the exchange's time, or one above our last."""
        ours = memory.nonces.get(self.lane, 0)
        found = yield (self._time,) if ours else (self._time, self._acted)
        stamp, forgotten = found[self._time], not ours and found[self._acted]
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
            quiet_until_ms=self._quiet_until_ms(stamp.time_ms) if forgotten else 0,
        )

    def _quiet_until_ms(self, now_ms: int) -> int:
        """An account that has acted, and no record of it: a journal may be gone while its last message was out, and
        no slot is taken before it arrives. It dies by its own expiry, counted from our first look."""
        self._since_ms = self._since_ms or now_ms
        return self._since_ms + self._ttl_ms + ARRIVES_MS

    def fit(self, draft: Draft) -> Reading[Draft]:
        yield ()
        return draft

    def next(self, intent: Intent) -> Reading[Payload | None]:
        """The same bytes while they are valid; None once they have expired, or a person has flattened since.

        None, too, where it was said to be taken: it is then only waited for, and dies with its time if that is false.
        An order that was refused is tried again: an address at its limit is let through now and then, and a way out
        must not wait. What leaves its trace in the account goes again only where it may have been lost.
        """
        stamp = (yield (self._time,))[self._time]
        payload = _message(intent.attempts[-1])
        over = intent.revoked or stamp.time_ms > payload.expires_ms
        there = taken(intent.said) or (payload.before and arrived(intent.said))
        return None if over or there else payload

    async def send(self, signed: Signed) -> Receipt:
        url = _message(signed).url
        return Receipt(said=redactor(url)(said(*await self._post(url, signed.raw))))


def _message(signed: Signed) -> Message:
    if not isinstance(signed.payload, Message):
        raise TypeError(f"{signed.ref} is no message, yet it is on a lane of messages")
    return signed.payload


def _far_ahead(ours: int, time_ms: int) -> str | None:
    if ours < time_ms + AHEAD_MS:
        return None
    return f"our last nonce, {ours}, is more than a day ahead of the exchange's time, {time_ms}: it would take none"
