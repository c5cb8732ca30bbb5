"""When a run on the toys ends by itself: no second reading comes, a flatten is asked for, or a lane only fails."""

from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.model import Code, Memory, Plan, Reason, Snapshot, State
from agent.seams import House
from tests.kit.toys.case import WANTED, Case, Change
from tests.kit.toys.words import ETH
from tests.kit.toys.world import SYNC, World


@pytest.fixture
def case() -> Case:
    """Nothing hedged yet; keepers execute within the block."""
    case = Case(World(keeper_delay_s=0))
    case.journal.begin_run("run", 0)
    return case


def codes(reasons: tuple[Reason, ...]) -> list[Code]:
    return [reason.code for reason in reasons]


def waiting_for_a_later_block(later: int) -> Change:
    """Decides nothing before that block."""

    def change(house: House) -> House:
        def decide(snapshot: Snapshot, memory: Memory) -> Plan:
            block = next(view.stamp.block or 0 for view in snapshot.views)
            unconfirmed = Reason(code=Code.EXPOSURE_UNCONFIRMED, subject=ETH)
            return house.decide(snapshot, memory) if block >= later else Plan(reasons=(unconfirmed,), look_again=True)

        return replace(house, decide=decide)

    return change


def at_one_venue(house: House) -> House:
    def decide(snapshot: Snapshot, memory: Memory) -> Plan:
        return Plan(legs=tuple(leg for leg in house.decide(snapshot, memory).legs if leg.venue == SYNC))

    return replace(house, decide=decide)


def test_run__a_second_reading_is_wanted__looks_until_a_later_block_shows_it(case: Case) -> None:
    """However many looks that takes: they are no rounds."""
    case.run(waiting_for_a_later_block(later=20))
    assert case.world.sizes == WANTED


def test_run__no_later_block_comes__ends_as_held_at_its_deadline(case: Case) -> None:
    case.deadline = 3
    report = case.run(waiting_for_a_later_block(later=10**6))
    assert (codes(report.reasons), report.exit) == ([Code.EXPOSURE_UNCONFIRMED], Exit.HELD)
    assert case.vault.asked == []


def test_run__a_flatten_is_asked_for_while_it_looks_again__does_not_keep_it_waiting(case: Case) -> None:
    case.journal.hold("flattened by run 7")
    looks = case.looks
    assert case.run(waiting_for_a_later_block(later=10**6)).exit is Exit.HELD
    assert case.looks - looks < 5


def test_lane__what_its_rehearsal_passes_reverts_again_and_again__ends_after_two_in_one_run() -> None:
    """Each costs gas, and what failed twice within minutes will fail again."""
    real = list[World]()

    class Hostile(World):
        def _deposit(self, venue: str, amount: int, ref: str) -> bool:
            return self is not real[0] and super()._deposit(venue, amount, ref)

    real.append(Hostile(keeper_delay_s=0))
    case = Case(real[0])
    report = case.run(at_one_venue)
    assert (codes(report.happened), report.exit) == ([Code.REVERTED, Code.REVERTED], Exit.TEMPORARY)
    assert [intent.state for intent in case.journal.all()].count(State.REFUSED) == len(case.vault.asked) / 2 == 2
