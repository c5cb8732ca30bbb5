"""A position that changed between two runs: what the line makes of it, on the toys."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import Hedge, Limits, make_check, make_decide, make_flatten
from agent.hedge.gates import GATES, position
from agent.hedge.policies.full import Full
from agent.hedge.strangers import ANSWERS
from agent.model import Answer, Cause, Code, Happening, Name, Reason, View
from agent.reading import Reading
from agent.seams import House
from agent.units import Base
from tests.kit.toys.case import Case, Faults
from tests.kit.toys.hedge import Cold
from tests.kit.toys.sync import Sync
from tests.kit.toys.words import ETH
from tests.kit.toys.world import CHAIN, EVM, KEEPER, SIZE_DECIMALS, SYNC, USD_DECIMALS, World

DAY_MS = 24 * 3600 * 1000
COIN = 10**SIZE_DECIMALS
CHANGES = (Code.CHANGED, Code.CHANGED_HELD, Code.CHANGED_ASKS, Code.FOREIGN_FILL)
STRANGE = tuple(row for row in GATES if row[0] is position.strange_position)


def hedging(
    venue: Name = SYNC,
    world: World | None = None,
    faults: Faults | None = None,
    answers: Mapping[Cause, Answer] = ANSWERS,
) -> Case:
    """10 ETH, to be short at one venue."""
    hedge = Hedge(
        underlying=ETH, policy=Full(), wallets=(Cold.name,), venues=(venue,), cooldown_s=0, on_change=answers
    )
    decide, check = make_decide([hedge], Limits()), make_check([hedge], Limits(), {venue: EVM}, STRANGE)

    def alone(house: House) -> House:
        return replace(house, venues={venue: house.venues[venue]}, decide=decide, check=check)

    case = Case(world, faults, change=alone)
    case.world.chain.money[venue] = 100_000 * 10**USD_DECIMALS
    return case


def hedged(answers: Mapping[Cause, Answer] = ANSWERS) -> Case:
    return ran(hedging(answers=answers))


def ran(case: Case) -> Case:
    case.run()
    case.world.wait(5_000)
    return case


def short(case: Case, venue: Name = SYNC) -> Base:
    return -Base.from_int(case.world.chain.size[venue], SIZE_DECIMALS)


def told(case: Case) -> list[Reason]:
    """What the last run said of changes, wherever it said it."""
    report = case.reports[-1]
    found = (*report.happened, *report.reasons)
    return list(dict.fromkeys(reason for reason in found if reason.code in CHANGES))


def known(case: Case, venue: Name = SYNC) -> Base:
    return case.journal.memory().positions[venue, ETH]


def test_adl__between_two_runs__is_named_hedged_again_and_told_once() -> None:
    case = hedged()
    case.world.meddle(SYNC, Cause.ADL, 4 * COIN)
    assert (short(case), known(case)) == (Base(6), Base(-10))
    ran(case)
    [change] = told(case)
    assert change.code is Code.CHANGED
    assert change.value.startswith("auto-deleveraged, 4 at 2,000 (outside")
    assert (short(case), known(case), case.reports[-1].exit) == (Base(10), Base(-10), Exit.DONE)
    assert [fact.detail for fact in case.journal.facts(10) if fact.kind == "changed"] == [change.value]
    assert told(ran(case)) == []


def test_change__explained_or_none__costs_no_look_of_its_own_next_time() -> None:
    case = hedged()
    ran(case)
    usual, before = case.trips[CHAIN], case.trips[CHAIN]
    ran(case)
    usual = case.trips[CHAIN] - before
    case.world.meddle(SYNC, Cause.TRADE, 4 * COIN)
    before = case.trips[CHAIN]
    ran(case)
    assert case.trips[CHAIN] - before == usual + 1


class Silent(Sync):
    """It may be asked for everything but for what happened."""

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        raise AssertionError("nobody waits for that")


def test_exit__from_a_position_that_changed__asks_nobody_what_happened() -> None:
    case = hedged()
    case.world.meddle(SYNC, Cause.TRADE, 4 * COIN)

    def exits(house: House) -> House:
        return replace(house, venues={SYNC: Silent()}, decide=make_flatten(Limits()), wallets=(), asks=False)

    case.run(exits)
    assert short(case) == Base(0)


@pytest.mark.parametrize(
    ("answer", "code", "ended"),
    [("hold", Code.CHANGED_HELD, Exit.HELD), ("ask", Code.CHANGED_ASKS, Exit.PERSON)],
)
def test_liquidation__held_or_asked__adds_nothing_until_it_is_adopted(
    answer: Answer, code: Code, ended: Exit
) -> None:
    case = hedged({**ANSWERS, Cause.LIQUIDATION: answer})
    case.world.meddle(SYNC, Cause.LIQUIDATION, 4 * COIN)
    for _ in range(2):
        ran(case)
        assert {reason.code for reason in told(case)} == {code}
        assert (short(case), known(case), case.reports[-1].exit) == (Base(6), Base(-10), ended)
    case.journal.adopt({(SYNC, ETH): Base(-6)}, {}, {})
    ran(case)
    assert (told(case), short(case), case.reports[-1].exit) == ([], Base(10), Exit.DONE)


def test_change__while_nothing_ran_for_a_weekend__is_still_found() -> None:
    case = hedged()
    case.world.meddle(SYNC, Cause.ADL, 4 * COIN)
    case.world.now_ms += 2 * DAY_MS
    assert [reason.code for reason in told(ran(case))] == [Code.CHANGED]


@pytest.mark.parametrize("why", ["too long ago", "its records do not answer", "of no record"])
def test_change__of_unknown_cause__calls_a_person(why: str) -> None:
    case = hedged()
    case.world.meddle(SYNC, Cause.ADL, 4 * COIN)
    if why == "too long ago":
        case.world.now_ms += 4 * DAY_MS
    elif why == "of no record":
        case.world.chain.events.clear()
    else:
        case.world.dark.add("events")
    ran(case)
    assert {reason.code for reason in told(case)} == {Code.FOREIGN_FILL}
    silent = {f"the records of {SYNC} could not be read" in reason.value for reason in told(case)}
    assert silent == {why == "its records do not answer"}
    assert (short(case), case.reports[-1].exit) == (Base(6), Exit.PERSON)


def test_fill_of_our_own__that_the_records_missed__is_taken_without_a_person() -> None:
    """A payload that was given up for dead, and was not."""
    case = hedged()
    case.world.wait(5_000)
    case.journal.adopt({(SYNC, ETH): Base(0)}, {}, {})
    ran(case)
    [change] = told(case)
    assert change.code is Code.CHANGED
    assert change.value.startswith("a fill of ours that the records missed, 10 at 2,000")
    assert (short(case), known(case), case.reports[-1].exit) == (Base(10), Base(-10), Exit.DONE)


@pytest.mark.parametrize("look", range(2, 12))
def test_order_of_our_own__filled_just_before_any_look__is_no_change_and_counts_once(look: int) -> None:
    """Between the probe of an order and the look at the position, the keeper may fill it."""

    def fills(world: World, now: int) -> None:
        for ref in list(world.chain.working) if now >= look else ():
            world.execute(ref)

    case = hedging(KEEPER, World(keeper_delay_s=1_000), Faults(before_look=fills))
    for _ in range(3):
        ran(case)
        assert told(case) == []
    assert (short(case, KEEPER), known(case, KEEPER)) == (Base(10), Base(-10))
    assert [venue for venue, _ in case.world.fills] == [KEEPER]


def test_collateral__taken_home_between_two_runs__is_told_once_and_changes_nothing() -> None:
    case = hedged()
    case.world.meddle(SYNC, Cause.FUNDS, amount=-1_000 * 10**USD_DECIMALS)
    ran(case)
    [change] = told(case)
    assert (change.code, change.subject) == (Code.CHANGED, SYNC)
    assert change.value.startswith("1,000 USD of collateral left (outside")
    assert (short(case), known(case), case.reports[-1].exit) == (Base(10), Base(-10), Exit.DONE)
    assert told(ran(case)) == []
