"""Between the program and an exchange of messages: answers get lost, requests come late or twice.

The program is the real one; what it concludes must be what the exchange has done.
"""

from decimal import Decimal

import pytest

from agent.errors import Exit
from tests.faults.waiting import finished
from tests.kit.faults import records
from tests.kit.faults.message_audit import assert_exactly_once
from tests.kit.faults.message_case import ACCOUNT, AGENT, COIN, SEEDS, MessageCase
from tests.kit.faults.message_fixtures import (
    ONE_SEED,
    each_seed,
    hedged_once,
    message_case,
    message_chain,
    message_hedged,
    message_unhedged,
    seed,
)
from tests.kit.hyperliquid.faults import Kind

__all__ = ["hedged_once", "message_case", "message_chain", "message_hedged", "message_unhedged", "seed"]
pytestmark = pytest.mark.chain

ORDER, LEVERAGE, MARGIN = "order", "updateLeverage", "updateIsolatedMargin"
LOST = (Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.STATUS_BEFORE, Kind.STATUS_AFTER, Kind.GARBAGE)
TWICE = (Kind.DUPLICATE_FIRST, Kind.DUPLICATE_SECOND)
HOUR_S, DAY_S = 3600, 86_400
OVER_S = 17
"""A message's time is over, and it may still be found to have arrived before."""


# Answers.


@each_seed(*LOST, *TWICE)
def test_an_order__answer_lost_or_wrong__trades_once(message_unhedged: MessageCase, how: Kind) -> None:
    message_unhedged.exchange.inject(how, only=[ORDER])
    done = message_unhedged.run()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER, *TWICE])
def test_a_leverage__answer_lost_or_wrong__is_set_once_and_the_order_follows(
    message_unhedged: MessageCase, kind: Kind
) -> None:
    message_unhedged.exchange.inject(kind, only=[LEVERAGE])
    done = message_unhedged.run()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


def test_every_answer__lost_forever__each_order_still_trades_once(message_unhedged: MessageCase) -> None:
    message_unhedged.exchange.inject(Kind.DROP_AFTER, times=None)
    done = message_unhedged.run()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


def test_an_order__answered_after_the_client_gave_up__trades_once(message_unhedged: MessageCase) -> None:
    """Real seconds: it is carried out at once, and the answer comes when nobody waits for it any more."""
    message_unhedged.exchange.inject(Kind.DELAY_AFTER, only=[ORDER], delay_s=Decimal(8))
    done = message_unhedged.run()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


# Time.


@each_seed((2, 0), (16, 1), (9, 0))
def test_an_order__on_its_way_when_the_program_dies__is_not_made_again_while_it_may_arrive(
    message_unhedged: MessageCase, how: tuple[int, int]
) -> None:
    """Nobody knows where it is: the next run sends the very same, and whichever comes second is refused."""
    delay_s, message_unhedged.late = how
    message_unhedged.exchange.inject(Kind.HOLD, only=[ORDER], delay_s=Decimal(delay_s))
    with message_unhedged.started(steps=True) as running:
        running.until("sent", 2)
        message_unhedged.kill(running)
    done = message_unhedged.run()
    message_unhedged.expire()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("seed", ONE_SEED)
def test_an_order__never_arrives_before_its_end__dies_and_another_is_made(message_unhedged: MessageCase) -> None:
    message_unhedged.exchange.inject(Kind.DROP_BEFORE, only=[ORDER])
    done = message_unhedged.expired(nth=2)
    assert done.exit == Exit.DONE, done
    assert [slot.reason for slot in records.slots(message_unhedged.folder)] == [None, "BURNED", None]
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("seed", ONE_SEED)
def test_an_order__arrives_after_its_end__does_nothing(message_unhedged: MessageCase) -> None:
    message_unhedged.exchange.inject(Kind.HOLD, only=[ORDER], delay_s=Decimal(18))
    message_unhedged.late = 1
    done = message_unhedged.expired(nth=2)
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


def test_a_leverage__never_arrives_before_its_end__is_set_by_another(message_unhedged: MessageCase) -> None:
    message_unhedged.exchange.inject(Kind.DROP_BEFORE, only=[LEVERAGE])
    done = message_unhedged.expired()
    assert done.exit == Exit.DONE, done
    kinds = [each.kind for each in message_unhedged.exchange.log("/exchange") if each.fault is None]
    assert kinds == [LEVERAGE, ORDER]
    assert [slot.reason for slot in records.slots(message_unhedged.folder)] == ["BURNED", None, None]
    assert_exactly_once(message_unhedged)


@each_seed(None, Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.STATUS_AFTER, Kind.GARBAGE, Kind.DUPLICATE_SECOND)
def test_margin__moved_beside_what_is_sold__is_moved_once_and_seen_at_once_whatever_is_answered(
    message_hedged: MessageCase, how: Kind | None
) -> None:
    """It has no name to ask for: the position shows it, and the order follows within its time."""
    lacks_margin(message_hedged)
    if how:
        message_hedged.exchange.inject(how, only=[MARGIN])
    done = message_hedged.run()
    assert done.exit == Exit.DONE, done
    posts = message_hedged.exchange.log("/exchange")
    assert len([each for each in posts if each.kind == MARGIN]) <= 1 + bool(how)
    assert posts[-1].time_ms - posts[0].time_ms < 10_000
    assert [slot.reason for slot in records.slots(message_hedged.folder)] == [None] * 4
    assert_moved_once(message_hedged)


@each_seed((6, 0), (20, 1))
def test_margin__on_its_way_when_the_program_dies__is_moved_once(
    message_hedged: MessageCase, how: tuple[int, int]
) -> None:
    """It comes before its end, and is seen; or after it, and another is made."""
    delay_s, message_hedged.late = how
    lacks_margin(message_hedged)
    message_hedged.exchange.inject(Kind.HOLD, only=[MARGIN], delay_s=Decimal(delay_s))
    with message_hedged.started(steps=True) as running:
        running.until("sent")
        message_hedged.kill(running)
    message_hedged.advance(delay_s + 1)
    done = message_hedged.run()
    assert done.exit == Exit.DONE, done
    assert_moved_once(message_hedged)


@pytest.mark.parametrize("seed", ONE_SEED)
def test_margin__refused_by_the_exchange__is_not_posted_again_and_dies_with_its_time(
    message_hedged: MessageCase,
) -> None:
    """Whatever the words: it has arrived, and the next round reads what there is."""
    lacks_margin(message_hedged)
    refusal = '{"status":"err","response":"Later."}'
    message_hedged.exchange.inject(Kind.STATUS_BEFORE, only=[MARGIN], status=200, body=refusal)
    done = message_hedged.expired()
    assert done.exit == Exit.DONE, done
    assert len(message_hedged.exchange.log("/exchange", MARGIN)) == 2
    assert [slot.reason for slot in records.slots(message_hedged.folder)] == [None, None, "BURNED", None, None]
    assert_moved_once(message_hedged)


def lacks_margin(case: MessageCase) -> None:
    """More is to be sold, and the short is under water."""
    case.exchange.set_price(COIN, Decimal(2005))
    case.move_spot(Decimal(3))
    case.changes = 2


def assert_moved_once(case: MessageCase) -> None:
    """What the exchange carried out."""
    done = [each for each in case.exchange.log("/exchange", MARGIN) if '"ok"' in each.answer]
    assert len({each.body["nonce"] for each in done}) == len(done) == 1
    assert_exactly_once(case)


def test_a_host__sleeps_over_its_orders_end__sends_nothing_that_is_over(message_unhedged: MessageCase) -> None:
    with message_unhedged.started(steps=True) as running:
        running.until("deliver", 2)
        message_unhedged.advance(OVER_S)
        done = finished(running)
    assert done.exit == Exit.DONE, done
    assert len(message_unhedged.exchange.log("/exchange", ORDER)) == 1
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("ahead_s", [40 * DAY_S, HOUR_S])
def test_a_host__clock_is_far_behind_the_exchanges__is_not_asked(message_unhedged: MessageCase, ahead_s: int) -> None:
    """Nonce, expiry and the search for fills are by the exchange's own time."""
    message_unhedged.exchange.approve(ACCOUNT.address, AGENT.address, name="hk")
    message_unhedged.advance(ahead_s)
    message_unhedged.refresh_prices()
    message_unhedged.exchange.inject(Kind.DROP_AFTER, only=[ORDER])
    done = message_unhedged.run()
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


# Readings.


@each_seed(["clearinghouseState"], ["orderStatus"], ["orderStatus", "userFillsByTime"], [])
def test_a_reading__from_a_node_that_has_not_seen_the_order__is_asked_again_and_nothing_doubles(
    message_unhedged: MessageCase, how: list[str]
) -> None:
    def stale() -> None:
        message_unhedged.exchange.inject(Kind.STALE, only=how, times=6)

    done = message_unhedged.disturbed("send", stale, nth=2)
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.STATUS_BEFORE, Kind.GARBAGE])
def test_a_reading__does_not_come_while_an_order_is_open__waits_and_sends_nothing_else(
    message_unhedged: MessageCase, kind: Kind
) -> None:
    def dark() -> None:
        message_unhedged.exchange.inject(kind, path="/info", times=5)

    done = message_unhedged.disturbed("sent", dark, nth=2)
    assert done.exit in (Exit.DONE, Exit.TEMPORARY), done
    assert message_unhedged.run().exit == Exit.DONE
    assert len(message_unhedged.exchange.log("/exchange", ORDER)) == 1
    assert_exactly_once(message_unhedged)


# The book.


@each_seed(None, Kind.DROP_AFTER, Kind.DUPLICATE_SECOND)
def test_an_order__filled_in_part__the_rest_is_another_order(message_unhedged: MessageCase, how: Kind | None) -> None:
    """Beside the margin that the first part has used up."""
    message_unhedged.exchange.fill_partly(Decimal("0.4"))
    if how:
        message_unhedged.exchange.inject(how, only=[ORDER])
    message_unhedged.changes = 2
    done = message_unhedged.expired(nth=4)
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_order__finds_nobody__is_over_and_another_is_made(message_unhedged: MessageCase) -> None:
    """Some exchanges forget what they refused: then it is over when its time is."""
    message_unhedged.exchange.match_nothing()
    done = message_unhedged.expired(nth=2)
    assert done.exit == Exit.DONE, done
    assert_exactly_once(message_unhedged)


def test_an_order__finds_nobody_ever__ends_and_says_so(message_unhedged: MessageCase) -> None:
    message_unhedged.exchange.match_nothing(times=100)
    message_unhedged.target, message_unhedged.changes = Decimal(0), 0
    ended = message_unhedged.run("run", "--json")
    assert (ended.exit, ended.codes & {"CANCELLED", "RETRY_CAP"}) == (Exit.PERSON, {"CANCELLED", "RETRY_CAP"})
    assert_exactly_once(message_unhedged)
