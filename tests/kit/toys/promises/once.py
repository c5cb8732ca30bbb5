"""Promise 4: nothing leaves the machine before it is in the journal, and nothing happens twice."""

import random

from agent.errors import Exit
from agent.model import Code
from tests.kit.toys.case import PAUSES, Case, Change, Faults
from tests.kit.toys.promises.common import in_time, right
from tests.kit.toys.weather import GONE_OR_BACK, losing, reorganised, spiking
from tests.kit.toys.world import CHAIN, REST, Sent, World


def killed_at_any_tap(change: Change) -> None:
    for tap in range(1, 100, 3):
        in_time(Case(faults=Faults(crash_at=frozenset({tap})), change=change))


def killed_at_any_tap_of_an_order_that_waits(change: Change) -> None:
    for tap in range(2, 100, 5):
        in_time(Case(World(keeper_delay_s=8), Faults(crash_at=frozenset({tap}), absence=lambda: 20_000), change))


def answers_that_are_lost(change: Change) -> None:
    for seed in range(8):
        in_time(Case(faults=Faults(way=losing(random.Random(seed))), change=change))


def dark_while_sending(change: Change) -> None:
    """Unreadable after the send: wait, send nothing blind; at the deadline the lane ends, the next run takes over."""

    def goes_dark(world: World, sent: Sent) -> str:
        said = sent()
        world.dark = {REST, CHAIN}
        return said

    case = Case(faults=Faults(way=goes_dark), change=change)
    case.deadline = 20
    assert case.run().exit is Exit.TEMPORARY
    assert [reason.code for reason in case.reports[-1].reasons].count(Code.DEADLINE) == 2
    assert [len(intent.said) for intent in case.journal.open()] == [1, 1]
    case.faults, case.world.dark, case.deadline = Faults(), set(), PAUSES
    right(case)


def a_fee_spike(change: Change) -> None:
    """Below the ceiling it is outbid; above it the slot is burned when its time is over, and nothing runs late."""
    for fee in (6, 50):
        for at in range(1, 8, 2):
            case = Case(faults=Faults(way=spiking(fee, at)), change=change)
            in_time(case)
            assert bool(case.world.met["burn"]) <= (fee > 20)


def blocks_that_never_were(change: Change) -> None:
    for look in range(4, 40, 6):
        for lost in GONE_OR_BACK:
            faults = Faults(before_look=reorganised({look: (1, lost), look + 3: (3, lost)}))
            right(Case(World(reorgs=True), faults, change))


def a_burn_that_never_was(change: Change) -> None:
    """We saw the burn; then a reorg mines the call instead. That it is late is the chain's doing; we know of it."""
    seen = [0]

    def before_look(world: World, look: int) -> None:
        burned = [mined["block"] for mined in world.chain.mined.values() if not mined["call"]]
        seen[0] += bool(burned)
        if seen[0] == 2 and burned:
            world.base_fee = world.spike_until_ms = 1
            world.reorg(world.chain.block - burned[0] + 1, "rival")

    faults = Faults(way=spiking(50, 3), before_look=before_look)
    case = Case(World(reorgs=True), faults, change).settle()
    assert seen[0] >= 2
    assert case.wrongs() == []
    assert len(case.world.late) == 1
