"""Everything that can go wrong, alone and in pairs: cases by their coordinates, each settled."""

import random
from collections.abc import Iterable, Iterator

from tests.kit.toys.case import Case, Faults
from tests.kit.toys.weather import GONE_OR_BACK, lagging, losing, reorganised, spiking
from tests.kit.toys.world import World

ABSENCES_MS = (0, 500, 20_000)
WINDOW = 24
"""How many taps apart the two deaths of a pair are at most."""
FEES = (6, 15, 50, 90)
"""Below the ceiling and above it."""


def taps() -> int:
    """Of a case in which nothing goes wrong: what the line tells, and the two moments that only the network sees."""
    return Case().settle().taps


def killed(*at: int) -> Case:
    dice = random.Random(str(at))
    faults = Faults(crash_at=frozenset(at), absence=lambda: dice.choice(ABSENCES_MS))
    return Case(World(keeper_delay_s=dice.choice((0, 3, 8))), faults).settle()


def pairs(last: int) -> Iterator[tuple[int, int]]:
    return ((first, second) for first in range(1, last + 1) for second in range(first + 1, first + WINDOW + 1))


def losses(seed: int) -> Case:
    """Lost answers, lagging nodes and up to four deaths."""
    dice = random.Random(seed)
    faults = Faults(
        crash_at=frozenset(dice.randrange(1, 90) for _ in range(dice.randrange(5))),
        way=losing(dice),
        lag=lagging(dice),
        absence=lambda: dice.choice(ABSENCES_MS),
    )
    return Case(World(keeper_delay_s=dice.choice((0, 2, 8))), faults).settle()


def spikes(fee: int, at: int, death: int) -> Case:
    """The fee jumps before the n-th send; two deaths around it, none for death 0."""
    dice = random.Random(f"{fee} {at} {death}")
    deaths = frozenset({death, death + 5} if death else ())
    faults = Faults(crash_at=deaths, way=spiking(fee, at), absence=lambda: dice.choice(ABSENCES_MS))
    return Case(World(), faults).settle()


def dead_keepers(seconds: int, death: int) -> Case:
    """Nobody executes orders for so long, and answers are lost."""
    dice = random.Random(f"{seconds} {death}")
    deaths = frozenset({death, death + 4} if death else ())
    faults = Faults(crash_at=deaths, way=losing(dice), absence=lambda: dice.choice(ABSENCES_MS))
    return Case(World(keeper_dead_s=seconds), faults).settle()


def reorgs(seed: int) -> Case:
    """Up to three reorgs of one to three blocks, at any look, with deaths and lost answers."""
    dice = random.Random(seed)
    at = {
        dice.randrange(1, 60): (dice.randrange(1, 4), dice.choice(GONE_OR_BACK)) for _ in range(dice.randrange(1, 4))
    }
    faults = Faults(
        crash_at=frozenset(dice.randrange(1, 90) for _ in range(dice.randrange(3))),
        way=losing(dice),
        before_look=reorganised(at),
        absence=lambda: dice.choice(ABSENCES_MS),
    )
    return Case(World(keeper_delay_s=dice.choice((0, 2, 8)), reorgs=True), faults).settle()


def sample(things: Iterable[tuple[int, ...]], n: int, seed: int = 1) -> list[tuple[int, ...]]:
    """The same ones every time."""
    return random.Random(seed).sample(sorted(things), n)
