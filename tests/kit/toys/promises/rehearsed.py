"""Promise 3: what is rehearsed is what is signed and sent."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from agent.cycle import rehearse
from agent.errors import Exit
from agent.model import Code, EvmTx, Snapshot
from agent.seams import Stage
from agent.units import Base
from tests.kit.toys.case import WANTED, Case, Change, play
from tests.kit.toys.hedge import LIMITS
from tests.kit.toys.promises.common import codes
from tests.kit.toys.vault import seal
from tests.kit.toys.words import ETH
from tests.kit.toys.world import SYNC


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
