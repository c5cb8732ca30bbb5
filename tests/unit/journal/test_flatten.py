"""What a flatten does to the journal: what is open may be burned dearly, and a lost chain is given up."""

from agent.journal import Ledger
from agent.model import State
from tests.unit.journal.samples import CHAIN, LANE, OTHER_LANE, done, landed, message, signed, stamp, tx


def test_hold__what_is_open__may_be_burned_for_what_an_exit_may_cost(ledger: Ledger) -> None:
    finished = ledger.advance(ledger.record(signed(tx(6)), ceiling=90), done("-1"))
    ledger.record(signed(tx(7)), ceiling=90)
    ledger.record(signed(message()), ceiling=0)
    ledger.hold("flattened by run 1", {LANE: 270})
    assert {intent.lane: (intent.ceiling, intent.revoked) for intent in ledger.open()} == {
        LANE: (270, True),
        OTHER_LANE: (0, True),
    }
    assert ledger.intent(finished.id).ceiling == 90


def test_hold__a_ceiling_below_that_of_what_is_open__lowers_nothing(ledger: Ledger) -> None:
    ledger.record(signed(), ceiling=90)
    ledger.hold("flattened by run 1", {LANE: 50})
    assert [intent.ceiling for intent in ledger.open()] == [90]


def test_rewind__slots_from_there_on__are_free_again_and_stay_in_the_diary(ledger: Ledger) -> None:
    for nonce in (3, 4, 5):
        ledger.advance(ledger.record(signed(tx(nonce)), ceiling=90), done("-1", 50))
    ledger.rewind(LANE, 4, stamp(10))
    assert ledger.memory().nonces == {LANE: 3}
    assert ledger.memory().landed == {CHAIN: stamp(10)}
    assert ledger.record(signed(tx(4)), ceiling=90).state is State.SIGNED
    assert [each.intent.attempts[0].payload.nonce for each in ledger.intents(9)] == [4, 5, 4, 3]
    assert next(fact.kind for fact in ledger.facts(9)) == "rewound"


def test_rewind__what_is_open_behind_it__can_never_go(ledger: Ledger) -> None:
    ledger.advance(ledger.record(signed(tx(4)), ceiling=90), landed("-1", 50))
    behind = ledger.record(signed(tx(5)), ceiling=90)
    ledger.rewind(LANE, 4, stamp(10))
    assert ledger.intent(behind.id).state is State.VOID
    assert [intent.attempts[0].payload.nonce for intent in ledger.open()] == [4]  # its bytes may be on their way
