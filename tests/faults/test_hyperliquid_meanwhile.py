"""Beside an exchange of messages: limits are used up, keys end, accounts and journals change, one side goes dark."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from agent.errors import Exit
from tests.faults.waiting import finished
from tests.kit.faults import records
from tests.kit.faults.message_audit import assert_exactly_once
from tests.kit.faults.message_case import ACCOUNT, AGENT, COIN, MessageCase
from tests.kit.faults.message_fixtures import (
    ONE_SEED,
    hedged_once,
    message_case,
    message_chain,
    message_hedged,
    message_unhedged,
    seed,
)
from tests.kit.faults.process import Ended
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.limits import IP_WEIGHT

__all__ = ["hedged_once", "message_case", "message_chain", "message_hedged", "message_unhedged", "seed"]
pytestmark = pytest.mark.chain

ORDER, HOUR_S = "order", 3600


# Limits, permission and the account.


@pytest.mark.parametrize("seed", ONE_SEED)
def test_the_address__has_no_actions_left__reduction_trades_once_and_a_person_is_told(
    message_hedged: MessageCase,
) -> None:
    """One action each ten seconds still passes: the same bytes again do, at last."""
    message_hedged.move_spot(Decimal(-3))
    message_hedged.changes = 2
    message_hedged.exchange.exhaust_address(ACCOUNT.address)
    ended = message_hedged.disturbed("sent", lambda: message_hedged.advance(10), "run", "--json")
    assert (ended.exit, ended.codes & {"EXITS_ONLY"}) == (Exit.PERSON, {"EXITS_ONLY"})
    assert_exactly_once(message_hedged)


@pytest.mark.parametrize("seed", ONE_SEED)
def test_the_ip_address__has_no_weight_left_after_the_order__waits_and_trades_once(
    message_unhedged: MessageCase,
) -> None:
    case = message_unhedged
    case.exchange.gateway.budget.per_minute = IP_WEIGHT
    ended = case.disturbed("sent", case.exchange.exhaust_ip, "run", "--deadline", "4", nth=2)
    assert ended.exit == Exit.TEMPORARY, ended
    case.advance(61)
    assert case.run().exit == Exit.DONE
    assert_exactly_once(case)


def test_an_agent__revoked_before_its_order__order_dies_and_a_person_is_asked(message_unhedged: MessageCase) -> None:
    case = message_unhedged
    case.target, case.changes = Decimal(0), 0
    ended = dying(case, lambda: case.exchange.revoke(AGENT.address))
    assert ended.exit == Exit.PERSON, ended
    assert_exactly_once(case)


def test_an_agent__revoked_after_its_order__order_is_accounted_for_and_a_person_is_asked(
    message_unhedged: MessageCase,
) -> None:
    case = message_unhedged
    case.exchange.inject(Kind.DROP_AFTER, only=[ORDER])
    ended = case.disturbed("sent", lambda: case.exchange.revoke(AGENT.address), nth=2)
    assert ended.exit == Exit.PERSON, ended
    assert_exactly_once(case)


def test_an_agent__ends_before_its_order_arrives__order_dies_and_a_person_is_asked(
    message_unhedged: MessageCase,
) -> None:
    case, exchange = message_unhedged, message_unhedged.exchange
    case.target, case.changes = Decimal(0), 0
    now_ms = exchange.now_ms
    ended = dying(case, lambda: exchange.approve(ACCOUNT.address, AGENT.address, name="hk", valid_until_ms=now_ms))
    assert ended.exit == Exit.PERSON, ended
    assert_exactly_once(case)


def test_an_agent__ends_within_hours__only_exits_go(message_hedged: MessageCase) -> None:
    case, exchange = message_hedged, message_hedged.exchange
    exchange.approve(ACCOUNT.address, AGENT.address, name="hk", valid_until_ms=exchange.now_ms + 2 * HOUR_S * 1000)
    told = case.run("run", "--json")
    assert (told.exit, told.codes & {"EXITS_ONLY"}) == (Exit.PERSON, {"EXITS_ONLY"})
    case.target, case.changes = Decimal(0), 2
    assert case.run("flatten").exit == Exit.DONE
    assert_exactly_once(case)


@pytest.mark.parametrize("mode", ["portfolioMargin", "dexAbstraction", "somethingNew"])
def test_an_account__set_to_a_mode_that_is_not_known_in_the_middle__order_is_accounted_for_and_no_other_made(
    message_unhedged: MessageCase, mode: str
) -> None:
    case = message_unhedged
    case.exchange.inject(Kind.DROP_AFTER, only=[ORDER])
    ended = case.disturbed("sent", lambda: case.exchange.set_mode(ACCOUNT.address, mode), nth=2)
    assert ended.exit not in (Exit.DONE, Exit.BUG), ended
    assert "mode" in ended.said or "portfolio margin" in ended.said
    assert_exactly_once(case)


def test_a_nonce__taken_by_someone_else_with_the_key__order_dies_and_another_is_made(
    message_unhedged: MessageCase,
) -> None:
    """The order's own number is used up before it comes."""
    case, exchange = message_unhedged, message_unhedged.exchange

    def take() -> None:
        [_, slot] = records.slots(case.folder)
        with exchange.engine.at() as state:
            state.nonces.use(AGENT.address.lower(), slot.nonce, state.now_ms)

    ended = dying(case, take)
    assert ended.exit == Exit.DONE, ended
    assert_exactly_once(case)


def test_nonces__a_hundred_higher_ones_were_used_with_the_key__nothing_trades_and_it_is_said(
    message_unhedged: MessageCase,
) -> None:
    case, exchange = message_unhedged, message_unhedged.exchange
    case.target, case.changes = Decimal(0), 0
    with exchange.engine.at() as state:
        for number in range(100):
            state.nonces.use(AGENT.address.lower(), state.now_ms + HOUR_S * 1000 + number, state.now_ms)
    with case.started("run", "--json", steps=True) as running:
        while running.step():
            if running.steps[-1] == "sent":
                case.expire()
            running.go()
        ended = running.end()
    assert ended.exit not in (Exit.DONE, Exit.BUG), ended
    assert "BURNED" in ended.codes
    assert_exactly_once(case)


def dying(case: MessageCase, before: Callable[[], None]) -> Ended:
    """From its start to its end: something happens before its order goes out, and then the order's time is over."""
    with case.started(steps=True) as running:
        running.until("send", 2)
        before()
        running.go()
        running.until("sent")
        case.expire()
        return finished(running)


# More than one.


@pytest.mark.parametrize("command", [("run",), ("flatten", "--deadline", "1"), ("journal", "adopt", "--yes")])
def test_a_second_run__while_one_holds_the_agents_key__is_79_and_names_the_holder(
    message_unhedged: MessageCase, command: tuple[str, ...]
) -> None:
    case = message_unhedged
    with case.started(steps=True) as first:
        first.until("send")
        second = case.run(*command)
        assert second.exit == Exit.BUSY, second
        assert f"pid {first.pid}" in second.err
        if command[0] == "flatten":
            return
        assert finished(first).exit == Exit.DONE
    assert_exactly_once(case)


def test_a_journal__lost_after_the_order_arrived__position_is_not_taken_for_ours_and_nothing_doubles(
    message_unhedged: MessageCase,
) -> None:
    case = message_unhedged
    killed_and_forgotten(case, lambda: None, "sent")
    ended = case.run("run", "--json")
    assert (ended.exit, ended.codes & {"UNADOPTED"}) == (Exit.PERSON, {"UNADOPTED"})
    assert (case.position, list(case.exchange.changes_by_cloid().values())) == (case.target, [1])
    adopted = case.run("journal", "adopt", "--yes")
    assert adopted.exit == Exit.DONE, adopted
    assert case.run().exit == Exit.DONE
    assert case.position == case.target


@pytest.mark.parametrize("seed", ONE_SEED)
def test_a_journal__lost_while_the_order_is_on_its_way__nothing_is_added_until_it_must_have_arrived(
    message_unhedged: MessageCase,
) -> None:
    """Its number is not taken yet, and nobody remembers it: only its end says that it cannot come any more."""
    case = message_unhedged
    killed_and_forgotten(case, lambda: case.exchange.inject(Kind.HOLD, only=[ORDER], delay_s=Decimal(14)), "sent")
    with case.started("run", "--json") as running:
        looks = len(case.exchange.log("/info", "clearinghouseState"))
        until(lambda: len(case.exchange.log("/info", "clearinghouseState")) > looks + 6)  # more than a trade takes
        case.expire()
        ended = running.end()
    assert (ended.exit, ended.codes & {"CHANGED_ASKS"}) == (Exit.PERSON, {"CHANGED_ASKS"})
    assert (case.position, list(case.exchange.changes_by_cloid().values())) == (case.target, [1])


def until(seen: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def killed_and_forgotten(case: MessageCase, before: Callable[[], None], step: str) -> None:
    """At its second message, and its journal is gone."""
    with case.started(steps=True) as running:
        running.until("send", 2)
        before()
        running.go()
        running.until(step)
        case.kill(running)
    for file in records.journal_of(case.folder).parent.glob("journal.sqlite*"):
        file.unlink()


# Two systems.


def test_the_chain_of_the_coins__goes_dark__position_stays_and_is_75(message_hedged: MessageCase) -> None:
    case = message_hedged
    case.set("rpc", '["http://127.0.0.1:9"]')
    ended = case.run("run", "--json")
    assert (ended.exit, ended.codes & {"SPOT_UNREADABLE"}) == (Exit.TEMPORARY, {"SPOT_UNREADABLE"})
    assert case.exchange.log("/exchange") == []
    assert_exactly_once(case)


def test_the_chain_of_the_coins__goes_dark_while_an_order_is_open__order_is_ended_and_no_other_made(
    message_unhedged: MessageCase,
) -> None:
    case = message_unhedged
    with case.started(steps=True) as running:
        running.until("sent", 2)
        case.kill(running)
    case.set("rpc", '["http://127.0.0.1:9"]')
    ended = case.run("run", "--json")
    assert ended.exit == Exit.TEMPORARY, ended
    assert_exactly_once(case)


def test_the_chain_of_the_coins__is_dark__a_flatten_closes_all_the_same(message_hedged: MessageCase) -> None:
    case = message_hedged
    case.target, case.changes = Decimal(0), 2
    case.set("rpc", '["http://127.0.0.1:9"]')
    ended = case.run("flatten")
    assert ended.exit == Exit.DONE, ended
    assert_exactly_once(case)


def test_the_exchange__goes_dark__is_75_and_comes_back_to_the_hedge(message_hedged: MessageCase) -> None:
    case = message_hedged
    case.move_spot(Decimal(-3))
    case.exchange.inject(Kind.STATUS_BEFORE, path="/info", times=None)
    ended = case.run("run", "--json")
    assert (ended.exit, ended.codes & {"NOT_SEEN"}) == (Exit.TEMPORARY, {"NOT_SEEN"})
    assert case.exchange.log("/exchange") == []
    case.exchange.clear_faults()
    case.changes = 2
    assert case.run().exit == Exit.DONE
    assert_exactly_once(case)


def test_the_exchange__goes_dark_with_an_order_out__is_75_and_the_next_run_ends_it(
    message_unhedged: MessageCase,
) -> None:
    case = message_unhedged

    def dark() -> None:
        case.exchange.inject(Kind.DROP_AFTER)
        case.exchange.inject(Kind.STATUS_BEFORE, path="/info", times=None)

    ended = case.disturbed("send", dark, "run", "--deadline", "4", nth=2)
    assert ended.exit == Exit.TEMPORARY, ended
    case.exchange.clear_faults()
    case.expire()
    assert case.run().exit == Exit.DONE
    assert_exactly_once(case)


def test_a_position__taken_by_the_exchange_itself__is_told_and_made_up_for_once(message_hedged: MessageCase) -> None:
    case = message_hedged
    case.changes = 2
    case.exchange.deleverage(ACCOUNT.address, COIN, Decimal(5))
    case.exchange.inject(Kind.DROP_AFTER, only=[ORDER])
    ended = case.run("run", "--json")
    assert (ended.exit, ended.codes & {"CHANGED"}) == (Exit.DONE, {"CHANGED"})
    assert_exactly_once(case)


def test_a_position__liquidated__a_person_must_look_and_nothing_is_added(message_hedged: MessageCase) -> None:
    case = message_hedged
    case.exchange.liquidate(ACCOUNT.address, COIN)
    ended = case.run("run", "--json")
    assert (ended.exit, ended.codes & {"CHANGED_ASKS"}) == (Exit.PERSON, {"CHANGED_ASKS"})
    assert case.position != case.target
    assert case.exchange.log("/exchange") == []
