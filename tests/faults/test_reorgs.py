"""The chain takes a mined transaction back: the same bytes are sent again, and nothing is done twice."""

import pytest

from tests.faults.waiting import finished
from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case

pytestmark = pytest.mark.chain


@pytest.fixture
def patient(unhedged: Case) -> Case:
    """Two blocks on top make a transaction final."""
    unhedged.set("confirmations", "2")
    return unhedged


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_hedge__taken_back_after_the_run__is_sent_again_as_it_was(patient: Case, depth: int) -> None:
    assert patient.run().exit == 0
    before = records.slots(patient.folder)
    reorganize(patient, depth)
    assert len(records.mined(patient.devnet)) == 3 - depth
    assert patient.run().exit == 0
    assert [slot.attempts for slot in records.slots(patient.folder)] == [slot.attempts for slot in before]
    assert_exactly_once(patient)


@pytest.mark.parametrize("depth", [1, 3])
def test_a_hedge__shortened_chain__is_sent_again_as_it_was(patient: Case, depth: int) -> None:
    """The other branch is still shorter than what was seen before."""
    assert patient.run().exit == 0
    before = records.slots(patient.folder)
    patient.devnet.chain.rpc("anvil_rollback", depth)
    assert patient.run().exit == 0
    assert [slot.attempts for slot in records.slots(patient.folder)] == [slot.attempts for slot in before]
    assert_exactly_once(patient)


@pytest.mark.parametrize("nth", [1, 3])
def test_a_hedge__taken_back_during_the_run__ends_as_planned(patient: Case, nth: int) -> None:
    with patient.started("run", "--deadline", "6", steps=True) as running:
        running.until("settled", nth)
        reorganize(patient, 1)
        finished(running)
    recovered = patient.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(patient)


@pytest.mark.parametrize("nth", [1, 3])
def test_a_hedge__taken_back_and_killed__is_ended_by_the_next_run(patient: Case, nth: int) -> None:
    with patient.started(steps=True) as running:
        running.until("settled", nth)
        reorganize(patient, 1)
        patient.kill(running)
    assert patient.run().exit == 0
    assert_exactly_once(patient)


def test_a_hedge__deep_enough__is_final(patient: Case) -> None:
    assert patient.run().exit == 0
    assert states(patient) == ["landed"] * 3
    patient.devnet.chain.rpc("anvil_mine", "0x2")
    assert patient.run().exit == 0
    assert states(patient) == ["done"] * 3


def states(case: Case) -> list[str]:
    return [slot.state for slot in records.slots(case.folder)]


def reorganize(case: Case, depth: int) -> None:
    """Other blocks, empty ones, take the place of the last; the transactions in them are forgotten."""
    case.devnet.chain.rpc("anvil_reorg", depth, [])
