"""Whatever venues tell, a change of a position is adopted only if what they tell adds up to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge.strangers import adopted, changes
from agent.model import Adopted, Answer, Cause, Happening, Memory, Name, View
from agent.units import Base
from tests.fuzz.moments import SEARCH
from tests.unit.hedge.scene import ETH, NOW, OTHER, PERP, view

Adopt = Callable[[View, Memory, Mapping[Cause, Answer]], Iterator[Adopted]]

OURS, LOT = "0x0a", Base("0.001")
SIZES = ("-2", "-1", "-0.001", "-0.0004", "0.0004", "0.001", "1", "2")
CHOICES: tuple[Answer, ...] = ("rehedge", "hold", "ask")


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    cause = draw(st.sampled_from(tuple(Cause)))
    moves = cause is not Cause.FUNDS
    return Happening(
        venue=draw(st.sampled_from((PERP,) * 5 + (OTHER,))),
        cause=cause,
        time_ms=NOW,
        ref=draw(st.sampled_from((OURS, "0xf1", "0xf2"))),
        market=draw(st.sampled_from((ETH,) * 5 + (Name("BTC"),))) if moves else None,
        size=Base(draw(st.sampled_from(SIZES))) if moves else Base(0),
    )


@st.composite
def puzzles(draw: st.DrawFn) -> tuple[View, Memory]:
    """What stands there is mostly what the last records make of what we know, with or without our own fills."""
    found = draw(st.lists(happenings(), max_size=5))
    here = [each for each in found if (each.venue, each.market) == (PERP, ETH)]
    told = draw(st.sampled_from((here, [each for each in here if not own(each)], found)))
    last = told[draw(st.integers(0, len(told))) :]
    known = Base(draw(st.integers(-5, 5)))
    moved = sum((each.size for each in last), Base(draw(st.sampled_from(("0", "0", "0", "0.3")))))
    memory = Memory(positions={(PERP, ETH): known}, happened=tuple(found), refs=frozenset({OURS}))
    return view(str(known + moved)), memory


def adds_up(found: Sequence[Happening], off: Base, answers: Mapping[Cause, Answer]) -> bool:
    """The last so many records make the difference, and none of them asks. Worked out here once more."""
    for start in range(len(found)):
        last = found[start:]
        near = abs(sum((each.size for each in last), Base(0)) - off) <= LOT
        if near and all(own(each) or answers[each.cause] == "rehedge" for each in last):
            return True
    return False


def own(each: Happening) -> bool:
    return (each.cause, each.ref) == (Cause.TRADE, OURS)


def adopts_what_adds_up(adopt: Adopt) -> None:
    @SEARCH
    @given(puzzles(), st.fixed_dictionaries({cause: st.sampled_from(CHOICES) for cause in Cause}))
    def holds(puzzle: tuple[View, Memory], answers: dict[Cause, Answer]) -> None:
        seen, memory = puzzle
        here = [each for each in memory.happened if (each.venue, each.market) == (PERP, ETH)]
        off = seen.size(ETH) - memory.positions[PERP, ETH]
        for each in adopt(seen, memory, answers):
            assert abs(off) > LOT
            assert (each.venue, each.market, each.size) == (PERP, ETH, seen.size(ETH))
            assert any(adds_up(told, off, answers) for told in (here, [one for one in here if not own(one)]))

    holds()


def whatever_it_is(seen: View, memory: Memory, answers: Mapping[Cause, Answer]) -> Iterator[Adopted]:
    for each in changes(seen, memory):
        yield Adopted(venue=each.venue, market=each.market, size=each.now, why="")


def whoever_asks(seen: View, memory: Memory, answers: Mapping[Cause, Answer]) -> Iterator[Adopted]:
    return adopted(seen, memory, dict.fromkeys(Cause, "rehedge"))


def test_adopted__whatever_is_told__adds_up_and_asks_nobody() -> None:
    adopts_what_adds_up(adopted)


@pytest.mark.parametrize("broken", [whatever_it_is, whoever_asks])
def test_adopted__when_a_change_is_taken_as_it_is__the_property_notices(broken: Adopt) -> None:
    with pytest.raises(AssertionError):
        adopts_what_adds_up(broken)


def test_adopted__in_the_search__happens() -> None:
    """A property of what never comes would hold for ever."""
    seen = list[Adopted]()

    def counted(at: View, memory: Memory, answers: Mapping[Cause, Answer]) -> Iterator[Adopted]:
        for each in adopted(at, memory, answers):
            seen.append(each)
            yield each

    adopts_what_adds_up(counted)
    assert len(seen) > 20
