"""Readings: rounds are round trips, and a failure stays with who asked."""

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Mismatch, Unreadable
from agent.model import Code, Gap, Name
from agent.reading import Read, Reading, drive, gapped

ONE, TWO = Name("one"), Name("two")


def ask(source: Name, question: str) -> Read[Any]:
    return Read(source=source, request=question.encode(), decode=json.loads)


def once(*reads: Read[Any]) -> Reading[list[Any]]:
    seen = yield reads
    return [seen[read] for read in reads]


def chained(source: Name) -> Reading[list[Any]]:
    first, second = ask(source, "1"), ask(source, "2")
    a = (yield (first,))[first]
    b = (yield (second,))[second]
    return [a, b]


class Source:
    """Answers every question with itself, and writes down the batches."""

    def __init__(self, dark: Sequence[str] = ()) -> None:
        self.batches: list[tuple[Name, tuple[bytes, ...]]] = []
        self.dark = dark

    async def fetch(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        self.batches.append((source, requests))
        if source in self.dark:
            raise Unreadable(f"{source}: no route")
        return tuple(Unreadable("reverted") if raw.decode() in self.dark else raw for raw in requests)


def test_drive__several_readings__one_batch_per_source_and_round() -> None:
    source = Source()
    readings = [chained(ONE), once(ask(ONE, "3"), ask(TWO, "4")), chained(ONE)]
    assert asyncio.run(drive(readings, source.fetch)) == [[1, 2], [3, 4], [1, 2]]
    assert source.batches == [(ONE, (b"1", b"3")), (TWO, (b"4",)), (ONE, (b"2",))]


def test_drive__nothing_to_ask__asks_nothing() -> None:
    source = Source()
    assert asyncio.run(drive([], source.fetch)) == []
    assert source.batches == []


def test_gapped__a_dark_source__is_a_gap_and_its_neighbours_go_on() -> None:
    source = Source(dark=[ONE])
    readings = [gapped(Name("a"), chained(ONE)), gapped(Name("b"), once(ask(TWO, "4")))]
    gap, seen = asyncio.run(drive(readings, source.fetch))
    assert (gap, seen) == (Gap(source=Name("a"), why="one: no route"), [4])


def test_gapped__one_answer_of_a_batch_missing__only_who_asked_it_goes_without() -> None:
    source = Source(dark=["2"])
    readings = [gapped(Name("a"), chained(ONE)), gapped(Name("b"), once(ask(ONE, "1")))]
    assert asyncio.run(drive(readings, source.fetch)) == [Gap(source=Name("a"), why="reverted"), [1]]


@pytest.mark.parametrize("garbage", ["{", "nonsense", ""])
def test_drive__an_answer_that_does_not_decode__is_unreadable_and_says_where(garbage: str) -> None:
    with pytest.raises(Unreadable, match="one: cannot decode the answer"):
        asyncio.run(drive([once(ask(ONE, garbage))], Source().fetch))


def test_reading__that_looks_past_a_missing_answer__still_gets_the_others() -> None:
    def careful() -> Reading[str]:
        read, other = ask(ONE, "2"), ask(ONE, "1")
        seen = yield (read, other)
        try:
            seen[read]
        except Unreadable:
            return f"only {seen[other]}"
        return "both"

    assert asyncio.run(drive([careful()], Source(dark=["2"]).fetch)) == ["only 1"]


@pytest.mark.parametrize(("figure", "why"), [(Decimal(0), "DivisionUndefined"), (Decimal(1), "DivisionByZero")])
def test_gapped__figures_that_cannot_be_computed__are_a_gap(figure: Decimal, why: str) -> None:
    def dividing() -> Reading[Decimal]:
        zero = ask(ONE, "0")
        divisor: int = (yield (zero,))[zero]
        return figure / divisor

    [gap] = asyncio.run(drive([gapped(ONE, dividing())], Source().fetch))
    assert isinstance(gap, Gap)
    assert gap.why.startswith("cannot be computed: ")
    assert why in gap.why


def test_drive__a_bug_in_a_reading__is_not_swallowed() -> None:
    def broken() -> Reading[int]:
        yield (ask(ONE, "1"),)
        raise KeyError("a bug of ours")

    with pytest.raises(KeyError, match="a bug of ours"):
        asyncio.run(drive([gapped(ONE, broken())], Source().fetch))


def no_contract(raw: bytes) -> None:
    raise Mismatch("decimals() at 0x1 answered nothing")


def test_gapped__what_is_not_as_configured__says_so_through_every_hand() -> None:
    """From the decoder, and from the source as a whole."""

    async def elsewhere(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        raise Mismatch("two: is on chain 1, not 10")

    reading = once(Read(source=ONE, request=b"1", decode=no_contract))
    [first] = asyncio.run(drive([gapped(ONE, reading)], Source().fetch))
    [second] = asyncio.run(drive([gapped(TWO, once(ask(TWO, "1")))], elsewhere))
    [third] = asyncio.run(drive([gapped(TWO, once(ask(TWO, "1")))], Source(dark=["1"]).fetch))
    assert first == Gap(source=ONE, why="one: decimals() at 0x1 answered nothing", misconfigured=True)
    assert second == Gap(source=TWO, why="two: is on chain 1, not 10", misconfigured=True)
    assert isinstance(third, Gap)
    assert [gap.reason.code for gap in (first, second, third)] == [
        Code.MISCONFIGURED,
        Code.MISCONFIGURED,
        Code.UNREADABLE,
    ]
