"""What a look knows of open intents is what the journal will hold once a run has resolved them."""

import pytest

from agent.delivery import judge_of
from agent.model import Intent, Memory, Outcome, State
from agent.reading import drive
from agent.wiring.hindsight import Hindsight, hindsight
from tests.kit.toys.case import Case, Crash, Faults, play

TAPS = range(3, 60, 3)


def crashed(tap: int) -> Case:
    """Its first process died there and the world went on: what has been mined since, the journal does not know."""
    case = Case(faults=Faults(crash_at=frozenset({tap})))
    with pytest.raises(Crash):
        case.run()
    for _ in range(3):
        case.world.tick()
    return case


def seen(case: Case) -> Hindsight:
    async def look() -> Hindsight:
        house = case.house()
        return await hindsight(house, await house.moment())

    return play(look())


def became(case: Case, intent: Intent) -> Outcome:
    async def look() -> Outcome:
        house = case.house()
        [outcome] = await drive([judge_of(house, intent).probe(intent)], await house.moment())
        return outcome

    return play(look())


def trades(memory: Memory) -> list[tuple[object, ...]]:
    return sorted((trade.venue, trade.market, trade.time_ms, str(trade.notional)) for trade in memory.trades)


@pytest.mark.parametrize("tap", TAPS)
def test_hindsight__after_any_crash__is_what_recovery_makes_of_the_journal(tap: int) -> None:
    case = crashed(tap)
    found = seen(case)
    for intent in case.journal.open():
        outcome = became(case, intent)
        if outcome.state is not State.SIGNED:
            case.journal.advance(intent, outcome)
    assert found.memory().positions == case.journal.memory().positions
    assert trades(found.memory()) == trades(case.journal.memory())
    still = [intent.id for intent in found.open() if intent.state in (State.SIGNED, State.LANDED)]
    assert still == [intent.id for intent in case.journal.open()]


def test_hindsight__of_all_those_crashes__some_left_a_fill_that_the_journal_did_not_know() -> None:
    cases = [crashed(tap) for tap in TAPS]
    assert any(seen(case).memory().positions != case.journal.memory().positions for case in cases)


def test_hindsight__a_look__writes_nothing() -> None:
    case = crashed(30)
    before = case.journal.memory(), case.journal.all()
    seen(case)
    assert (case.journal.memory(), case.journal.all()) == before
