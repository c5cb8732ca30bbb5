"""The promises that the toys can show, each as a small play in which it would be broken if it could be.

Every play takes a `change`: nothing, or a named breakage, which must make it fail by an assertion.
"""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from agent.cycle import rehearse
from agent.errors import Exit, Unreadable
from agent.hedge.flatten import make_flatten
from agent.model import Code, EvmTx, Snapshot, State
from agent.seams import Stage
from agent.units import Base
from tests.kit.toys.case import WANTED, Case, Change, Faults, Watched, play
from tests.kit.toys.hedge import LIMITS
from tests.kit.toys.vault import seal
from tests.kit.toys.words import ETH
from tests.kit.toys.world import CHAIN, EVM, KEEPER, MESSAGE, REST, ROUTER, SYNC, Lost, Sent, Way, World

GONE_OR_BACK: tuple[Lost, ...] = ("gone", "back")
Play = Callable[[Change], None]
FLAT = {SYNC: 0, KEEPER: 0, MESSAGE: 0}


def right(case: Case) -> None:
    """Every case ends with one position change per venue and nothing wrong."""
    assert case.settle().wrongs() == []


def codes(case: Case) -> set[Code]:
    return {reason.code for reason in case.reports[-1].reasons}


# Promise 2: the venue and the chain are the truth.


def working_orders_count(change: Change) -> None:
    right(Case(World(keeper_delay_s=12), change=change))


def a_lagging_node_is_not_believed(change: Change) -> None:
    """It shows a world before our own landings, now and then."""
    for seed in range(6):
        right(Case(faults=Faults(lags=sometimes(random.Random(seed), 0.5)), change=change))


def sometimes(dice: random.Random, share: float) -> Callable[[], bool]:
    return lambda: dice.random() < share


def a_nonce_that_is_not_ours_needs_a_person(change: Change) -> None:
    case = Case(change=change).settle()
    case.world.chain.size[SYNC] = 0
    foreign = EvmTx(
        lane=EVM,
        nonce=len(case.world.chain.used),
        expires_ms=case.world.now_ms,
        to=ROUTER,
        data=b"{}",
        value=0,
        gas=21_000,
        max_fee=2,
        tip=1,
    )
    case.world.transact(seal(SYNC, foreign).raw)
    asked = len(case.vault.asked)
    assert case.run().exit is Exit.PERSON
    assert Code.FOREIGN_NONCE in codes(case)
    assert len(case.vault.asked) == asked


# Promise 3: what is rehearsed is what is signed and sent.


def the_rehearsed_bytes_are_mined(change: Change) -> None:
    case = Case(change=change)
    report = case.run()
    rehearsed = [played.tx for rehearsal in report.rehearsals for played in rehearsal.played]
    mined = [case.world.known[ref] for ref in case.world.chain.mined]
    assert [_as_mined(tx) for tx in mined] == [_as_mined(tx) for tx in rehearsed]
    assert case.world.sizes == WANTED


def _as_mined(tx: EvmTx) -> tuple[object, ...]:
    return tx.nonce, tx.to, tx.data, tx.value, tx.gas


def a_movement_nobody_planned_stops_the_run(change: Change) -> None:
    case = Case(change=change)
    case.world.skim = 5
    assert case.run().exit is Exit.PERSON
    assert Code.REHEARSAL_FAULT in codes(case)
    assert (case.vault.asked, case.world.fills) == ([], [])


def an_old_rehearsal_is_done_again(change: Change) -> None:
    """The first fork takes longer than a rehearsal may be old."""
    case = Case(change=lambda house: change(replace(house, stage=_slow_once(case))))
    case.run()
    first = min(case.journal.all(), key=lambda intent: intent.id)
    assert first.attempts[0].payload.expires_ms > LIMITS.rehearsal_max_age_s * 1000
    assert (case.world.sizes, case.forks.opened > 1) == (WANTED, True)


def _slow_once(case: Case) -> Callable[[Snapshot], AbstractAsyncContextManager[Stage]]:
    @asynccontextmanager
    async def stage(snapshot: Snapshot) -> AsyncIterator[Stage]:
        async with case.forks(snapshot) as fork:
            yield fork
        if case.forks.opened == 1:
            case.world.tick((LIMITS.rehearsal_max_age_s + 1) * 1000)

    return stage


def a_dry_run_needs_no_key(change: Change) -> None:
    """It shows what would be, and sends nothing, not even what an earlier run has left open."""
    case = Case(change=lambda house: change(replace(house, vault=None)))
    case.journal.begin_run("plan", 0)
    dry = play(rehearse(case.house()))
    assert {view.venue: view.size(ETH) for view in dry.after.views} == {k: Base(v) for k, v in WANTED.items()}
    case.journal.record(seal(SYNC, dry.drafts[0].payloads[0]), 20)
    assert case.run().exit is Exit.WOULD_TRADE
    assert (case.world.chain.mined, case.world.fills) == ({}, [])


# Promise 4: nothing leaves the machine before it is in the journal, and nothing happens twice.


def killed_at_any_tap(change: Change) -> None:
    for tap in range(1, 100, 3):
        right(Case(faults=Faults(crash_at=frozenset({tap})), change=change))


def killed_at_any_tap_of_an_order_that_waits(change: Change) -> None:
    for tap in range(2, 100, 5):
        right(Case(World(keeper_delay_s=8), Faults(crash_at=frozenset({tap}), absence=lambda: 20_000), change))


def answers_that_are_lost(change: Change) -> None:
    for seed in range(8):
        right(Case(faults=Faults(way=losing(random.Random(seed))), change=change))


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
    case.faults, case.world.dark, case.deadline = Faults(), set(), 1_000
    right(case)


def a_fee_spike(change: Change) -> None:
    """Below the ceiling it is outbid; above it the slot is burned when its time is over, and nothing runs late."""
    for fee in (6, 50):
        for at in range(1, 8, 2):
            case = Case(faults=Faults(way=spiking(fee, at)), change=change)
            right(case)
            assert bool(case.world.met["burn"]) <= (fee > 20)


def spiking(fee: int, at: int) -> Way:
    """The base fee jumps just before the n-th send and stays there for two minutes."""
    sends = [0]

    def way(world: World, sent: Sent) -> str:
        sends[0] += 1
        if sends[0] == at:
            world.base_fee, world.spike_until_ms = fee, world.now_ms + 120_000
        return sent()

    return way


def blocks_that_never_were(change: Change) -> None:
    for look in range(4, 40, 6):
        for lost in GONE_OR_BACK:
            faults = Faults(reorg_at={look: (1, lost), look + 3: (2, lost)})
            right(Case(World(reorgs=True), faults, change))


def a_burn_that_never_was(change: Change) -> None:
    """A reorg takes the burn away and mines the call instead: late, which is the chain's doing, but known to us."""
    spike, burns = spiking(50, 3), [0]

    def way(world: World, sent: Sent) -> str:
        said = spike(world, sent)
        if burns[0] < world.met["burn"] and any(not mined["call"] for mined in world.chain.mined.values()):
            burns[0] += 1
            world.base_fee = world.spike_until_ms = 1
            world.reorg(1, "rival")
        return said

    case = Case(World(reorgs=True), Faults(way=way), change).settle()
    assert burns == [1]
    assert [wrong for wrong in case.wrongs() if "time to live" not in wrong] == []
    assert len(case.world.late) == 1


# Promise 5: what cannot be read stops new risk.


def what_is_dark_is_left_alone(change: Change) -> None:
    """A source that is down, or one call that reverts in a batch of many: only who asked it goes without."""
    for dark, venue in ((REST, MESSAGE), ("size/keeper", KEEPER), ("value/keeper/0", KEEPER), ("money/sync", SYNC)):
        case = Case(change=change)
        case.world.dark = {dark}
        assert case.run().exit is Exit.TEMPORARY
        assert Code.UNREADABLE in codes(case)
        assert case.world.sizes == {**WANTED, venue: 0}


def without_spot_nothing_is_traded(change: Change) -> None:
    case = Case(change=change)
    case.world.dark = {"spot"}
    assert case.run().exit is Exit.TEMPORARY
    assert {Code.UNREADABLE, Code.SPOT_UNREADABLE} <= codes(case)
    assert (case.vault.asked, case.world.fills) == ([], [])


# Promise 7: flattening is a path of its own.


def flatten_needs_no_journal_no_spot_and_no_fork(change: Change) -> None:
    case = flattening(Case(World(keeper_delay_s=2)).settle(), change)
    case.world.dark = {"fork", "spot"}
    assert case.run().exit is Exit.DONE
    assert (case.world.sizes, case.world.chain.working, case.world.exchange.stops) == (FLAT, {}, {})


def flatten_ends_with_no_order_working(change: Change) -> None:
    """The keeper sleeps on an order that opens; it is taken back, or it would fill behind our back."""
    world = World(keeper_dead_s=200)
    case = Case(world)
    case.deadline = 10
    case.run()
    assert len(world.chain.working) == 1
    case = flattening(case, change)
    assert case.run().exit is Exit.DONE
    assert world.chain.working == {}
    world.tick(300_000)
    assert world.sizes == FLAT


def flatten_fails_where_it_cannot_see(change: Change) -> None:
    case = flattening(Case().settle(), change)
    case.world.dark = {"size/keeper"}
    assert case.run().exit is Exit.TEMPORARY
    assert case.world.sizes == {**FLAT, KEEPER: -3}


def flattening(case: Case, change: Change) -> Case:
    """The same world, without its journal."""
    case.journal, case.deadline = Watched(), 1_000
    case.change = lambda house: change(replace(house, decide=make_flatten(LIMITS), wallets=()))
    return case


# Promise 9: mined is not filled.


def a_working_order_is_no_position(change: Change) -> None:
    case = Case(World(keeper_dead_s=10_000), change=change)
    case.deadline = 15
    assert case.run().exit is Exit.TEMPORARY
    assert case.journal.memory().positions[KEEPER, ETH] == Base(0)
    [waiting] = [intent for intent in case.journal.open() if intent.order_id]
    assert (waiting.venue, waiting.state) == (KEEPER, State.LANDED)
    case.deadline = 1_000
    case.world.dead_until_ms = 0
    right(case)


def a_lane_stops_behind_what_failed(change: Change) -> None:
    """The deposit reverts, though its rehearsal did not: the trade that stands behind it is never signed."""
    sends = [0]

    def way(world: World, sent: Sent) -> str:
        sends[0] += 1
        if world.chain.allowance:
            world.chain.reserve = 0
        return sent()

    case = Case(faults=Faults(way=way), change=change)
    case.run()
    signed = [payload.data for payload in case.vault.asked if isinstance(payload, EvmTx)]
    assert [b"approve" in data for data in signed[:2]] == [True, False]
    assert [data for data in signed if b"trade" in data] == []
    [failed] = [intent for intent in case.journal.all() if intent.state is State.REFUSED]
    assert failed.attempts[0].payload == case.vault.asked[-1]


def a_lane_stops_behind_what_was_burned(change: Change) -> None:
    """The slot of the deposit is burned: what follows is decided and rehearsed anew."""
    case = Case(faults=Faults(way=spiking(50, 3)), change=change)
    right(case)
    [burned] = [intent for intent in case.journal.all() if intent.state is State.VOID]
    later = [intent for intent in case.journal.all() if intent.lane == burned.lane and intent.id > burned.id]
    assert min(intent.attempts[0].payload.expires_ms for intent in later) > burned.attempts[0].payload.expires_ms


PROMISES: dict[int, tuple[Play, ...]] = {
    2: (working_orders_count, a_lagging_node_is_not_believed, a_nonce_that_is_not_ours_needs_a_person),
    3: (
        the_rehearsed_bytes_are_mined,
        a_movement_nobody_planned_stops_the_run,
        an_old_rehearsal_is_done_again,
        a_dry_run_needs_no_key,
    ),
    4: (
        killed_at_any_tap,
        killed_at_any_tap_of_an_order_that_waits,
        answers_that_are_lost,
        dark_while_sending,
        a_fee_spike,
        blocks_that_never_were,
        a_burn_that_never_was,
    ),
    5: (what_is_dark_is_left_alone, without_spot_nothing_is_traded),
    7: (
        flatten_needs_no_journal_no_spot_and_no_fork,
        flatten_ends_with_no_order_working,
        flatten_fails_where_it_cannot_see,
    ),
    9: (a_working_order_is_no_position, a_lane_stops_behind_what_failed, a_lane_stops_behind_what_was_burned),
}
"""By the promise of the product that they hold to."""
