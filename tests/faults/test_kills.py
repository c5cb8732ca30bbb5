"""The process is killed, with SIGKILL, wherever it can be stopped; the next run must end what it began, once."""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from agent.errors import Exit
from tests.kit.devnet import market
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.faults.scenes import COOLDOWN_S, STEPS, Scene, every_pair, some_pairs
from tests.kit.proxy import Drop, proxy

pytestmark = pytest.mark.chain

EVERY_STEP = [(scene, step) for scene in Scene for step in scene.steps]
EVERY_SEND = [(scene, nth, when) for scene in Scene for nth in range(1, scene.transactions + 1) for when in Drop]
PAIRS, SEED = 30, 2


@pytest.mark.parametrize("scene", list(Scene), indirect=True)
def test_a_run__undisturbed__takes_seven_steps_for_each_transaction(case: Case, scene: Scene) -> None:
    ended, steps = case.led()
    assert (ended.exit, steps) == (Exit.DONE, [*STEPS] * scene.transactions), ended
    assert_exactly_once(case)


@pytest.mark.parametrize(("scene", "step"), EVERY_STEP, indirect=["scene"])
def test_a_run__killed_before_any_step__is_ended_by_the_next_exactly_once(case: Case, step: int) -> None:
    assert case.killed_before(step) == STEPS[(step - 1) % len(STEPS)]
    recovered = case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(case)


@pytest.mark.parametrize(("scene", "nth", "when"), EVERY_SEND, indirect=["scene"])
def test_a_run__killed_while_the_node_gets_its_bytes__is_ended_by_the_next_exactly_once(
    case: Case, nth: int, when: Drop
) -> None:
    case.killed_at_send(nth, when)
    recovered = case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(case)


@pytest.mark.parametrize("scene", [Scene.FLATTEN], indirect=True)
@pytest.mark.parametrize("step", [STEPS.index("deliver") + 1, STEPS.index("sent") + 1])
def test_a_flatten__killed_with_its_trade_on_record__is_ended_by_a_run_and_not_undone(case: Case, step: int) -> None:
    """Cron comes before the person does."""
    assert case.killed_before(step)
    case.run("run")
    market.pass_time(case.devnet, COOLDOWN_S)
    held = case.run("run", "--json")
    assert (held.exit, "ON_HOLD" in held.codes) == (20, True)
    assert_exactly_once(case)


@pytest.mark.parametrize("nth", [1, 30])
def test_a_run__killed_during_its_rehearsal__leaves_no_fork_behind(unhedged: Case, nth: int) -> None:
    """Nobody but a fork reads the storage of contracts."""
    with proxy(unhedged.devnet.url) as node, unhedged.through(node.url), unhedged.started() as running:
        reads, forks = count(1), list[str]()

        def kill(params: object, result: object) -> object:
            if next(reads) == nth:
                forks.extend(forks_of(node.url))
                running.kill()
            return result

        node.lies["eth_getStorageAt"] = kill
        unhedged.died(running)
        assert forks
        gone_within(5, lambda: forks_of(node.url))
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


@pytest.mark.parametrize(("scene", "first", "second"), some_pairs(PAIRS, SEED), indirect=["scene"])
def test_a_recovery__killed_as_well__is_ended_by_the_next_exactly_once(case: Case, first: int, second: int) -> None:
    assert case.killed_before(first)
    assert case.killed_before(second)
    recovered = case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(case)


@pytest.mark.all_faults
@pytest.mark.parametrize(("scene", "first"), EVERY_STEP, indirect=["scene"])
def test_a_recovery__killed_before_any_step__is_ended_by_the_next_exactly_once(
    case: Case, scene: Scene, first: int
) -> None:
    assert case.killed_before(first)
    for second in scene.again(first):
        with case.branch() as branch:
            assert branch.killed_before(second)
            assert branch.run().exit == 0
            assert_exactly_once(branch)
    assert case.killed_before(len(scene.again(first)) + 1) is None  # no step of the recovery was left out
    assert_exactly_once(case)


def test_the_pairs__all_counted__are_what_the_full_matrix_runs() -> None:
    assert len(list(every_pair())) == 614


def forks_of(url: str) -> list[str]:
    """The processes that were told to fork that node."""
    told = f"HEDGEKEEPER_FORK_URL={url}".encode()
    return [pid.name for pid in Path("/proc").iterdir() if pid.name.isdigit() and told in _environment(pid)]


def _environment(pid: Path) -> bytes:
    try:
        return (pid / "environ").read_bytes()
    except OSError:
        return b""  # it has just ended, or is not ours


def gone_within(seconds: float, left: Callable[[], list[str]]) -> None:
    deadline = time.monotonic() + seconds
    while left():
        assert time.monotonic() < deadline, f"still running: {left()}"
        time.sleep(0.01)
