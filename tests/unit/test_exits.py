"""Getting out on the toys: without gas, past a stranger, and until no reorg can undo it."""

from dataclasses import replace

import pytest

from agent.cycle import run, run_to_the_end
from agent.delivery import shallow
from agent.errors import Exit
from agent.hedge.flatten import make_flatten
from agent.model import Code, EvmTx, Memory, Plan, Report, Snapshot, State, Terms, Verdict
from agent.reading import Reading
from agent.seams import House
from tests.kit.toys.case import Case, Crash, Faults, play
from tests.kit.toys.hedge import LIMITS
from tests.kit.toys.through import ThroughWire
from tests.kit.toys.vault import seal
from tests.kit.toys.world import EVM, KEEPER, MESSAGE, STRANGER, SYNC, Sent, World

FLAT = {SYNC: 0, KEEPER: 0, MESSAGE: 0}


class PennilessWire(ThroughWire):
    def terms(self, memory: Memory) -> Reading[Terms]:
        return replace((yield from super().terms(memory)), gas_balance=1)


def penniless(house: House) -> House:
    return replace(house, wires={**house.wires, EVM: PennilessWire(house.wires[EVM])})


def exits(house: House) -> House:
    """The gates of the toys know no exits."""
    return replace(house, decide=make_flatten(LIMITS), check=lambda plan, *_: Verdict(legs=plan.legs), wallets=())


def codes(report: Report) -> list[Code]:
    return [reason.code for reason in report.reasons]


@pytest.fixture
def case() -> Case:
    """Nothing hedged yet; keepers execute within the block."""
    case = Case(World(keeper_delay_s=0))
    case.journal.begin_run("run", 0)
    return case


@pytest.fixture
def hedged(case: Case) -> Case:
    return case.settle()


def test_a_leg__the_key_cannot_pay__needs_a_person_at_once_and_the_other_lane_goes_on(hedged: Case) -> None:
    report = hedged.run(lambda house: penniless(exits(house)))
    assert (report.exit, set(codes(report))) == (Exit.PERSON, {Code.NO_GAS})
    assert report.reasons[0].value.startswith("needs ")
    assert hedged.world.sizes == {SYNC: -4, KEEPER: -3, MESSAGE: 0}
    assert [intent for intent in hedged.journal.open() if intent.lane == EVM and intent.state is State.SIGNED] == []


def test_recovery__the_key_cannot_pay__ends_the_lane_at_once(case: Case) -> None:
    case.faults = Faults(crash_at=frozenset([4]))
    with pytest.raises(Crash):
        case.run()
    assert [intent.lane for intent in case.journal.open()] == [EVM]
    before = case.world.now_ms
    report = case.run(penniless)
    assert (report.exit, Code.NO_GAS in codes(report), Code.DEADLINE in codes(report)) == (Exit.PERSON, True, False)
    assert case.world.now_ms - before < 60_000


def test_an_exit__its_slot_taken_by_a_stranger__takes_the_next_one(hedged: Case) -> None:
    taken: list[str] = []

    def overtaken(world: World, sent: Sent) -> str:
        [intent] = [i for i in hedged.journal.open() if i.lane == EVM and i.state is State.SIGNED]
        ours = intent.attempts[0].payload
        assert isinstance(ours, EvmTx)
        if not taken:
            taken.append(world.transact(seal(SYNC, replace(ours, to=STRANGER, data=b"{}")).raw))
        return sent()

    hedged.faults = Faults(way=overtaken)
    report = hedged.run(exits)
    assert Code.REPLACED in [reason.code for reason in report.happened]
    assert (report.exit, hedged.world.sizes) == (Exit.PERSON, FLAT)


def of_one_venue(house: House) -> House:
    """Nothing to wait for once it is mined."""
    flat = exits(house).decide

    def decide(snapshot: Snapshot, memory: Memory) -> Plan:
        return flat(replace(snapshot, views=tuple(view for view in snapshot.views if view.venue == SYNC)), memory)

    return replace(exits(house), decide=decide)


def undoable(case: Case) -> int:
    """How many transactions a reorg could still take back."""
    return sum(map(shallow, case.journal.open()))


def test_the_end__of_a_flatten__is_deep_enough_for_no_reorg_to_undo_it(hedged: Case) -> None:
    play(run(of_one_venue(hedged.house())))
    assert undoable(hedged) == 1
    assert play(run_to_the_end(of_one_venue(hedged.house()))).exit is Exit.DONE
    assert (undoable(hedged), hedged.world.sizes) == (0, {**FLAT, KEEPER: -3, MESSAGE: -3})


def test_the_end__the_time_is_over_first__leaves_it_open(hedged: Case) -> None:
    hedged.deadline = 1
    play(run_to_the_end(of_one_venue(hedged.house())))
    assert (undoable(hedged), hedged.world.sizes[SYNC]) == (1, 0)


def test_the_end__what_was_sent_before_the_wait__is_in_the_report(hedged: Case) -> None:
    report = play(run_to_the_end(of_one_venue(hedged.house())))
    assert (undoable(hedged), hedged.world.sizes[SYNC]) == (0, 0)
    assert [draft.leg.venue for each in report.rehearsals for draft in each.drafts] == [SYNC]
