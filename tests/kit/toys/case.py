"""One world, one journal, and as many processes as it takes; every one of them may die at any tap."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from agent.cycle import run
from agent.errors import Deadline
from agent.hedge.judge import make_judge
from agent.hedge.rules import make_rules
from agent.journal import Ledger
from agent.journal.store import MEMORY
from agent.model import Code, EvmTx, Intent, Name, Report, State
from agent.reading import Fetch
from agent.seams import House
from tests.kit.toys.fetches import Forks, freeze, live
from tests.kit.toys.hedge import LIMITS, Cold, check, decide
from tests.kit.toys.keeper import Keeper
from tests.kit.toys.message import Requests
from tests.kit.toys.sync import Sync
from tests.kit.toys.vault import Keyring
from tests.kit.toys.wires import ChainWire, MessageWire
from tests.kit.toys.world import KEEPER, MESSAGE, SYNC, Json, Sent, Way, World, straight

T = TypeVar("T")

WANTED = {SYNC: -4, KEEPER: -3, MESSAGE: -3}
RUNS, ROUNDS, PAUSES = 40, 12, 200
MOST_BEHIND = 16
Change = Callable[[House], House]
"""A named breakage, or nothing."""


class Crash(BaseException):
    """kill -9."""


def play(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@dataclass
class Faults:
    """What goes wrong in one case, by count of taps and pauses."""

    crash_at: frozenset[int] = frozenset()
    way: Way = straight
    lag: Callable[[], int] = lambda: 0
    """How many looks behind the world a node is, this time."""
    before_look: Callable[[World, int], None] = lambda world, look: None
    """What the world does before our n-th look at it."""
    absence: Callable[[], int] = lambda: 0
    """Milliseconds between a crash and the next process."""


class Watched(Ledger):
    """The real journal, in memory, and everything that it knows."""

    def __init__(self) -> None:
        super().__init__(MEMORY)

    def all(self) -> list[Intent]:
        return [recorded.intent for recorded in self.intents(1_000)]

    def known(self) -> set[str]:
        """Everything that was ever signed, by the name the world knows it by."""
        return {attempt.ref for intent in self.all() for attempt in intent.attempts}


class Case:
    def __init__(
        self, world: World | None = None, faults: Faults | None = None, change: Change = lambda h: h
    ) -> None:
        self.world, self.faults, self.change = world or World(), faults or Faults(), change
        self.journal = Watched()
        self.vault, self.forks, self.trips = Keyring(), Forks(self.world), Counter[Name]()
        self.taps, self.looks, self.deadline = 0, 0, PAUSES
        self.seen: list[Json] = []
        self.reports: list[Report] = []

    def tap(self, step: str) -> None:
        self.taps += 1
        if self.taps in self.faults.crash_at:
            raise Crash(step)

    def _way(self, world: World, sent: Sent) -> str:
        """Between two taps of the line, the two moments that only the network sees."""
        self.tap("forward")
        said = self.faults.way(world, sent)
        self.tap("forwarded")
        return said

    async def moment(self) -> Fetch:
        self.looks += 1
        self.faults.before_look(self.world, self.looks)
        self.seen = [*self.seen, freeze(self.world)][-MOST_BEHIND:]
        return live(self.seen[-1 - min(self.faults.lag(), len(self.seen) - 1)], self.trips)

    def house(self) -> House:
        spent = [0]

        async def pause() -> None:
            spent[0] += 1
            if spent[0] > self.deadline:
                raise Deadline("the run's time is over")
            self.world.tick()

        venues = (Sync(), Keeper(), Requests())
        wires = (ChainWire(self.world, self._way), MessageWire(self.world, self._way))
        house = House(
            venues={venue.name: venue for venue in venues},
            wires={wire.lane: wire for wire in wires},
            wallets=(Cold(),),
            prices=(),
            vault=self.vault,
            journal=self.journal,
            moment=self.moment,
            stage=self.forks,
            decide=decide,
            check=check,
            judge=make_judge(),
            rules=make_rules(LIMITS, {venue.name: venue.lane for venue in venues}),
            pause=pause,
            tap=self.tap,
            rounds=ROUNDS,
        )
        return self.change(house)

    def run(self, change: Change = lambda house: house) -> Report:
        """One process, from its start to its end or its death."""
        self.journal.begin_run("run", self.world.now_ms)
        report = play(run(change(self.house())))
        self.journal.end_run(report.exit, "")
        self.reports.append(report)
        return report

    def settle(self) -> "Case":
        """Process after process, until there is nothing left to do."""
        for _ in range(RUNS):
            try:
                self.run()
            except Crash:
                self.world.wait(self.faults.absence())
                continue
            self.world.wait(5_000)
            if self.world.sizes == WANTED and self.world.exchange.stops and not self.journal.open():
                break
        return self

    def wrongs(self) -> list[str]:
        """Everything that must never be, in words; empty when all is well.

        Lateness (`world.late`) is apart: a node that lags cannot tell the time, and a reorg may mine a call again.
        """
        return [*self._of_fills(), *self._of_records(), *self._of_bytes()]

    def _of_fills(self) -> list[str]:
        wrongs, fills = list[str](), self.world.fills
        if self.world.sizes != WANTED:
            wrongs.append(f"positions are {self.world.sizes}")
        if sorted(venue for venue, _ in fills) != sorted(WANTED):
            wrongs.append(f"position changes: {fills}")
        if len(self.world.exchange.stops) != 1:
            wrongs.append(f"stops: {self.world.exchange.stops}")
        return wrongs

    def _of_records(self) -> list[str]:
        wrongs, intents = list[str](), self.journal.all()
        if unknown := set(self.world.chain.mined) - self.journal.known():
            wrongs.append(f"mined and not in the journal: {unknown}")
        if still := self.journal.open():
            wrongs.append(f"still open: {still}")
        called = {ref for ref, mined in self.world.chain.mined.items() if mined["call"]}
        if wrongly := [i.id for i in intents if i.state is State.VOID and any(a.ref in called for a in i.attempts)]:
            wrongs.append(f"void, but mined: {wrongly}")
        filled = dict.fromkeys(WANTED, 0)
        for intent in intents:
            if intent.settlement:
                filled[intent.venue] += int(intent.settlement.filled.raw)
        if filled != self.world.sizes:
            wrongs.append(f"the journal's fills are {filled}")
        if self.forks.opened != self.forks.closed:
            wrongs.append("a fork was left open")
        return wrongs

    def _of_bytes(self) -> list[str]:
        wrongs = list[str]()
        for intent in self.journal.all():
            bids = [a.payload.max_fee for a in intent.attempts if isinstance(a.payload, EvmTx) and a.payload.data]
            if any(bid > intent.ceiling for bid in bids):
                wrongs.append(f"intent {intent.id} bids {bids} above its ceiling {intent.ceiling}")
        codes = {reason.code for report in self.reports for reason in report.reasons}
        if forbidden := codes & {Code.REFUSED, Code.REHEARSAL_FAULT, Code.FOREIGN_NONCE, Code.REPLACED}:
            wrongs.append(f"a person was asked for nothing: {forbidden}")
        return wrongs
