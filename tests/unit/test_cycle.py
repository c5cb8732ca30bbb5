"""The line on the toys: what each step hands to the next, and what ends a leg, a lane or a run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from agent.cycle import observe, plan, rehearse
from agent.errors import Exit, Refused, Temporary
from agent.model import (
    Claim,
    Code,
    Dropped,
    EvmTx,
    Intent,
    Leg,
    Memory,
    Name,
    Payload,
    Plan,
    Reason,
    Rehearsal,
    Rules,
    Signed,
    Snapshot,
    State,
    Verdict,
)
from agent.reading import Fetch
from agent.seams import House, Stage
from agent.units import Base
from tests.kit.toys.case import WANTED, Case, Change, Faults, play
from tests.kit.toys.fetches import Tape, freeze, live, recording, transcript
from tests.kit.toys.through import ThroughJournal, ThroughVault
from tests.kit.toys.vault import seal
from tests.kit.toys.weather import spiking
from tests.kit.toys.words import ETH
from tests.kit.toys.world import API, CHAIN, EVM, KEEPER, MESSAGE, REST, STRANGER, SYNC, Sent, World


@pytest.fixture
def case() -> Case:
    """Nothing hedged yet; keepers execute within the block."""
    case = Case(World(keeper_delay_s=0))
    case.journal.begin_run("run", 0)
    return case


@pytest.fixture
def hedged(case: Case) -> Case:
    return case.settle()


def codes(reasons: Sequence[Reason]) -> list[Code]:
    return [reason.code for reason in reasons]


# Observing.


def test_observe__three_venues_on_two_sources__as_many_round_trips_as_the_deepest_venue_needs(hedged: Case) -> None:
    hedged.trips.clear()
    snapshot = play(observe(hedged.house()))
    assert hedged.trips == {CHAIN: 2, REST: 1}
    assert (len(snapshot.views), len(snapshot.held), len(snapshot.terms), snapshot.gaps) == (3, 1, 2, ())


def test_observe__from_a_transcript__is_the_same(hedged: Case) -> None:
    tape = Tape()

    async def recorded() -> Fetch:
        return recording(live(freeze(hedged.world), hedged.trips), tape)

    async def replayed() -> Fetch:
        return transcript(tape)

    seen = play(observe(replace(hedged.house(), moment=recorded)))
    hedged.world.tick(60_000)
    assert play(observe(replace(hedged.house(), moment=replayed))) == seen
    assert play(observe(hedged.house())) != seen


def test_observe__a_dark_source__is_a_gap_for_each_that_asked_it(case: Case) -> None:
    case.world.dark = {REST}
    snapshot = play(observe(case.house()))
    assert [gap.source for gap in snapshot.gaps] == [MESSAGE, API]
    assert [view.venue for view in snapshot.views] == [SYNC, KEEPER]


# Planning and rehearsing.


def test_plan__every_reason__is_in_the_diary(case: Case) -> None:
    _, wanted, verdict = play(plan(case.house()))
    assert [note["type"] for note in case.journal.notes(1)] == ["Plan", "Verdict"]
    assert verdict.legs == wanted.legs
    assert [leg.venue for leg in wanted.legs] == [SYNC, KEEPER, MESSAGE]


def test_rehearse__three_legs__end_at_their_targets_on_one_fork(case: Case) -> None:
    rehearsal = play(rehearse(case.house()))
    assert {view.venue: int(view.size(ETH).raw) for view in rehearsal.after.views} == WANTED
    assert [view.size(ETH) for view in rehearsal.before.views] == [Base(0)] * 3
    assert (case.forks.opened, case.forks.closed, rehearsal.modelled) == (1, 1, False)
    assert [played.tx for played in rehearsal.played] == [
        payload for draft in rehearsal.drafts for payload in draft.payloads if isinstance(payload, EvmTx)
    ]
    assert {tx.gas for tx in (played.tx for played in rehearsal.played)} == {1_000_000}
    assert (case.world.fills, case.world.chain.mined) == ([], {})


def test_rehearse__two_drafts_on_one_lane__take_its_nonces_in_order(case: Case) -> None:
    drafts = play(rehearse(case.house())).drafts
    on_chain = [payload.nonce for draft in drafts for payload in draft.payloads if payload.lane == EVM]
    assert on_chain == [0, 1, 2, 3, 4]


def test_rehearse__nothing_to_do__opens_no_fork(hedged: Case) -> None:
    opened = hedged.forks.opened
    assert play(rehearse(hedged.house())).drafts == ()
    assert hedged.forks.opened == opened


def test_rehearse__a_message_alone__is_modelled(case: Case) -> None:
    rehearsal = play(rehearse(_only(MESSAGE)(case.house())))
    assert (rehearsal.modelled, rehearsal.played) == (True, ())
    assert rehearsal.after.held == rehearsal.before.held


def _only(venue: Name) -> Change:
    def change(house: House) -> House:
        def decide(snapshot: Snapshot, memory: Memory) -> Plan:
            legs = house.decide(snapshot, memory).legs
            return Plan(legs=tuple(leg for leg in legs if leg.venue == venue))

        return replace(house, decide=decide)

    return change


def test_rehearse__no_fork_to_be_had__nothing_is_signed(case: Case) -> None:
    case.world.dark = {"fork"}
    report = case.run()
    assert codes(report.reasons) == [Code.REHEARSAL_UNAVAILABLE]
    assert (report.exit, case.vault.asked) == (Exit.TEMPORARY, [])


# A leg that cannot go.


def test_leg__denied_by_a_gate__the_others_go(case: Case) -> None:
    def deny(house: House) -> House:
        def check(plan: Plan, snapshot: Snapshot, memory: Memory) -> Verdict:
            verdict = house.check(plan, snapshot, memory)
            basis = (Reason(code=Code.BASIS, subject=KEEPER),)
            denied = tuple(Dropped(leg=leg, reasons=basis, by="gate") for leg in verdict.legs if leg.venue == KEEPER)
            return Verdict(legs=tuple(leg for leg in verdict.legs if leg.venue != KEEPER), dropped=denied)

        return replace(house, check=check)

    report = case.run(deny)
    assert codes(report.reasons) == [Code.BASIS]
    assert (report.exit, case.world.sizes) == (Exit.HELD, {SYNC: -4, KEEPER: 0, MESSAGE: -3})


def test_leg__impossible_for_its_venue__the_others_move_up(case: Case) -> None:
    def claim_first(house: House) -> House:
        def decide(snapshot: Snapshot, memory: Memory) -> Plan:
            claim = Leg(venue=SYNC, actions=(Claim(market=ETH),))
            return Plan(legs=(claim, *house.decide(snapshot, memory).legs[1:]))

        return replace(house, decide=decide)

    rehearsal = play(rehearse(claim_first(case.house())))
    assert [(dropped.by, codes(dropped.reasons)) for dropped in rehearsal.dropped] == [("venue", [Code.UNSUPPORTED])]
    assert [draft.payloads[0].nonce for draft in rehearsal.drafts if draft.leg.venue == KEEPER] == [0]


def test_leg__whose_lane_was_not_seen__is_dropped(case: Case) -> None:
    case.world.dark = {"base_fee"}
    report = case.run()
    assert codes(report.reasons) == [Code.UNREADABLE, Code.NOT_SEEN, Code.NOT_SEEN]
    assert case.world.sizes == {SYNC: 0, KEEPER: 0, MESSAGE: -3}


# A lane that ends.


def test_lane__the_vault_refuses__ends_and_the_other_goes_on(case: Case) -> None:
    class Strict(ThroughVault):
        def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
            if venue == KEEPER:
                raise Refused("PRICE_BOUND", "1", "2")
            return super().sign(venue, payload, rules)

    report = case.run(lambda house: replace(house, vault=house.vault and Strict(house.vault)))
    [refused] = [reason for reason in report.reasons if reason.code is Code.REFUSED]
    assert (refused.subject, refused.value) == (EVM, "PRICE_BOUND: 1 (allowed: 2)")
    assert (report.exit, case.world.sizes) == (Exit.PERSON, {SYNC: -4, KEEPER: 0, MESSAGE: -3})
    assert case.world.exchange.stops != {}


def test_lane__its_slot_taken_by_a_stranger__needs_a_person_and_the_other_goes_on(case: Case) -> None:
    def overtaken(world: World, sent: Sent) -> str:
        if not world.chain.used:
            [intent] = [intent for intent in case.journal.open() if intent.lane == EVM]
            ours = intent.attempts[0].payload
            assert isinstance(ours, EvmTx)
            world.transact(seal(SYNC, replace(ours, to=STRANGER, data=b"{}")).raw)
        return sent()

    case.faults = Faults(way=overtaken)
    report = case.run()
    assert report.exit is Exit.PERSON
    assert Code.REPLACED in codes(report.happened)
    assert Code.REPLACED in codes(report.reasons)
    assert case.world.sizes == {SYNC: 0, KEEPER: 0, MESSAGE: -3}
    assert [intent.state for intent in case.journal.all() if intent.lane == EVM] == [State.VOID]


def test_lane__at_the_deadline__ends_and_leaves_its_intent_to_the_next_run(case: Case) -> None:
    case.faults, case.deadline = Faults(way=spiking(50, 1)), 3
    report = case.run()
    assert (report.exit, Code.DEADLINE in codes(report.reasons)) == (Exit.TEMPORARY, True)
    [left] = [intent for intent in case.journal.open() if intent.lane == EVM]
    assert left.state is State.SIGNED
    case.deadline = 200
    assert case.settle().wrongs() == []


# A round that ends.


def test_round__an_order_cancelled_since_the_rehearsal__signs_nothing_of_it(case: Case) -> None:
    """What was rehearsed was rehearsed beside that order."""
    case.world.dead_until_ms, case.deadline = 10**6, 5
    case.run(_only(KEEPER))
    [order] = case.world.chain.working
    opened, case.deadline = case.forks.opened, 200

    def cancelled_meanwhile(house: House) -> House:
        @asynccontextmanager
        async def stage(snapshot: Snapshot) -> AsyncIterator[Stage]:
            async with case.forks(snapshot) as fork:
                yield fork
            if case.forks.opened == opened + 1:
                del case.world.chain.working[order]
                case.world.chain.fate[order] = {"filled": 0, "cancelled": True, "block": 0}
                case.world.tick()

        return replace(house, stage=stage)

    report = case.run(lambda house: cancelled_meanwhile(_only(SYNC)(house)))
    assert codes(report.happened) == [Code.CANCELLED]
    stale = [payload for draft in report.rehearsals[0].drafts for payload in draft.payloads]
    assert [payload for payload in stale if payload in case.vault.asked] == []
    assert case.world.sizes == {SYNC: -4, KEEPER: 0, MESSAGE: 0}


def test_round__its_rehearsal_grown_old_between_two_payloads__is_made_anew(case: Case) -> None:
    def impatient(house: House) -> House:
        def rules(rehearsal: Rehearsal, memory: Memory) -> Rules:
            return replace(house.rules(rehearsal, memory), rehearsal_until_ms=rehearsal.before.time_ms())

        return replace(_only(SYNC)(house), rules=rules)

    report = case.run(impatient)
    assert [len(rehearsal.drafts[0].payloads) for rehearsal in report.rehearsals[:2]] == [3, 3]
    assert {payload.expires_ms for payload in case.vault.asked[:2]} == {15_000, 16_000}


# A run that ends.


def test_record__cannot_be_written__nothing_is_sent(case: Case) -> None:
    class FullDisk(ThroughJournal):
        def record(self, signed: Signed, ceiling: int) -> Intent:
            raise Temporary("journal.db: no space left")

    with pytest.raises(Temporary, match=r"journal\.db: no space left"):
        case.run(lambda house: replace(house, journal=FullDisk(house)))
    assert (case.world.pool, case.world.chain.mined, case.world.exchange.seen) == ({}, {}, [])


def test_run__its_rounds_used_up__says_not_settled(case: Case) -> None:
    report = case.run(lambda house: replace(house, rounds=1))
    assert codes(report.reasons) == [Code.NOT_SETTLED]
    assert report.exit is Exit.TEMPORARY


def test_run__hedged__acts_on_nothing(hedged: Case) -> None:
    asked = len(hedged.vault.asked)
    report = hedged.run()
    assert (report.exit, report.reasons, report.rehearsals) == (Exit.DONE, (), ())
    assert len(hedged.vault.asked) == asked


def test_run__with_something_to_do__reports_what_it_acted_on(case: Case) -> None:
    report = case.run()
    assert report.exit is Exit.DONE
    assert [draft.leg.venue for draft in report.rehearsals[0].drafts] == [SYNC, KEEPER, MESSAGE]
    assert report.rehearsal.drafts == ()


def test_taps__of_one_payload__come_in_the_order_of_the_line(case: Case) -> None:
    told = list[str]()
    case.run(lambda house: replace(_only(MESSAGE)(house), tap=told.append))
    assert told[:7] == ["sign", "record", "deliver", "send", "sent", "settle", "settled"]


def test_happened__a_burned_slot__is_told_beside_how_the_run_ended(case: Case) -> None:
    case.faults = Faults(way=spiking(50, 1))
    report = case.run()
    assert (report.exit, set(codes(report.reasons))) == (Exit.HELD, {Code.FEE_ABOVE_CEILING})
    assert codes(report.happened) == [Code.BURNED]
