"""The journal against a model of it in plain Python, in any order of steps, read again from the file at any time."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.errors import Refused
from agent.journal import Ledger
from agent.model import Intent, Lane, Outcome, Receipt, Signed, State
from agent.units import Base
from tests.unit.journal.samples import ETH, LANE, START_MS, VENUE, fill, rehearsal, signed, stamp, tx

LANES = (LANE, Lane("evm:1:0xother"))
SIZES = st.integers(-5, 5).map(lambda size: str(size))
OPEN = (State.SIGNED, State.LANDED)


@dataclass
class Model:
    """What the journal should hold."""

    intents: dict[int, Intent]
    position: Base
    adopted: dict[Lane, int]

    def open(self) -> list[Intent]:
        still = [intent for intent in self.intents.values() if intent.state in OPEN]
        return sorted(still, key=lambda intent: (intent.lane, intent.attempts[0].payload.nonce))

    def nonces(self) -> dict[Lane, int]:
        used = dict(self.adopted)
        for intent in self.intents.values():
            used[intent.lane] = max(used.get(intent.lane, 0), intent.attempts[0].payload.nonce)
        return used


class JournalMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "journal.db"
        self.ledger, self.model, self.second = Ledger(self.path), Model({}, Base(0), {}), 0
        self.ledger.begin_run("run", START_MS)
        self.ledger.note(rehearsal("0"))

    @rule(lane=st.sampled_from(LANES), nonce=st.integers(0, 6))
    def record(self, lane: Lane, nonce: int) -> None:
        sealed = signed(tx(nonce, lane=lane))
        taken = any(i.lane == lane and i.attempts[0].payload.nonce == nonce for i in self.model.intents.values())
        busy = any(i.lane == lane and i.state is State.SIGNED for i in self.model.intents.values())
        if taken or busy:
            with pytest.raises(Refused):
                self.ledger.record(sealed, 90)
            return
        intent = self.ledger.record(sealed, 90)
        assert intent == Intent(id=intent.id, ceiling=90, attempts=(sealed,))
        self.model.intents[intent.id] = intent

    @precondition(lambda self: self.model.open())
    @rule(data=st.data(), said=st.text(max_size=3))
    def answer(self, data: st.DataObject, said: str) -> None:
        intent = data.draw(st.sampled_from(self.model.open()))
        self._is(self.ledger.advance(intent, Receipt(said=said)), replace(intent, said=(*intent.said, said)))

    @precondition(lambda self: self.model.open())
    @rule(data=st.data())
    def bump(self, data: st.DataObject) -> None:
        intent = data.draw(st.sampled_from(self.model.open()))
        first = intent.attempts[0].payload
        another: Signed = signed(tx(first.nonce, max_fee=20 + len(intent.attempts), lane=intent.lane))
        self._is(self.ledger.advance(intent, another), replace(intent, attempts=(*intent.attempts, another)))

    @precondition(lambda self: self.model.open())
    @rule(data=st.data(), state=st.sampled_from([s for s in State if s is not State.SIGNED]), size=SIZES)
    def outcome(self, data: st.DataObject, state: State, size: str) -> None:
        intent = data.draw(st.sampled_from(self.model.open()))
        self.second += 1
        settled = fill(size) if state in (State.LANDED, State.DONE) else None
        before = intent.settlement.filled if intent.settlement else Base(0)
        self.model.position += (settled.filled if settled else Base(0)) - before
        outcome = Outcome(state=state, stamp=stamp(self.second), settlement=settled)
        self._is(self.ledger.advance(intent, outcome), replace(intent, state=state, settlement=settled))

    @rule(size=SIZES, nonce=st.integers(0, 9))
    def adopt(self, size: str, nonce: int) -> None:
        self.ledger.adopt({(VENUE, ETH): Base(size)}, {LANE: nonce}, {})
        self.model.position, self.model.adopted = Base(size), {LANE: nonce}
        for intent in list(self.model.intents.values()):
            free_again = intent.lane == LANE and intent.attempts[0].payload.nonce > nonce
            if intent.state in OPEN and intent.lane != LANE:
                self.model.intents[intent.id] = replace(intent, state=State.VOID)
            if intent.state not in OPEN and free_again:
                del self.model.intents[intent.id]

    @rule()
    def reopen(self) -> None:
        """Another process."""
        self.ledger.close()
        self.ledger = Ledger(self.path)
        self.ledger.begin_run("run", START_MS)

    def _is(self, found: Intent, wanted: Intent) -> None:
        assert found == wanted
        self.model.intents[found.id] = found

    @invariant()
    def agrees(self) -> None:
        assert list(self.ledger.open()) == self.model.open()
        memory = self.ledger.memory()
        assert memory.positions == {(VENUE, ETH): self.model.position}
        assert memory.nonces == self.model.nonces()

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, derandomize=True, database=None
)
