"""The keeper as one more actor: never executes, executes late, and cancels."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Exit
from tests.faults.gmx import EXPIRY_S, SOON, left_waiting, nobody, on_creation, orders, states, told
from tests.faults.waiting import finished
from tests.kit.devnet.roles import Role
from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.broken import broken
from tests.kit.faults.case import Case
from tests.kit.faults.keeping import Keeper
from tests.kit.faults.scenes import STEPS
from tests.kit.gmx import keeper
from tests.kit.gmx.parameters import ONE, USD

pytestmark = pytest.mark.chain

SHORT = Decimal("-18.1")
LOOKS_FIRST = 6
"""Steps in which a run asks what became of the order before it takes it back: `settle` and `settled`, three times."""


def all_but(steps: Iterable[int], wanted: int) -> list[Any]:
    """The others only in the full matrix."""
    return [pytest.param(step, marks=() if step == wanted else pytest.mark.all_faults) for step in steps]


def test_nobody_executes__until_it_expires__it_is_counted_then_taken_back_and_made_anew(gmx_unhedged: Case) -> None:
    case, works = gmx_unhedged, gmx_unhedged.keeper
    case.keeper = nobody
    left_waiting(case)
    left_waiting(case)  # a restart asks for nothing twice
    assert (records.deposits(case.devnet), records.position(case.devnet)) == (1, Decimal(0))
    records.pass_time(case.devnet, EXPIRY_S + 1)
    case.keeper = works
    ended, _ = case.led()
    assert ended.exit == Exit.DONE, ended
    case.cancelled = 1
    assert_exactly_once(case)
    assert states(case) == ["refused", "done", "done"]


@pytest.mark.all_faults
def test_nobody_executes__and_the_next_one_neither__each_is_taken_back_until_a_person_must_look(
    gmx_unhedged: Case,
) -> None:
    """Three a day: then nothing is asked for any more, and all the collateral is back."""
    case = gmx_unhedged
    for n in range(1, 4):
        waiting = case.run("run", *SOON)
        assert (waiting.exit, orders(case)[-1], len(orders(case))) == (Exit.TEMPORARY, "open", n), waiting
        records.pass_time(case.devnet, EXPIRY_S + 1)
    held = case.run("run", *SOON)
    assert held.exit == Exit.PERSON, held
    assert told(held, "RETRY_CAP").startswith("3 in 24 h")
    case.changes, case.deposits, case.cancelled, case.target = 0, 0, 3, Decimal(0)
    assert_exactly_once(case)


@pytest.mark.parametrize("step", all_but(range(1, len(STEPS) + 1), STEPS.index("sent") + 1))
def test_taking_it_back__killed_before_any_step__is_ended_by_the_next_exactly_once(
    gmx_unhedged: Case, step: int
) -> None:
    case, works = gmx_unhedged, gmx_unhedged.keeper
    case.keeper = nobody
    left_waiting(case)
    records.pass_time(case.devnet, EXPIRY_S + 1)
    assert case.killed_before(LOOKS_FIRST + step) == STEPS[step - 1]
    case.keeper = works
    ended, _ = case.led()
    assert ended.exit == Exit.DONE, ended
    case.cancelled = 1
    assert_exactly_once(case)


def test_a_breakage__orders_that_wait_are_not_seen__is_caught(gmx_unhedged: Case) -> None:
    """What a restart asserts above fails."""
    gmx_unhedged.program = broken("orders that wait are not seen")
    gmx_unhedged.set("deadline_s", "8")
    gmx_unhedged.run()
    assert orders(gmx_unhedged) != ["open"]


def test_executed_late__after_the_runs_deadline__the_next_run_sees_it_and_does_nothing(gmx_unhedged: Case) -> None:
    left_waiting(gmx_unhedged)
    gmx_unhedged.keeper()
    ended = gmx_unhedged.run()
    assert ended.exit == Exit.DONE, ended
    assert states(gmx_unhedged) == ["done"]
    assert_exactly_once(gmx_unhedged)


def test_a_second_run__while_an_order_waits__is_79_and_asks_for_nothing(gmx_unhedged: Case) -> None:
    with gmx_unhedged.started(steps=True) as first:
        first.until("settled")
        second = gmx_unhedged.run()
        assert (second.exit, f"pid {first.pid}" in second.err) == (Exit.BUSY, True)
        gmx_unhedged.keeper()
        assert finished(first).exit == Exit.DONE
    assert_exactly_once(gmx_unhedged)


@pytest.mark.parametrize("times", [1, 2])
def test_cancelled__for_its_price__is_tried_again_as_a_new_order(gmx_unhedged: Case, times: int) -> None:
    gmx_unhedged.keeper = Keeper(gmx_unhedged.devnet, cancels=times)
    gmx_unhedged.cancelled = times
    ended, _ = gmx_unhedged.led("run", "--json")
    assert ended.exit == Exit.DONE, ended
    assert told(ended, "CANCELLED").count("worse than the order accepts") == times
    assert_exactly_once(gmx_unhedged)


def test_cancelled__again_and_again__ends_after_three_a_day_and_its_gas_is_told(gmx_unhedged: Case) -> None:
    """What the orders have cost is bounded by their number, and stands in the summary."""
    case = gmx_unhedged
    case.keeper = Keeper(case.devnet, cancels=100)
    before = gas_of(case)
    ended, _ = case.led("run", "--json")
    assert (ended.exit, orders(case)) == (Exit.PERSON, ["OrderCancelled"] * 3), ended
    assert told(ended, "RETRY_CAP").startswith("3 in 24 h")
    again, _ = case.led("run", "--json")
    assert (again.exit, len(orders(case))) == (Exit.PERSON, 3)
    spent = before - gas_of(case)
    assert Decimal(0) < spent < Decimal("0.02"), "of 0.066 ETH that went along"
    case.changes, case.deposits, case.cancelled, case.target = 0, 0, 3, Decimal(0)
    assert_exactly_once(case)


def test_cancelled__three_times_on_one_day__is_tried_again_on_the_next(gmx_unhedged: Case) -> None:
    """The allowance has been used up by what came back: the account gives it anew."""
    case, devnet = gmx_unhedged, gmx_unhedged.devnet
    case.keeper = Keeper(devnet, cancels=3)
    assert case.led()[0].exit == Exit.PERSON
    records.pass_time(devnet, 86_400)
    approval = devnet.exchange["Router"], 60_000 * 10**6
    devnet.chain.send(devnet.token("USDC"), "approve", *approval, sender=devnet.address(Role.ACCOUNT))
    ended, _ = case.led()
    assert ended.exit == Exit.DONE, ended
    case.cancelled = 3
    assert_exactly_once(case)


def gas_of(case: Case) -> Decimal:
    """Ether of operator and account together: what a keeper does not use comes back to the account."""
    chain = case.devnet.chain.web3.eth
    held = (chain.get_balance(case.devnet.address(role)) for role in (Role.OPERATOR, Role.ACCOUNT))
    return Decimal(sum(held)).scaleb(-18)


def set_room(case: Case, usd: int) -> None:
    devnet = case.devnet
    keeper.set_uint(devnet.gmx, usd * USD, "MAX_OPEN_INTEREST", devnet.exchange["EthMarket"], False)


def test_cancelled__for_want_of_room__is_planned_anew_within_it(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    on_creation(case, lambda: set_room(case, 20_000))
    ended, _ = case.led("run", "--json")
    assert "limit of open interest" in told(ended, "CANCELLED")
    assert ended.exit == Exit.HELD, ended
    case.cancelled, case.target = 1, Decimal(-10)
    assert_exactly_once(case)


def test_cancelled__for_want_of_any_room__is_held_and_not_tried_again(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    on_creation(case, lambda: set_room(case, 0))
    ended, _ = case.led("run", "--json")
    assert ended.exit == Exit.HELD, ended
    case.changes, case.deposits, case.cancelled, case.target = 0, 0, 1, Decimal(0)
    assert_exactly_once(case)


@pytest.mark.parametrize(("percent", "whole"), [(80, True), (300, False)])
def test_cancelled__for_want_of_collateral__is_planned_anew_with_more_or_as_far_as_it_goes(
    gmx_unhedged: Case, percent: int, whole: bool
) -> None:
    case, devnet = gmx_unhedged, gmx_unhedged.devnet
    market_token = devnet.exchange["EthMarket"]
    on_creation(
        case, lambda: keeper.set_uint(devnet.gmx, ONE * percent // 100, "MIN_COLLATERAL_FACTOR", market_token)
    )
    ended, _ = case.led("run", "--json")
    assert told(ended, "CANCELLED")
    assert (ended.exit, bool(told(ended, "COLLATERAL"))) == ((Exit.DONE, False) if whole else (Exit.PERSON, True))
    case.cancelled, case.target = 1, SHORT if whole else records.position(devnet)
    assert SHORT <= case.target < 0
    assert_exactly_once(case)


def test_a_market__closed_between_creation_and_execution__is_for_a_person(gmx_unhedged: Case) -> None:
    case, devnet = gmx_unhedged, gmx_unhedged.devnet
    on_creation(case, lambda: keeper.set_bool(devnet.gmx, True, "IS_MARKET_DISABLED", devnet.exchange["EthMarket"]))
    ended, _ = case.led("run", "--json")
    assert (ended.exit, "closed this market" in told(ended, "NOT_EXECUTABLE")) == (Exit.PERSON, True), ended
    case.changes, case.deposits, case.cancelled, case.target = 0, 0, 1, Decimal(0)
    assert_exactly_once(case)


def test_a_flatten__while_an_order_that_adds_waits__closes_what_comes_of_it(gmx_unhedged: Case) -> None:
    """It cannot be taken back yet: nothing is sent in vain."""
    case = gmx_unhedged
    left_waiting(case)
    done, _ = case.led("flatten")
    assert done.exit == Exit.DONE, done
    assert (orders(case), [tx.ok for tx in records.mined(case.devnet)]) == (["OrderExecuted"] * 2, [True] * 2)
    case.changes, case.target = 2, Decimal(0)
    assert_exactly_once(case)


def test_a_flatten__while_an_order_waits_that_nobody_executes__is_75_then_takes_it_back(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    left_waiting(case)
    early = case.run("flatten", *SOON)
    assert early.exit == Exit.TEMPORARY, early
    assert [tx.ok for tx in records.mined(case.devnet)] == [True]
    records.pass_time(case.devnet, EXPIRY_S + 1)
    late = case.run("flatten", *SOON)
    assert late.exit == Exit.DONE, late
    case.changes, case.deposits, case.cancelled, case.target = 0, 0, 1, Decimal(0)
    assert_exactly_once(case)


def _adopt(case: Case, says: str) -> None:
    """Nothing is adopted, and it says why."""
    refused = case.run("journal", "adopt", "--yes")
    assert (refused.exit, says in refused.err) == (Exit.PERSON, True), refused


def test_adopt__an_order_of_ours_waits__is_shown_and_its_fill_counts_from_there(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    left_waiting(case)
    adopted = case.run("journal", "adopt", "--yes")
    assert (adopted.exit, "which still works" in adopted.out) == (Exit.DONE, True), adopted
    case.keeper()
    _adopt(case, "ended is not known yet: let `hedgekeeper run` find out")  # else its fill would count twice
    assert case.run().exit == Exit.DONE
    assert_exactly_once(case)


def test_adopt__an_order_that_nobody_knows_waits__is_refused_until_it_has_ended(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    left_waiting(case)
    records.journal_of(case.folder).unlink()
    _adopt(case, "still works, and our journal does not know it")
    case.keeper()
    case.adopt()
    assert case.run().exit == Exit.DONE
    assert (records.position(case.devnet), orders(case)) == (case.target, ["OrderExecuted"])


def test_a_journal__lost_while_an_order_waits__asks_for_nothing_twice(gmx_unhedged: Case) -> None:
    case = gmx_unhedged
    left_waiting(case)
    records.journal_of(case.folder).unlink()
    waiting = case.run("run", *SOON)
    assert (waiting.exit, orders(case)) == (Exit.TEMPORARY, ["open"]), waiting
    case.keeper()
    found = case.run("run", *SOON)
    assert (found.exit, orders(case)) == (Exit.PERSON, ["OrderExecuted"]), found
    assert "our fills add up to no position" in told(found, "CHANGED_ASKS")
    case.adopt()
    assert case.run().exit == Exit.DONE
