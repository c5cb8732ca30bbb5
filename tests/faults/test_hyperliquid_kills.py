"""The process is killed, with SIGKILL, wherever it can be stopped, where orders are messages to an exchange.

The next run must end what it began, once, whether what was recorded is still valid by then or not.
"""

import pytest

from tests.kit.faults.message_audit import assert_exactly_once
from tests.kit.faults.message_case import SEEDS, MessageCase, Moment
from tests.kit.faults.message_fixtures import (
    hedged_once,
    message_case,
    message_chain,
    message_hedged,
    message_unhedged,
    seed,
)
from tests.kit.faults.message_scenes import (
    ON_THE_WAY,
    after_kill,
    every_pair,
    messages,
    outlived,
    reached,
    some_pairs,
    steps,
)
from tests.kit.faults.scenes import STEPS, Scene

__all__ = ["hedged_once", "message_case", "message_chain", "message_hedged", "message_unhedged", "seed"]
pytestmark = pytest.mark.chain

EVERY_STEP = [(scene, step, SEEDS[step % len(SEEDS)]) for scene in Scene for step in steps(scene)]
EVERY_DEATH = [(scene, step, seed) for scene, step, seed in EVERY_STEP if reached(step) == ON_THE_WAY[-1]]
EVERY_POST = [(scene, nth, moment) for scene in Scene for nth in range(1, messages(scene) + 1) for moment in Moment]
PAIRS, SEED = 4, 4


@pytest.mark.parametrize("scene", list(Scene), indirect=True)
def test_a_run__undisturbed__takes_seven_steps_for_each_message(message_case: MessageCase, scene: Scene) -> None:
    assert message_case.steps() == [*STEPS] * messages(scene)
    assert_exactly_once(message_case)


@pytest.mark.parametrize(("scene", "step", "seed"), EVERY_STEP, indirect=["scene"])
def test_a_run__killed_before_any_step__is_ended_by_the_next_exactly_once(
    message_case: MessageCase, scene: Scene, step: int
) -> None:
    assert message_case.killed_before(step) == reached(step)
    if outlived(scene, step):
        message_case.expire()
    recovered = message_case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(message_case)


@pytest.mark.parametrize(("scene", "step", "seed"), EVERY_DEATH, indirect=["scene"])
def test_a_run__killed_with_a_message_that_never_left__the_next_comes_too_late_and_makes_another(
    message_case: MessageCase, scene: Scene, step: int
) -> None:
    assert message_case.killed_before(step) == reached(step)
    message_case.expire()
    recovered = message_case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(message_case)


@pytest.mark.parametrize(("scene", "nth", "moment"), EVERY_POST, indirect=["scene"])
def test_a_run__killed_while_the_exchange_gets_its_message__is_ended_by_the_next_exactly_once(
    message_case: MessageCase, scene: Scene, nth: int, moment: Moment
) -> None:
    message_case.killed_at_post(nth, moment)
    if scene is Scene.FLATTEN:
        message_case.expire()
    recovered = message_case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(message_case)


@pytest.mark.all_faults
def test_a_flatten__killed_with_its_order_on_record__waits_for_it_to_die_and_closes(
    message_hedged: MessageCase,
) -> None:
    """All by itself: some twenty seconds."""
    message_hedged.target, message_hedged.changes = message_hedged.target * 0, 2
    assert message_hedged.killed_before(STEPS.index("send") + 1, "flatten") == "send"
    recovered = message_hedged.run("flatten")
    assert recovered.exit == 0, recovered
    assert_exactly_once(message_hedged)


@pytest.mark.parametrize(("scene", "first", "second"), some_pairs(PAIRS, SEED), indirect=["scene"])
def test_a_recovery__killed_as_well__is_ended_by_the_next_exactly_once(
    message_case: MessageCase, scene: Scene, first: int, second: int
) -> None:
    killed_twice(message_case, scene, first, second)


@pytest.mark.all_faults
@pytest.mark.parametrize(("scene", "first", "second"), list(every_pair()), indirect=["scene"])
def test_a_recovery__killed_before_any_step__is_ended_by_the_next_exactly_once(
    message_case: MessageCase, scene: Scene, first: int, second: int
) -> None:
    killed_twice(message_case, scene, first, second)


def killed_twice(case: MessageCase, scene: Scene, first: int, second: int) -> None:
    assert case.killed_before(first) == reached(first)
    if outlived(scene, first):
        case.expire()
    assert case.killed_before(second)
    if scene is Scene.FLATTEN:
        case.expire()
    recovered = case.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(case)


@pytest.mark.parametrize("scene", list(Scene), indirect=True)
def test_a_recovery__undisturbed__takes_the_steps_that_the_pairs_count(
    message_case: MessageCase, scene: Scene
) -> None:
    assert message_case.killed_before(STEPS.index("send") + 1) == "send"
    if outlived(scene, STEPS.index("send") + 1):
        message_case.expire()
    assert len(message_case.steps()) == len(after_kill(scene, STEPS.index("send") + 1))
    assert_exactly_once(message_case)


def test_the_pairs__all_counted__are_what_the_full_matrix_runs() -> None:
    assert len(list(every_pair())) == 189
