"""Between the program and the chain: answers get lost, transactions are dropped, wait, or are outbid."""

import pytest

from tests.faults.waiting import finished, slot, trade_waits
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.proxy import SEND, Drop, proxy

pytestmark = pytest.mark.chain

GWEI = 10**9
TRADE = 2
"""The nonce of the trade in a first hedge, after approval and deposit."""


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("drop", list(Drop))
def test_a_send__connection_breaks_once__transaction_is_mined_once(unhedged: Case, nth: int, drop: Drop) -> None:
    with proxy(unhedged.devnet.url) as node, unhedged.through(node.url):
        node.only = {SEND}
        node.before_send = lambda: setattr(node, "drop", drop if node.sends == nth else None)
        assert unhedged.run().exit == 0
        assert node.sends == 3 + (drop is Drop.BEFORE)
    assert_exactly_once(unhedged)


def test_a_send__answer_is_always_lost__every_transaction_is_mined_once(unhedged: Case) -> None:
    with proxy(unhedged.devnet.url) as node, unhedged.through(node.url):
        node.only, node.drop = {SEND}, Drop.AFTER
        assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


def test_a_transaction__node_refuses_it_and_keeps_it__is_mined_once(unhedged: Case) -> None:
    """What a node says is a hint: the slot decides."""
    with proxy(unhedged.devnet.url) as node, unhedged.through(node.url):
        node.lies[SEND] = lambda params, ref: "0x" + "00" * 32
        assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


def test_a_transaction__pool_drops_it__same_bytes_are_sent_again(unhedged: Case) -> None:
    chain = unhedged.devnet.chain
    with unhedged.started(steps=True) as running:
        trade_waits(unhedged, running)
        [sent] = slot(unhedged, TRADE).attempts
        chain.rpc("anvil_dropTransaction", sent)
        running.go()
        running.until("sent")
        chain.rpc("evm_mine")
        assert finished(running).exit == 0
    assert list(slot(unhedged, TRADE).attempts) == [sent]
    assert_exactly_once(unhedged)


def test_a_transaction__killed_after_it_was_dropped__next_run_sends_the_same_bytes(unhedged: Case) -> None:
    with unhedged.started(steps=True) as running:
        trade_waits(unhedged, running)
        [sent] = slot(unhedged, TRADE).attempts
        unhedged.devnet.chain.rpc("anvil_dropTransaction", sent)
        unhedged.devnet.chain.rpc("evm_setAutomine", True)
        unhedged.kill(running)
    assert unhedged.run().exit == 0
    assert list(slot(unhedged, TRADE).attempts) == [sent]
    assert_exactly_once(unhedged)


def test_a_transaction__never_mined_before_the_deadline__ends_with_75_and_next_run_ends_it(unhedged: Case) -> None:
    with unhedged.started("run", "--deadline", "6", steps=True) as running:
        trade_waits(unhedged, running)
        assert finished(running).exit == 75
    unhedged.devnet.chain.rpc("evm_mine")
    unhedged.devnet.chain.rpc("evm_setAutomine", True)
    assert unhedged.run().exit == 0
    assert len(slot(unhedged, TRADE).attempts) == 1
    assert_exactly_once(unhedged)


def test_a_transaction__fees_leave_it_behind__only_its_bid_is_raised(unhedged: Case) -> None:
    chain = unhedged.devnet.chain
    with unhedged.started(steps=True) as running:
        trade_waits(unhedged, running)
        chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
        running.go()
        running.until("sent")
        chain.rpc("evm_mine")
        assert finished(running).exit == 0
    first, second = slot(unhedged, TRADE).payloads
    assert first["max_fee"] < 20 * GWEI < second["max_fee"] <= 50 * GWEI
    assert [first[name] for name in ONLY_FEES_RISE] == [second[name] for name in ONLY_FEES_RISE]
    assert_exactly_once(unhedged)


ONLY_FEES_RISE = ("nonce", "to", "data", "value", "gas")


def test_a_transaction__fees_above_the_ceiling__waits_and_is_mined_when_they_fall(unhedged: Case) -> None:
    chain = unhedged.devnet.chain
    with unhedged.started("run", "--deadline", "6", steps=True) as running:
        trade_waits(unhedged, running)
        chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(80 * GWEI))
        assert finished(running).exit == 75
    assert all(payload["max_fee"] <= 50 * GWEI for payload in slot(unhedged, TRADE).payloads)
    chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI))
    chain.rpc("evm_setAutomine", True)
    chain.rpc("evm_mine")
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)
