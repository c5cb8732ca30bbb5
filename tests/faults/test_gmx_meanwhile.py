"""Between creation and execution: the exchange takes a position, or the chain takes a transaction back."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from agent.errors import Exit
from tests.faults.gmx import EXPIRY_S, on_creation, orders, told
from tests.faults.waiting import finished
from tests.kit.devnet.roles import Role
from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.faults.keeping import Keeper
from tests.kit.faults.process import Ended, Running
from tests.kit.faults.scenes import COOLDOWN_S
from tests.kit.gmx import keeper, market
from tests.kit.gmx.parameters import USD

pytestmark = pytest.mark.chain

SHORT, LOT = Decimal("-18.1"), Decimal("0.02")


def deleverage(case: Case, eth: int = 5) -> None:
    """By that many ETH of entry at 2,000, and the price is as it was before."""
    devnet = case.devnet
    market.set_price(devnet, Decimal(1000))
    keeper.adl(devnet.gmx, devnet.address(Role.ACCOUNT), eth * 2_000 * USD)
    market.set_price(devnet, Decimal(2000))


def liquidate(case: Case) -> None:
    devnet = case.devnet
    market.set_price(devnet, Decimal(3500))
    keeper.liquidate(devnet.gmx, devnet.address(Role.ACCOUNT))
    market.set_price(devnet, Decimal(2000))


def test_a_position__liquidated_between_runs__is_30_and_named_until_adopted(gmx_hedged: Case) -> None:
    case = gmx_hedged
    liquidate(case)
    for _ in range(2):
        held = case.run("run", "--json")
        assert held.exit == Exit.PERSON, held
        said = told(held, "CHANGED_ASKS")
        assert said.startswith("liquidated, 18.1 at ")
        assert said.endswith(f"it is no position, our fills add up to short {-SHORT}")
    assert (records.position(case.devnet), len(orders(case))) == (Decimal(0), 1)


def test_a_position__deleveraged_between_runs__is_named_and_hedged_again(gmx_hedged: Case) -> None:
    case = gmx_hedged
    deleverage(case)
    records.pass_time(case.devnet, COOLDOWN_S)
    done, _ = case.led("run", "--json")
    assert done.exit == Exit.DONE, done
    assert told(done, "CHANGED").startswith("auto-deleveraged, 5 at ")
    assert (abs(records.position(case.devnet) - SHORT) < LOT, len(orders(case))) == (True, 2)
    assert "CHANGED" not in case.run("run", "--json").codes


def test_a_position__liquidated_while_an_order_waits__the_order_goes_once_and_a_person_is_told(
    gmx_hedged: Case,
) -> None:
    """Whatever the exchange has done between creation and execution, nothing is made up for unasked."""
    case = gmx_hedged
    held = growing(case, liquidate)
    assert held.exit == Exit.PERSON, held
    assert told(held, "CHANGED_ASKS").startswith("liquidated, 18.1 at ")
    assert (records.position(case.devnet), orders(case)) == (Decimal(-3), ["OrderExecuted"] * 2)


def test_a_position__deleveraged_while_an_order_waits__the_order_goes_once_and_the_rest_is_hedged_later(
    gmx_hedged: Case,
) -> None:
    case = gmx_hedged
    held = growing(case, deleverage)
    assert held.exit == Exit.HELD, held
    assert told(held, "CHANGED").startswith("auto-deleveraged, 5 at ")
    assert (records.position(case.devnet), orders(case)) == (Decimal("-16.1"), ["OrderExecuted"] * 2)
    records.pass_time(case.devnet, COOLDOWN_S)
    assert case.led("run")[0].exit == Exit.DONE
    assert abs(records.position(case.devnet) - SHORT + 3) < LOT


def growing(case: Case, act: Callable[[Case], None]) -> Ended:
    """Three more coins came in; while the order for them waits, the exchange acts."""
    records.pass_time(case.devnet, EXPIRY_S)
    case.move_spot(Decimal(3))
    on_creation(case, lambda: act(case))
    return case.led("run", "--json")[0]


@pytest.mark.parametrize(("act", "cancelled"), [(deleverage, 1), (liquidate, 1)])
def test_a_flatten__its_position_is_taken_while_its_order_waits__ends_flat(
    gmx_hedged: Case, act: Callable[[Case], None], cancelled: int
) -> None:
    """An order for more than there is left is cancelled; what is left is closed by a new one."""
    case = gmx_hedged
    on_creation(case, lambda: act(case))
    done, _ = case.led("flatten")
    assert done.exit == Exit.DONE, done
    assert records.position(case.devnet) == 0
    assert orders(case).count("OrderCancelled") == cancelled
    assert list(records.stranded(case.devnet)) == []


@pytest.fixture
def patient(gmx_unhedged: Case) -> Case:
    """Two blocks on top make a transaction final."""
    gmx_unhedged.set("confirmations", "2")
    return gmx_unhedged


def reorganize(case: Case, depth: int) -> None:
    """Other blocks, empty ones, take the place of the last; the transactions in them are forgotten."""
    case.devnet.chain.rpc("anvil_reorg", depth, [])


def created(running: Running) -> None:
    running.until("settled")


def test_a_creation__taken_back_before_it_is_executed__is_sent_again_as_it_was(patient: Case) -> None:
    with patient.started("run", "--deadline", "6", steps=True) as running:
        created(running)
        reorganize(patient, 1)
        finished(running)
    ended, _ = patient.led()
    assert ended.exit == Exit.DONE, ended
    assert [len(slot.attempts) for slot in records.slots(patient.folder)] == [1]
    assert_exactly_once(patient)


def test_a_creation__taken_back_and_killed__is_ended_by_the_next_run(patient: Case) -> None:
    with patient.started(steps=True) as running:
        created(running)
        reorganize(patient, 1)
        patient.kill(running)
    ended, _ = patient.led()
    assert ended.exit == Exit.DONE, ended
    assert_exactly_once(patient)


@pytest.mark.parametrize("depth", [1, 2])
def test_an_execution__taken_back_after_the_run__alone_or_with_its_creation__is_made_once(
    patient: Case, depth: int
) -> None:
    """The keeper's transaction is the last block, our own the one before."""
    assert patient.led()[0].exit == Exit.DONE
    reorganize(patient, depth)
    assert records.position(patient.devnet) == 0
    ended, _ = patient.led()
    assert ended.exit == Exit.DONE, ended
    assert_exactly_once(patient)


def test_a_cancellation__taken_back__is_waited_for_and_not_doubled(patient: Case) -> None:
    """A new order goes only when the old one can no longer come back."""
    patient.keeper = Keeper(patient.devnet, cancels=1)
    with patient.started("run", "--deadline", "6", steps=True) as running:
        created(running)
        patient.keeper()
        assert finished(running).exit == Exit.TEMPORARY
    assert orders(patient) == ["OrderCancelled"]
    reorganize(patient, 2)
    assert orders(patient) == ["open"]
    keeper.set_price(patient.devnet.gmx, Decimal(2000))
    patient.keeper()
    ended, _ = patient.led()
    assert ended.exit == Exit.DONE, ended
    assert orders(patient) == ["OrderExecuted"]
    assert_exactly_once(patient)
