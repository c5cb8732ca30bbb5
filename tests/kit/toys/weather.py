"""What goes wrong around the line, as functions that a case is given."""

import random
from collections.abc import Callable, Mapping

from agent.errors import Unreadable
from tests.kit.toys.case import MOST_BEHIND
from tests.kit.toys.world import Lost, Sent, Way, World

GONE_OR_BACK: tuple[Lost, ...] = ("gone", "back")


def lagging(dice: random.Random) -> Callable[[], int]:
    return lambda: dice.choice((0, 0, dice.randrange(MOST_BEHIND)))


def losing(dice: random.Random) -> Way:
    """Before the bytes arrive, or after."""

    def way(world: World, sent: Sent) -> str:
        fate = dice.random()
        if fate < 0.2:
            raise Unreadable("lost before")
        said = sent()
        if fate < 0.5:
            raise Unreadable("lost after")
        return said

    return way


def spiking(fee: int, at: int) -> Way:
    """The base fee jumps just before the n-th send and stays there for two minutes."""
    sends = [0]

    def way(world: World, sent: Sent) -> str:
        sends[0] += 1
        if sends[0] == at:
            world.base_fee, world.spike_until_ms = fee, world.now_ms + 120_000
        return sent()

    return way


def reorganised(at: Mapping[int, tuple[int, Lost]]) -> Callable[[World, int], None]:
    """By look: how deep, and what becomes of the transactions."""

    def before_look(world: World, look: int) -> None:
        if look in at:
            world.reorg(*at[look])

    return before_look
