"""kill -9 at every tap and in pairs, lost answers, lagging nodes, fee spikes, dead keepers, reorgs: on three venues.

Every case must end with one position change per venue, none lost, none twice, and every mined byte in the journal.
The default run takes every single death and a fixed sample of the rest; `all_faults` takes the whole matrix.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product

import pytest

from tests.kit.toys.case import Case
from tests.kit.toys.matrix import FEES, dead_keepers, killed, losses, pairs, reorgs, sample, spikes, taps

Where = tuple[int, ...]

LAST = 91
"""Taps of a case in which nothing goes wrong."""
PARTS = 4
"""Of the whole matrix, so that several processes can share it."""


def some_and_all(whole: Sequence[Where], some: int) -> pytest.MarkDecorator:
    full = (pytest.param(whole[n::PARTS], id=f"all-{n}", marks=pytest.mark.all_faults) for n in range(PARTS))
    return pytest.mark.parametrize("cases", [pytest.param(sample(whole, some), id="some"), *full])


def settled(cases: Sequence[Where], make: Callable[..., Case], punctual: bool = True) -> Counter[str]:
    """What the cases really met; fails with the coordinates of the first one that went wrong."""
    met = Counter[str]()
    for where in cases:
        case = make(*where)
        assert (where, case.wrongs()) == (where, [])
        assert (where, case.world.late if punctual else []) == (where, [])
        met += case.world.met
    return met


def test_taps__of_an_undisturbed_case__are_all_in_the_matrix() -> None:
    assert taps() == LAST


def test_kill__at_every_tap__once_and_recorded() -> None:
    settled([(tap,) for tap in range(1, LAST + 1)], killed)


@some_and_all(list(pairs(LAST)), 100)
def test_kill__in_pairs__once_and_recorded(cases: Sequence[Where]) -> None:
    settled(cases, killed)


@some_and_all([(seed,) for seed in range(2_000)], 100)
def test_answers__lost_and_from_lagging_nodes__once_and_recorded(cases: Sequence[Where]) -> None:
    settled(cases, losses, punctual=False)


@some_and_all(list(product(FEES, range(1, 8), range(0, 60, 3))), 40)
def test_fee_spike__below_the_ceiling_or_above__is_outbid_or_burned_and_never_late(cases: Sequence[Where]) -> None:
    met = settled(cases, spikes)
    assert min(met["bump"], met["burn"]) > len(cases) // 10


@some_and_all(list(product(range(20, 80), (0, *range(3, 60, 8)))), 30)
def test_dead_keeper__orders_that_nobody_executes__are_cancelled_and_placed_once(cases: Sequence[Where]) -> None:
    assert settled(cases, dead_keepers)["cancel"] > len(cases) // 10


@some_and_all([(seed,) for seed in range(2_000)], 100)
def test_reorg__of_what_had_landed__is_sent_again_once_and_recorded(cases: Sequence[Where]) -> None:
    assert settled(cases, reorgs, punctual=False)["reorg"] > len(cases) // 10
