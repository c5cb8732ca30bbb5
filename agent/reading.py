"""Readings: what a room wants to know it yields, is sent the answers, and returns what it made of them.

No room opens a socket. One driver advances all readings in lockstep and merges what they yield into one batch
per source and round, so the rounds are the round trips. The live chain, a fork and a transcript are three `Fetch`.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from agent.errors import Mismatch, Unreadable
from agent.model.base import Name, value
from agent.model.observed import Gap

T = TypeVar("T")


@value
class Read(Generic[T]):
    """One question to one source. `decode` raises ValueError on an answer that makes no sense."""

    source: Name
    request: bytes
    decode: Callable[[bytes], T]


class Answers(Protocol):
    """What one round brought. Looking up what could not be read raises Unreadable in the reading that asked it."""

    def __getitem__(self, read: Read[T], /) -> T: ...


Reading: TypeAlias = Generator[tuple[Read[Any], ...], Answers, T]
Fetch: TypeAlias = Callable[[Name, tuple[bytes, ...]], Awaitable[tuple[bytes | Unreadable, ...]]]
"""One batch to one source: an answer or an Unreadable for each request; raises Unreadable when all of it failed."""

Key = tuple[Name, bytes]


class Found:
    """The answers of one round."""

    def __init__(self, raw: dict[Key, bytes | Unreadable]) -> None:
        self._raw = raw

    def __getitem__(self, read: Read[T], /) -> T:
        raw = self._raw[read.source, read.request]
        if isinstance(raw, Unreadable):
            raise raw.about()
        try:
            return read.decode(raw)
        except Mismatch as error:
            raise error.about(read.source) from error
        except (ValueError, ArithmeticError) as error:
            raise Unreadable(f"{read.source}: cannot decode the answer: {error}") from error


async def drive(readings: Sequence[Reading[T]], fetch: Fetch) -> list[T]:
    """Runs all readings to their end; every one is advanced once per round, what they yield is asked together."""
    running, done = dict(enumerate(readings)), dict[int, T]()
    answers: Found | None = None
    while True:
        wanted: dict[Key, None] = {}  # keeps its order; the same question is asked once
        for n, reading in list(running.items()):
            try:
                reads = next(reading) if answers is None else reading.send(answers)
                wanted.update({(read.source, read.request): None for read in reads})
            except StopIteration as stop:
                done[n] = stop.value
                del running[n]
        if not running:
            return [done[n] for n in range(len(readings))]
        answers = await _one_round(wanted, fetch)


async def _one_round(wanted: Iterable[Key], fetch: Fetch) -> Found:
    batches: dict[Name, list[bytes]] = {}
    for source, request in wanted:
        batches.setdefault(source, []).append(request)
    answered = await gather(*(_batch(source, tuple(requests), fetch) for source, requests in batches.items()))
    return Found({key: raw for part in answered for key, raw in part.items()})


async def _batch(source: Name, requests: tuple[bytes, ...], fetch: Fetch) -> dict[Key, bytes | Unreadable]:
    answers: tuple[bytes | Unreadable, ...]
    try:
        answers = await fetch(source, requests)
    except Unreadable as error:
        answers = (error,) * len(requests)
    return {(source, request): raw for request, raw in zip(requests, answers, strict=True)}


def gapped(source: Name, reading: Reading[T]) -> Reading[T | Gap]:
    """A reading that fails becomes a Gap, also where what was read makes no figure; its neighbours never notice."""
    try:
        return (yield from reading)
    except Unreadable as error:
        return Gap(source=source, why=str(error), misconfigured=isinstance(error, Mismatch))
    except ArithmeticError as error:
        return Gap(source=source, why=f"cannot be computed: {error!r}")
