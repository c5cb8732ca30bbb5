"""The machine under the program: two runs at once, a full disk, a journal from the future, a host that sleeps."""

import sqlite3
from contextlib import closing

import pytest

from tests.faults.waiting import finished, slot, trade_waits
from tests.kit.devnet import market
from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once, audit
from tests.kit.faults.case import Case
from tests.kit.faults.scenes import STEPS

pytestmark = pytest.mark.chain

TTL_S = 180


@pytest.mark.parametrize("command", [("run",), ("journal", "adopt", "--yes")])
def test_a_second_run__while_one_holds_the_lane__is_79_and_names_the_holder(
    unhedged: Case, command: tuple[str, ...]
) -> None:
    with unhedged.started(steps=True) as first:
        first.until("send")
        second = unhedged.run(*command)
        assert second.exit == 79
        assert f"pid {first.pid}" in second.err
        assert finished(first).exit == 0
    assert_exactly_once(unhedged)


def test_a_killed_run__leaves_no_lock(unhedged: Case) -> None:
    assert unhedged.killed_before(4)
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("step", STEPS)
def test_a_disk__full_before_any_step_of_the_trade__is_75_and_nothing_is_sent_unrecorded(
    unhedged: Case, step: str
) -> None:
    with unhedged.started(steps=True) as running:
        running.until(step, 3)
        running.fill_disk(max(file.stat().st_size for file in records.journal_of(unhedged.folder).parent.iterdir()))
        ended = finished(running)
    assert (ended.exit, ended.out) == (75, "")
    assert "the journal cannot be written" in ended.err
    assert "Free some disk space and run again" in ended.err
    assert not [problem for problem in audit(unhedged) if problem.startswith(("lost", "double"))]
    recovered = unhedged.run()
    assert recovered.exit == 0, recovered
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("largest_file", [0, 40_000])
def test_a_disk__full_from_the_start__is_75_and_nothing_is_done(unhedged: Case, largest_file: int) -> None:
    with unhedged.started() as running:
        running.fill_disk(largest_file)
        ended = running.end()
    assert (ended.exit, ended.out) == (75, "")
    assert "the journal cannot be written" in ended.err
    assert records.mined(unhedged.devnet) == []
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("command", [("run",), ("journal",), ("journal", "adopt", "--yes")])
def test_a_journal__from_a_newer_version__is_78_with_advice(hedged: Case, command: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(records.journal_of(hedged.folder))) as db:
        db.execute("PRAGMA user_version = 99")
    ended = hedged.run(*command)
    assert (ended.exit, ended.out) == (78, "")
    assert "version 99" in ended.err
    assert "Upgrade hedgekeeper; do not delete the journal" in ended.err
    assert_exactly_once(hedged)


@pytest.mark.parametrize(
    ("nth", "step", "became"),
    [
        (1, "deliver", "BURNED"),
        (2, "deliver", "BURNED"),
        (3, "deliver", "BURNED"),
        (3, "send", "REVERTED"),
    ],
)
def test_a_host__sleeps_past_the_time_to_live__what_was_signed_never_trades(
    unhedged: Case, nth: int, step: str, became: str
) -> None:
    """Asleep between looking and sending, the trade still goes out: then the exchange refuses it for its deadline."""
    with unhedged.started(steps=True) as running:
        running.until(step, nth)
        running.sleep()
        market.pass_time(unhedged.devnet, TTL_S + 1)
        running.wake()
        assert finished(running).exit == 0
    assert slot(unhedged, nth - 1).reason == became
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("step", ["deliver", "send"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_host__dies_and_comes_back_too_late__slot_is_burned_and_the_hedge_made_anew(
    unhedged: Case, nth: int, step: str
) -> None:
    with unhedged.started(steps=True) as running:
        running.until(step, nth)
        unhedged.kill(running)
    market.pass_time(unhedged.devnet, TTL_S + 1)
    assert unhedged.run().exit == 0
    burned = slot(unhedged, nth - 1)
    assert (burned.state, burned.reason, len(burned.attempts)) == ("void", "BURNED", 2)
    assert_exactly_once(unhedged)


def test_a_host__dies_while_its_trade_waits__the_burn_outbids_it(unhedged: Case) -> None:
    """The pool still holds the old trade when the next run comes, too late: only one of the two can be mined."""
    chain = unhedged.devnet.chain
    with unhedged.started(steps=True) as running:
        trade_waits(unhedged, running)
        unhedged.kill(running)
    chain.rpc("evm_increaseTime", TTL_S + 1)
    with unhedged.started(steps=True) as running:
        running.until("sent")
        chain.rpc("evm_mine")
        chain.rpc("evm_setAutomine", True)
        assert finished(running).exit == 0
    assert slot(unhedged, 2).reason == "BURNED"
    assert_exactly_once(unhedged)
