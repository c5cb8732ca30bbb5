"""The process is killed, with SIGKILL, wherever it can be stopped, where a keeper executes what it has asked for.

The next run must end what it began, once: one order for each intent, one change of the position, whether the keeper
acts before the restart or after it, and also when it cancels the first order.
"""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.faults.keeping import LOOKS, Acts
from tests.kit.faults.scenes import Scene
from tests.kit.proxy import Drop

pytestmark = pytest.mark.chain

STEPS = range(1, len(LOOKS) + 1)
EVERY_KILL = [(scene, step, acts) for scene in Scene for step in STEPS for acts in Acts.at(LOOKS, step)]
EVERY_SEND = [(scene, when, acts) for scene in Scene for when in Drop for acts in (Acts.BEFORE, Acts.CANCELS_AFTER)]
PAIRS, SEED = 48, 3
EVERY_PAIR = [(*kill, second) for kill in EVERY_KILL for second in STEPS]


def one_in(n: int, cases: Iterable[tuple[object, ...]]) -> list[Any]:
    """The others only in the full matrix."""
    marks = {True: (), False: (pytest.mark.all_faults,)}
    return [pytest.param(*case, marks=marks[place % n == 0]) for place, case in enumerate(cases)]


@pytest.mark.parametrize("scene", list(Scene), indirect=True)
def test_a_run__undisturbed__looks_again_at_its_order(gmx_case: Case) -> None:
    assert gmx_case.steps() == [*LOOKS]
    assert_exactly_once(gmx_case)


@pytest.mark.parametrize(("scene", "step", "acts"), one_in(8, EVERY_KILL), indirect=["scene"])
def test_a_run__killed_before_any_step__is_ended_by_the_next_exactly_once(
    gmx_case: Case, step: int, acts: Acts
) -> None:
    acts.set(gmx_case)
    assert gmx_case.killed_before(step) == LOOKS[step - 1]
    acts.at_once(gmx_case)
    recovered, _ = gmx_case.led()
    assert recovered.exit == 0, recovered
    assert_exactly_once(gmx_case)


@pytest.mark.parametrize(("scene", "when", "acts"), one_in(4, EVERY_SEND), indirect=["scene"])
def test_a_run__killed_while_the_node_gets_its_bytes__is_ended_by_the_next_exactly_once(
    gmx_case: Case, when: Drop, acts: Acts
) -> None:
    acts.set(gmx_case)
    gmx_case.killed_at_send(1, when)
    acts.at_once(gmx_case)
    recovered, _ = gmx_case.led()
    assert recovered.exit == 0, recovered
    assert_exactly_once(gmx_case)


@pytest.mark.parametrize(
    ("scene", "first", "acts", "second"),
    one_in(12, random.Random(SEED).sample(EVERY_PAIR, PAIRS)),
    indirect=["scene"],
)
def test_a_recovery__killed_as_well__is_ended_by_the_next_exactly_once(
    gmx_case: Case, first: int, acts: Acts, second: int
) -> None:
    """Where the recovery has fewer steps it has ended, and a third run finds nothing to do."""
    acts.set(gmx_case)
    assert gmx_case.killed_before(first)
    acts.at_once(gmx_case)
    gmx_case.killed_before(second)
    recovered, _ = gmx_case.led()
    assert recovered.exit == 0, recovered
    assert_exactly_once(gmx_case)
