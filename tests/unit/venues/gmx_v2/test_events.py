"""Events of the emitter: which are taken, and what is in them."""

from dataclasses import replace

import pytest

from agent.evm_slot import Log
from agent.model import Address
from agent.venues.gmx_v2 import events, structs
from agent.venues.gmx_v2.events import (
    ClaimableFundingUpdated,
    ExecutionFeeRefund,
    FundingFeesClaimed,
    InsolventClose,
    KeeperExecutionFee,
    OrderCancelled,
    OrderCreated,
    OrderExecuted,
    OrderFrozen,
    OrderSizeDeltaAutoUpdated,
    OrderUpdated,
    PositionDecrease,
    PositionFeesCollected,
    PositionIncrease,
)
from tests.unit.venues.gmx_v2.samples import flat, shown
from tests.unit.venues.gmx_v2.transcript import EMITTER, STEPS, TRANSCRIPT, logs_of

KINDS = {
    OrderCreated: 35,
    OrderUpdated: 3,
    OrderExecuted: 16,
    OrderCancelled: 19,
    OrderFrozen: 1,
    OrderSizeDeltaAutoUpdated: 1,
    PositionIncrease: 9,
    PositionDecrease: 7,
    PositionFeesCollected: 16,
    ExecutionFeeRefund: 34,
    KeeperExecutionFee: 34,
    ClaimableFundingUpdated: 5,
    FundingFeesClaimed: 2,
    InsolventClose: 1,
}
TRADES = [step for step in STEPS if step["kind"] == "tx" and step["receipt"]["logs"]]
LOGS = [log for step in TRADES for log in logs_of(step)]
OURS = [log for log in LOGS if log.address == EMITTER]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_find__every_kind__has_the_figures_of_its_items(kind: type[object]) -> None:
    raw = events.events(LOGS, EMITTER, kind.__name__)
    found = events.find(LOGS, EMITTER, kind)
    assert len(found) == len(raw) == KINDS[kind]
    for event, each in zip(raw, found, strict=True):
        items = flat(event.items)
        assert {name: items[name] for name in shown(each) if name != "is_frozen"} == {
            name: [figure] for name, figure in shown(each).items() if name != "is_frozen"
        }


def test_find__the_first_open__is_created_executed_and_refunded_as_recorded() -> None:
    [create] = [step for step in TRADES if step["id"] == "open.create"]
    [created] = events.find(logs_of(create), EMITTER, OrderCreated)
    [execute] = [step for step in TRADES if step["n"] == 75]
    [executed] = events.find(logs_of(execute), EMITTER, OrderExecuted)
    [increase] = events.find(logs_of(execute), EMITTER, PositionIncrease)
    [refund] = events.find(logs_of(execute), EMITTER, ExecutionFeeRefund)
    trader = TRANSCRIPT["accounts"]["trader"]
    assert created.key == executed.key == increase.order_key
    assert created.order.order_type == structs.OrderType.MARKET_INCREASE
    assert (created.order.account, executed.account, refund.receiver) == (trader, trader, trader)
    assert (increase.size_in_tokens, increase.is_long) == (5 * 10**18, False)
    assert 0 < refund.refund_fee_amount < created.order.execution_fee


def test_events__the_same_bytes_from_another_contract__are_not_taken() -> None:
    forged = [replace(log, address=Address("0x" + "66" * 20)) for log in OURS]
    assert events.events(forged, EMITTER) == ()


def test_events__logs_of_other_kinds_from_the_emitter__are_passed_over() -> None:
    odd = [
        Log(address=EMITTER, topics=(), data=b""),
        Log(address=EMITTER, topics=(bytes(32), bytes(32)), data=b""),
        Log(address=EMITTER, topics=(events.EVENT_LOG_2,), data=b""),
    ]
    assert events.events(odd, EMITTER) == ()


def test_event__under_another_names_topic__is_refused() -> None:
    [log] = [log for log in OURS if log.topics[1] == events.name_hash("OrderExecuted")][:1]
    topics = (log.topics[0], events.name_hash("OrderCancelled"), *log.topics[2:])
    with pytest.raises(ValueError, match="calls itself 'OrderExecuted' under another event's topic"):
        events.find([replace(log, topics=topics)], EMITTER, OrderCancelled)


@pytest.mark.parametrize("data", [b"", OURS[0].data + bytes(32), OURS[0].data[:-32]])
def test_event__with_other_bytes_than_its_own__is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="bytes"):
        events.read_event(replace(OURS[0], data=data))


def test_as_value__of_another_event__is_refused() -> None:
    [event] = events.events(OURS, EMITTER, "OrderFrozen")
    with pytest.raises(ValueError, match="OrderFrozen is not OrderCancelled"):
        events.as_value(event, OrderCancelled)


def test_topics__the_three_logs_of_the_emitter__are_the_exchanges() -> None:
    assert events.EVENT_LOG.hex() == "7e3bde2ba7aca4a8499608ca57f3b0c1c1c93ace63ffd3741a9fab204146fc9a"
    assert events.EVENT_LOG_1.hex() == "137a44067c8961cd7e1d876f4754a5a3a75989b4552f1843fc69c3b372def160"
    assert events.EVENT_LOG_2.hex() == "468a25a7ba624ceea6e540ad6f49171b52495b648417ae91bca21676d8a24dc5"
