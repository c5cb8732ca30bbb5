"""The scenes where orders are messages: each is a number of them, each with its seven steps."""

import random
from collections.abc import Iterator
from decimal import Decimal

from tests.kit.faults.message_case import COIN, MessageCase
from tests.kit.faults.scenes import STEPS, Scene

IN_PROFIT = Decimal(1990)
"""The short's own margin has grown, and needs no message of its own before more is sold."""
ON_THE_WAY = ("deliver", "send")
"""Before these a message is recorded, and nothing of it has left."""


def messages(scene: Scene) -> int:
    """The leverage and the order, or the order alone."""
    return 2 if scene is Scene.HEDGE else 1


def steps(scene: Scene) -> range:
    return range(1, messages(scene) * len(STEPS) + 1)


def set_scene(scene: Scene, case: MessageCase) -> None:
    """Expects a case that is hedged already, but for HEDGE."""
    if scene is Scene.HEDGE:
        return
    case.changes = 2
    if scene is Scene.FLATTEN:
        case.command, case.target = "flatten", Decimal(0)
        return
    if scene is Scene.GROW:
        case.exchange.set_price(COIN, IN_PROFIT)
    case.move_spot(Decimal(3) if scene is Scene.GROW else Decimal(-3))


def reached(step: int) -> str:
    return STEPS[(step - 1) % len(STEPS)]


def outlived(scene: Scene, step: int) -> bool:
    """A flatten sends nothing that was signed before it: it waits until that has died."""
    return scene is Scene.FLATTEN and reached(step) in ON_THE_WAY


def after_kill(scene: Scene, step: int) -> range:
    """The steps of the run after a kill before `step`: it ends what was recorded, and plans the rest anew."""
    before, at = (step - 1) // len(STEPS), reached(step)
    if outlived(scene, step):
        return range(1, _DYING + len(STEPS) + 1)
    landed = before + (at not in ("sign", "record"))
    return range(1, _ENDING[at] + len(STEPS) * (messages(scene) - landed) + 1)


_DYING = 2
_ENDING = {"sign": 0, "record": 0, "deliver": 4, "send": 4, "sent": 2, "settle": 2, "settled": 0}
"""Steps that are left of a recorded message when the program died before this one."""


def every_pair() -> Iterator[tuple[Scene, int, int]]:
    """Killed before one step, and the run that follows before one of its own."""
    for scene in Scene:
        for first in steps(scene):
            for second in after_kill(scene, first):
                yield scene, first, second


def some_pairs(count: int, seed: int) -> list[tuple[Scene, int, int]]:
    return random.Random(seed).sample(list(every_pair()), count)
