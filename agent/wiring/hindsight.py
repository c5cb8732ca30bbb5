"""What a run would know once it has resolved what is open: for commands that only look. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.delivery import judge_of
from agent.model import (
    Gap,
    Intent,
    Memory,
    Name,
    Outcome,
    Plan,
    Receipt,
    Rehearsal,
    Settlement,
    Signed,
    Traded,
    Verdict,
)
from agent.reading import Fetch, drive, gapped
from agent.seams import House, Journal
from agent.units import Base, Usd


class Hindsight:
    """The journal with a memory in which everything open is resolved; what is noted goes to the journal itself."""

    def __init__(self, journal: Journal, memory: Memory, open_: Sequence[Intent]) -> None:
        self._journal, self._memory, self._open = journal, memory, open_

    def memory(self) -> Memory:
        return self._memory

    def open(self) -> Sequence[Intent]:
        """What was open, as it is by now."""
        return self._open

    def record(self, signed: Signed, ceiling: int) -> Intent:
        return self._journal.record(signed, ceiling)

    def advance(self, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
        return self._journal.advance(intent, now)

    def note(self, entry: Plan | Verdict | Rehearsal) -> None:
        self._journal.note(entry)


async def hindsight(house: House, moment: Fetch) -> Hindsight:
    """Each open intent is asked for; where nobody can tell, it stays as the journal has it."""
    memory, open_ = house.journal.memory(), list(house.journal.open())
    asked = [intent for intent in open_ if intent.lane in house.wires]
    answered = await drive([gapped(Name(i.lane), judge_of(house, i).probe(i)) for i in asked], moment)
    for intent, now in zip(asked, answered, strict=True):
        if not isinstance(now, Gap):
            memory = resolved(memory, intent, now)
            open_[open_.index(intent)] = _as_it_is(intent, now)
    return Hindsight(house.journal, memory, open_)


def _as_it_is(intent: Intent, now: Outcome) -> Intent:
    return replace(intent, state=now.state, order_id=now.order_id, settlement=now.settlement, reason=now.reason)


def resolved(memory: Memory, intent: Intent, now: Outcome) -> Memory:
    """Positions move by what the outcome says beyond the last one; a fill that is new is the latest trade."""
    before, after = intent.settlement or Settlement(), now.settlement or Settlement()
    positions = _moved(memory.positions, intent.venue, before, Base(0) - before.filled)
    positions = _moved(positions, intent.venue, after, after.filled)
    new = (_traded(intent, after, now.stamp.time_ms),) if after.filled and not before.filled else ()
    working = {order: venue for order, venue in memory.working.items() if order != intent.order_id or now.order_id}
    return replace(memory, positions=positions, trades=(*memory.trades, *new), working=working)


Positions = Mapping[tuple[Name, Name], Base]


def _moved(positions: Positions, venue: Name, settled: Settlement, by: Base) -> Positions:
    """A position that was there before our records stays unknown to them."""
    place = (venue, settled.market or Name(""))
    return {**positions, place: positions[place] + by} if place in positions else positions


def _traded(intent: Intent, settled: Settlement, time_ms: int) -> Traded:
    notional = abs(settled.filled) * settled.price if settled.price else Usd(0)
    return Traded(venue=intent.venue, market=settled.market or Name(""), time_ms=time_ms, notional=notional)
