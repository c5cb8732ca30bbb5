"""What is written down comes back exactly, and a slot is used once."""

from pathlib import Path

import pytest

from agent.errors import HedgekeeperError, Refused
from agent.journal import Ledger
from agent.model import Code, Intent, Outcome, Receipt, State
from tests.unit.journal.samples import LANE, OTHER_LANE, done, ended, landed, message, signed, stamp, tx


def again(path: Path) -> Ledger:
    """Another process, later."""
    return Ledger(path)


def test_record__an_evm_payload__comes_back_exactly(ledger: Ledger, path: Path) -> None:
    recorded = ledger.record(signed(), ceiling=90)
    assert recorded == Intent(id=1, ceiling=90, attempts=(signed(),))
    [found] = again(path).open()
    assert found == recorded


def test_record__a_message__comes_back_exactly(ledger: Ledger, path: Path) -> None:
    recorded = ledger.record(signed(message()), ceiling=0)
    assert again(path).open() == [recorded]
    assert recorded.attempts[0].payload == message()


def test_advance__attempts_answers_and_outcomes__come_back_in_order(ledger: Ledger, path: Path) -> None:
    intent = ledger.record(signed(), ceiling=90)
    intent = ledger.advance(intent, Receipt(said="no answer"))
    intent = ledger.advance(intent, signed(tx(max_fee=30)))
    intent = ledger.advance(intent, Receipt(said="0x7"))
    intent = ledger.advance(intent, landed("-4"))
    assert again(path).open() == [intent]
    assert intent.attempts == (signed(), signed(tx(max_fee=30)))
    assert intent.said == ("no answer", "0x7")
    assert (intent.state, intent.settlement) == (State.LANDED, landed("-4").settlement)


@pytest.mark.parametrize(
    "outcome",
    [done("-4"), ended(State.REFUSED, Code.REVERTED), ended(State.VOID, Code.BURNED)],
    ids=["done", "refused", "void"],
)
def test_advance__a_final_outcome__closes_the_intent_for_good(ledger: Ledger, outcome: Outcome) -> None:
    intent = ledger.advance(ledger.record(signed(), ceiling=90), outcome)
    assert (intent.state, intent.settlement, intent.reason) == (outcome.state, outcome.settlement, outcome.reason)
    assert ledger.open() == []
    for more in (done("-4"), Receipt(said="late"), signed(tx(max_fee=30))):
        with pytest.raises(HedgekeeperError, match="for good"):
            ledger.advance(intent, more)
    assert ledger.intent(intent.id) == intent


def test_advance__back_to_signed__is_refused(ledger: Ledger) -> None:
    intent = ledger.advance(ledger.record(signed(), ceiling=90), landed("-4"))
    with pytest.raises(HedgekeeperError, match="cannot become signed again"):
        ledger.advance(intent, Outcome(state=State.SIGNED, stamp=stamp()))
    assert ledger.open() == [intent]


def test_advance__a_working_order_that_fills__names_its_order_and_then_its_fill(ledger: Ledger) -> None:
    intent = ledger.record(signed(), ceiling=90)
    working = ledger.advance(intent, Outcome(state=State.LANDED, stamp=stamp(), order_id="0xorder"))
    assert (working.order_id, working.settlement) == ("0xorder", None)
    filled = ledger.advance(working, landed("-4"))
    assert (filled.order_id, filled.settlement) == (None, landed("-4").settlement)


def test_record__a_second_signed_on_a_lane__is_refused(ledger: Ledger) -> None:
    first = ledger.record(signed(tx(7)), ceiling=90)
    with pytest.raises(Refused, match=r"intent\.lane.*one signed intent per lane"):
        ledger.record(signed(tx(8)), ceiling=90)
    assert ledger.open() == [first]
    other = ledger.record(signed(message(8)), ceiling=0)
    assert {intent.lane for intent in ledger.open()} == {LANE, OTHER_LANE}
    assert other.attempts[0].payload.nonce == 8


def test_record__a_slot_twice__is_refused(ledger: Ledger) -> None:
    ledger.advance(ledger.record(signed(), ceiling=90), ended(State.VOID, Code.BURNED))
    with pytest.raises(Refused, match=r"intent\.lane, intent\.nonce"):
        ledger.record(signed(tx(max_fee=30)), ceiling=90)


def test_open__landed_and_signed__in_the_order_of_their_slots(ledger: Ledger) -> None:
    for nonce in (9, 10):
        ledger.advance(ledger.record(signed(tx(nonce)), ceiling=90), landed("-1"))
    ledger.advance(ledger.record(signed(tx(3)), ceiling=90), done("-1"))
    ledger.record(signed(tx(11)), ceiling=90)
    assert [intent.attempts[0].payload.nonce for intent in ledger.open()] == [9, 10, 11]


def test_intents__newest_first__with_their_run_and_stamp(ledger: Ledger) -> None:
    ledger.advance(ledger.record(signed(tx(1)), ceiling=90), landed("-1", second=3))
    ledger.record(signed(tx(2)), ceiling=90)
    newest, older = ledger.intents(2)
    assert (newest.intent.id, older.intent.id) == (2, 1)
    assert (newest.stamp, older.stamp) == (None, stamp(3))
    assert ledger.intents(1) == [newest]


def test_intent__unknown__is_named(ledger: Ledger, path: Path) -> None:
    with pytest.raises(HedgekeeperError, match=f"{path}: there is no intent 99"):
        ledger.intent(99)


def test_record__before_a_run_began__is_our_own_bug(path: Path) -> None:
    with pytest.raises(RuntimeError, match="begin_run"):
        Ledger(path).record(signed(), ceiling=90)
