"""What a run has to do when it is disturbed: each scene is a number of transactions, each with its seven steps."""

import random
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from tests.kit.faults import records
from tests.kit.faults.case import Case

STEPS = ("sign", "record", "deliver", "send", "sent", "settle", "settled")
"""Of one transaction, in order; the program stands still before each of them. From `deliver` on it is recorded."""


class Scene(StrEnum):
    HEDGE = "hedge"
    GROW = "grow"
    SHRINK = "shrink"
    FLATTEN = "flatten"

    @property
    def transactions(self) -> int:
        """Approve, deposit and trade; or the trade alone."""
        return 3 if self in (Scene.HEDGE, Scene.GROW) else 1

    @property
    def steps(self) -> range:
        return range(1, self.transactions * len(STEPS) + 1)

    def set(self, case: Case) -> None:
        """Expects a case that is hedged already, but for HEDGE."""
        if self is Scene.HEDGE:
            return
        case.changes = 2
        if self is Scene.FLATTEN:
            case.command, case.target = "flatten", Decimal(0)
        if self is Scene.GROW:
            records.pass_time(case.devnet, COOLDOWN_S)
            case.move_spot(Decimal(3))
            case.deposits = 2
        if self is Scene.SHRINK:
            case.move_spot(Decimal(-3))

    def again(self, step: int) -> range:
        """The steps of the run after a kill before `step`: it ends what was recorded, and plans the rest anew.

        A second flatten burns whatever is recorded and not out yet, its predecessor's trade as well.
        """
        before, within = divmod(step - 1, len(STEPS))
        reached = STEPS[within]
        lost = ("sign", "record", "deliver", "send") if self is Scene.FLATTEN else ("sign", "record")
        landed = before + (reached not in lost)
        return range(1, _ENDING[reached] + len(STEPS) * self._missing(landed) + 1)

    def _missing(self, landed: int) -> int:
        """An approval that no deposit has used is given again; a deposit is not made again."""
        left = self.transactions - landed
        return 3 if left == 2 else left


COOLDOWN_S = 300
_ENDING = {"sign": 0, "record": 0, "deliver": 4, "send": 4, "sent": 2, "settle": 2, "settled": 0}
"""Steps that are left of a recorded transaction when the program died before this one."""


def every_pair() -> Iterator[tuple[Scene, int, int]]:
    """Killed before one step, and the run that follows before one of its own."""
    for scene in Scene:
        for first in scene.steps:
            for second in scene.again(first):
                yield scene, first, second


def some_pairs(count: int, seed: int) -> list[tuple[Scene, int, int]]:
    return random.Random(seed).sample(list(every_pair()), count)
