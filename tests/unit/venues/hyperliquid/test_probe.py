"""What became of a message: every fate, every lost answer."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.message_slot import cloid_of
from agent.model import Cancel, Code, Draft, Fund, Intent, Memory, Outcome, Protect, State
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.fates import MEANINGS, Ending, meaning
from tests.kit.hyperliquid.faults import Kind
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, ETH

WAIT_MS = 15_000 + 5_000 + 1_000
"""Time to live, margin, and what the exchange's clock is behind itself."""


@pytest.fixture
def ready(scene: Scene) -> Scene:
    """Leverage is set: an order is one message."""
    scene.exchange.set_leverage(ACCOUNT, "ETH", 2, is_cross=False)
    return scene


def order(scene: Scene, size: str = "-4", **how: Any) -> Intent:
    [intent] = scene.sign(scene.draft(scene.trade(Base(size), **how)))
    return intent


def name_of(intent: Intent) -> str:
    return cloid_of(intent.lane, intent.attempts[0].payload.nonce)


def reason(outcome: Outcome) -> tuple[State, Code]:
    assert outcome.reason is not None
    return outcome.state, outcome.reason.code


# Orders -----------------------------------------------------------------------------------------------


def test_order__filled__is_done_with_average_price_and_fee(ready: Scene) -> None:
    ready.exchange.set_book("ETH", [(Decimal(1_999), Decimal(1)), (Decimal(1_998), Decimal(3))], [])
    intent = order(ready)
    ready.send(intent.attempts[0])
    outcome = ready.probe(intent)
    assert outcome.state is State.DONE
    assert outcome.settlement is not None
    assert (outcome.settlement.market, outcome.settlement.filled) == (ETH, Base(-4))
    assert outcome.settlement.price == Price("1998.25")
    assert outcome.settlement.fee == Usd(7_993 * Decimal("0.00045"))


@pytest.mark.parametrize("kind", [Kind.DROP_AFTER, Kind.STATUS_AFTER, Kind.GARBAGE, Kind.DUPLICATE_SECOND])
def test_order__taken_but_the_answer_lost_or_wrong__is_done_once(ready: Scene, kind: Kind) -> None:
    intent = order(ready)
    ready.exchange.inject(kind)
    with suppress(Unreadable):
        ready.send(intent.attempts[0])
    ready.send(intent.attempts[0])
    assert ready.probe(intent).state is State.DONE
    assert ready.exchange.changes_by_cloid() == {name_of(intent): 1}


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.STATUS_BEFORE])
def test_order__that_never_arrived__may_still_until_its_expiry_and_a_margin(ready: Scene, kind: Kind) -> None:
    intent = order(ready)
    ready.exchange.inject(kind)
    with suppress(Unreadable):
        ready.send(intent.attempts[0])
    expires_ms = intent.attempts[0].payload.expires_ms
    ready.wait_until(expires_ms + 5_000)
    assert ready.probe(intent).state is State.SIGNED
    ready.wait_until(expires_ms + 6_000)
    assert reason(ready.probe(intent)) == (State.VOID, Code.BURNED)


def test_order__that_arrives_late__is_still_done(ready: Scene) -> None:
    intent = order(ready)
    ready.exchange.inject(Kind.HOLD, delay_s=Decimal(14))
    with pytest.raises(Unreadable):
        ready.send(intent.attempts[0])
    assert ready.probe(intent).state is State.SIGNED
    ready.exchange.advance(14)
    assert ready.probe(intent).state is State.DONE


def test_order__filled_in_part__is_done_with_that_part(ready: Scene) -> None:
    ready.exchange.fill_partly(Decimal("0.25"))
    intent = order(ready)
    ready.send(intent.attempts[0])
    outcome = ready.probe(intent)
    assert outcome.settlement is not None
    assert (outcome.state, outcome.settlement.filled) == (State.DONE, Base(-1))


def test_order__whose_nonce_is_far_ahead__is_found_by_its_expiry(ready: Scene) -> None:
    """After a clock that ran ahead, nonces stay ahead of the exchange's time."""
    hours = 3_600_000 * 5
    ahead = Memory(nonces={ready.venue.lane: ready.exchange.now_ms + hours})
    terms = ready.read(ready.wire.terms(ahead))
    draft = ready.venue.compose(ready.leg(ready.trade(-Base(4))), ready.view(), terms)
    assert isinstance(draft, Draft)
    intent = ready.intent(draft.payloads[0])
    ready.send(intent.attempts[0])
    assert intent.attempts[0].payload.nonce == ready.exchange.now_ms + hours + 1
    assert ready.probe(intent).state is State.DONE


@pytest.mark.parametrize("status", ["filled", "canceled", "vanishedIntoThinAir"])
def test_order__whose_fills_are_listed_late__cannot_be_told_yet(ready: Scene, status: str) -> None:
    intent = order(ready)
    ready.send(intent.attempts[0])
    ready.exchange.call_status(name_of(intent), status)
    with ready.exchange.engine.at() as state:
        hidden, state.records.fills[:] = list(state.records.fills), []
    with pytest.raises(Unreadable, match=r"not every fill of order .* is listed yet"):
        ready.probe(intent)
    with ready.exchange.engine.at() as state:
        state.records.fills[:] = hidden
    assert ready.probe(intent).state is State.DONE


def test_order__whose_fills_are_never_listed__blocks_nothing_for_ever(ready: Scene) -> None:
    """The position tells: what our own fills add up to is compared with it at every look."""
    intent = order(ready)
    ready.send(intent.attempts[0])
    with ready.exchange.engine.at() as state:
        state.records.fills.clear()
    ready.exchange.advance(61)
    assert reason(ready.probe(intent)) == (State.REFUSED, Code.FOREIGN_FILL)


def test_order__that_nobody_met__is_refused(ready: Scene) -> None:
    ready.exchange.match_nothing()
    intent = order(ready)
    ready.send(intent.attempts[0])
    outcome = ready.probe(intent)
    assert reason(outcome) == (State.REFUSED, Code.CANCELLED)
    assert outcome.settlement is None


@pytest.mark.parametrize("status", sorted(MEANINGS))
def test_order__refused_or_ended_unfilled__has_a_reason(ready: Scene, status: str) -> None:
    ready.exchange.match_nothing()
    intent = order(ready)
    ready.send(intent.attempts[0])
    ready.exchange.call_status(name_of(intent), status)
    if meaning(status).ending is Ending.WORKING:
        assert ready.probe(intent).order_id
        return
    outcome = ready.probe(intent)
    assert outcome.state is State.REFUSED
    assert outcome.reason is not None
    assert outcome.reason.value.endswith(meaning(status).says)


def test_order__with_a_status_that_nobody_has_documented__is_an_end_for_a_person(ready: Scene) -> None:
    ready.exchange.match_nothing()
    intent = order(ready)
    ready.send(intent.attempts[0])
    ready.exchange.call_status(name_of(intent), "vanishedIntoThinAir")
    assert reason(ready.probe(intent)) == (State.REFUSED, Code.NOT_EXECUTABLE)


def test_order__filled_under_a_status_that_nobody_has_documented__is_done_with_its_fills(ready: Scene) -> None:
    intent = order(ready)
    ready.send(intent.attempts[0])
    ready.exchange.call_status(name_of(intent), "vanishedIntoThinAir")
    outcome = ready.probe(intent)
    assert outcome.settlement is not None
    assert (outcome.state, outcome.settlement.filled) == (State.DONE, Base(-4))


def test_reduction__cut_by_an_adl_before_it_arrived__fills_what_was_left(ready: Scene) -> None:
    ready.sells("4")
    intent = order(ready, "4", reduce_only=True)
    ready.exchange.deleverage(ACCOUNT, "ETH", Decimal(3))
    ready.send(intent.attempts[0])
    ready.exchange.advance(61)
    outcome = ready.probe(intent)
    assert outcome.settlement is not None
    assert (outcome.state, outcome.settlement.filled, ready.position()) == (State.DONE, Base(1), Base(0))


def test_order__seen_beside_an_account_of_before_it__cannot_be_told_yet(ready: Scene) -> None:
    """Its stamp would say that a lagging node has shown what it did."""
    intent = order(ready)
    ready.exchange.inject(Kind.STALE, only=["clearinghouseState"])
    ready.exchange.advance(1)
    ready.send(intent.attempts[0])
    with pytest.raises(Unreadable, match="is seen as it was before order"):
        ready.probe(intent)
    assert ready.probe(intent).state is State.DONE


# Stops, and what has no name ----------------------------------------------------------------------------


def test_stop__that_waits__is_done_and_nobody_waits_for_it(ready: Scene) -> None:
    ready.sells("4")
    intent = ready.does(Protect(market=ETH, size=Base(4), trigger=Price(2_500)))
    outcome = ready.probe(intent)
    assert outcome.settlement is not None
    assert (outcome.state, outcome.order_id, outcome.settlement.filled) == (State.DONE, None, Base(0))


def test_leverage__is_done_once_it_can_be_seen(scene: Scene) -> None:
    leverage, _ = scene.sign(scene.draft(scene.trade(-Base(4))))
    assert scene.probe(leverage).state is State.SIGNED
    scene.send(leverage.attempts[0])
    assert scene.probe(leverage).state is State.DONE


def test_leverage__never_set__is_void_with_its_time(scene: Scene) -> None:
    leverage, _ = scene.sign(scene.draft(scene.trade(-Base(4))))
    scene.wait_until(leverage.attempts[0].payload.expires_ms + 6_000)
    assert reason(scene.probe(leverage)) == (State.VOID, Code.BURNED)
    assert scene.next(leverage) is None


def fund(scene: Scene, amount: str = "100") -> Intent:
    [intent] = scene.sign(scene.draft(Fund(amount=Usd(amount))))
    return intent


@pytest.mark.parametrize("amount", ["100", "0.015", "-100"])
def test_margin__is_done_once_it_can_be_seen(ready: Scene, amount: str) -> None:
    ready.sells("4")
    ready.exchange.set_price("ETH", Decimal(1_900))
    intent, before = fund(ready, amount), ready.view().equity
    assert ready.probe(intent).state is State.SIGNED
    ready.send(intent.attempts[0])
    outcome = ready.probe(intent)
    assert outcome.settlement is not None
    assert (outcome.state, outcome.settlement.filled) == (State.DONE, Base(0))
    assert ready.view().equity - before == Usd(amount)


def test_margin__while_prices_move__is_seen_all_the_same(ready: Scene) -> None:
    ready.sells("4")
    intent = fund(ready)
    ready.exchange.set_price("ETH", Decimal(2_010))
    assert ready.probe(intent).state is State.SIGNED
    ready.send(intent.attempts[0])
    ready.exchange.set_price("ETH", Decimal(1_990))
    assert ready.probe(intent).state is State.DONE


def test_margin__never_moved__is_void_with_its_time(ready: Scene) -> None:
    ready.sells("4")
    intent = fund(ready)
    ready.wait_until(ready.exchange.now_ms + WAIT_MS)
    assert reason(ready.probe(intent)) == (State.VOID, Code.BURNED)


@pytest.mark.parametrize("sent", [True, False])
def test_margin__beside_something_else_that_changed_it__is_over_with_its_time(ready: Scene, sent: bool) -> None:
    """By hand, two dollars: nobody can tell any more. The next plan reads what there is."""
    ready.sells("4")
    intent = fund(ready)
    by_hand(ready, 2)
    if sent:
        ready.send(intent.attempts[0])
    assert ready.probe(intent).state is State.SIGNED
    ready.wait_until(ready.exchange.now_ms + WAIT_MS)
    assert ready.probe(intent).state is State.DONE


def test_margin__of_a_position_that_was_changed__is_over_with_its_time(ready: Scene) -> None:
    ready.sells("4")
    intent = fund(ready)
    ready.send(intent.attempts[0])
    ready.exchange.advance(1)
    ready.buys_back("1")
    assert ready.position() == Base(-3)
    assert ready.probe(intent).state is State.SIGNED
    ready.wait_until(ready.exchange.now_ms + WAIT_MS)
    assert ready.probe(intent).state is State.DONE


def by_hand(scene: Scene, dollars: int) -> None:
    with scene.exchange.engine.at() as state:
        held = state.accounts[ACCOUNT.lower()].positions[1]
        assert held.margin is not None
        held.margin += dollars


def test_cancel__is_done_once_the_order_is_over_and_else_void_with_its_time(ready: Scene) -> None:
    ready.sells("4")
    ready.does(Protect(market=ETH, size=Base(4), trigger=Price(2_500)))
    [never] = ready.sign(ready.draft(Cancel(order_id=ready.view().orders[0].id)))
    assert ready.probe(never).state is State.SIGNED
    ready.wait_until(ready.exchange.now_ms + WAIT_MS)
    assert reason(ready.probe(never)) == (State.VOID, Code.BURNED)
    assert len(ready.view().orders) == 1
    sent = ready.does(Cancel(order_id=ready.view().orders[0].id))
    assert ready.probe(sent).state is State.DONE
    assert ready.view().orders == ()


def test_bytes__of_a_revoked_or_expired_intent__go_out_no_more(ready: Scene) -> None:
    intent = order(ready)
    assert ready.next(intent) == intent.attempts[0].payload
    assert ready.next(replace(intent, revoked=True)) is None
    ready.wait_until(intent.attempts[0].payload.expires_ms + 1_000)
    assert ready.next(intent) is None
