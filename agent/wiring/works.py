"""A house and what stands around it for the time of one command."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import replace

from agent import cycle
from agent.chain.chains import instant
from agent.chain.service import Service
from agent.chain.stage import Forks, ForkSettings
from agent.errors import Busy, ConfigError, Deadline, Exit, HedgekeeperError
from agent.hedge import make_check, make_decide, make_flatten, make_judge, make_rules
from agent.hedge.explain import Explanation, make_explain
from agent.journal import Ledger, for_exit, hold_lanes
from agent.model import Intent, Lane, Memory, Name, Plan, Rehearsal, Snapshot, State, Verdict, value
from agent.reading import Fetch
from agent.records import Records
from agent.seams import House, Wire
from agent.settings import Configuration, history_path, journal_path
from agent.wire.info import Info
from agent.wire.weights import POLL_S
from agent.wiring import hedging, parts
from agent.wiring.evm import exit_ceilings
from agent.wiring.hindsight import hindsight
from agent.wiring.ways import Ways


@value
class Works:
    """What a command is given."""

    settings: Configuration
    house: House
    ledger: Ledger
    moments: "Moments"
    records: Records
    """What markets did before: no command fails because of it."""
    warning: str = ""
    """Of a flatten whose journal cannot be used: why, with which one it goes on, and what to do."""

    async def look(self, memory: Memory | None = None) -> tuple[Snapshot, Plan]:
        """What is there and what would be decided; nothing is noted in the journal."""
        known = memory or self.house.journal.memory()
        snapshot = await cycle.observe(self.house, known)
        return snapshot, self.house.decide(snapshot, await cycle.informed(self.house, snapshot, known))

    def why(self, snapshot: Snapshot, plan: Plan, verdict: Verdict) -> tuple[Explanation, ...]:
        """Of every hedge whose figures are known: what it is, and what would change it."""
        hedges, limits = hedging.hedges(self.settings), hedging.limits(self.settings)
        explain = make_explain(hedges, limits, parts.lanes(self.settings))
        memory = replace(self.house.journal.memory(), happened=plan.happened)
        return explain(snapshot, memory, plan, verdict)

    def why_so(self, last: Rehearsal) -> tuple[Explanation, ...]:
        """As its last round left it."""
        legs = (*(draft.leg for draft in last.drafts), *(dropped.leg for dropped in last.dropped))
        plan = Plan(legs=legs, reasons=last.reasons, hedges=last.hedges, happened=last.happened)
        return self.why(last.before, plan, Verdict(dropped=last.dropped))

    async def in_hindsight(self) -> "Works":
        """The same at one moment, and as a run finds it once it has resolved what is open."""
        if not self.house.journal.open():
            return self
        seen = await self.house.moment()

        async def same() -> Fetch:
            return seen

        return replace(self, house=replace(self.house, moment=same, journal=await hindsight(self.house, seen)))

    @asynccontextmanager
    async def run(self, command: str, *, flatten: bool = False, patience_s: float = 0) -> AsyncIterator["Diary"]:
        """Holds every lane, and keeps the diary of one run: how it ended is written even when it fails.

        A flatten first says that nothing is to be added any more; with patience it waits for a run under way.
        """
        started = _now_ms()
        diary = Diary(self.ledger, self.ledger.begin_run(command, started))
        try:
            if flatten:
                self.ledger.hold(f"flattened by run {diary.number}", exit_ceilings(self.settings))
            async with self._lanes(started, patience_s, flatten):
                yield diary
        except HedgekeeperError as error:
            diary.close(error.exit, str(error))
            raise
        except (KeyboardInterrupt, asyncio.CancelledError):
            diary.close(Exit.TEMPORARY, "interrupted; the next run goes on with what is open")
            raise

    @asynccontextmanager
    async def _lanes(self, started_ms: int, patience_s: float, flatten: bool) -> AsyncIterator[None]:
        """Where no lock can be made, nobody else of this user runs either: a flatten goes without."""
        ends = time.monotonic() + patience_s
        folder = self.settings.path(self.settings.state)
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(hold_lanes(folder, self.house.wires, started_ms))
                    break
                except ConfigError:
                    if not flatten:
                        raise
                    break
                except Busy:
                    if time.monotonic() >= ends:
                        raise
                    await asyncio.sleep(_ASK_AGAIN_S)
            yield

    def in_flight(self) -> list[str]:
        """What we have signed and the chain has not decided, in words."""
        return [_open_end(intent) for intent in self.ledger.open() if intent.state is State.SIGNED]

    def open_ends(self) -> list[str]:
        """What may still change a position, or be one: slots that are not decided for good, and strays."""
        return [*map(_open_end, self.ledger.open()), *self.strays()]

    def strays(self) -> list[str]:
        """What our records know of and the configuration no longer names, in words."""
        known = self.ledger.memory().positions
        return [
            *(
                f"transaction {intent.attempts[-1].ref} of {intent.lane} is open, but no venue has that lane"
                for intent in self.ledger.open()
                if intent.lane not in self.house.wires
            ),
            *(
                f"a position of {size} {market} at {venue} is in the journal, but no venue has that name"
                for (venue, market), size in known.items()
                if size and venue not in self.house.venues
            ),
        ]


def _open_end(intent: Intent) -> str:
    name = f"transaction {intent.attempts[-1].ref} with nonce {intent.attempts[-1].payload.nonce}"
    if intent.order_id:
        return f"order {intent.order_id} of {name} still works"
    if intent.state is State.LANDED:
        return f"{name} is mined, but not yet `confirmations` blocks deep: a reorg could undo it"
    return f"{name} may still land, and change what is to be closed"


class Diary:
    """One run in the journal."""

    def __init__(self, ledger: Ledger, run: int) -> None:
        self._ledger, self.number = ledger, run

    def close(self, ended: Exit, summary: str) -> None:
        self._ledger.end_run(ended, summary)

    def intents(self) -> list[Intent]:
        """What this run signed, oldest first."""
        recorded = [each.intent for each in self._ledger.intents(_MANY) if each.run == self.number]
        return sorted(recorded, key=lambda intent: intent.id)


_MANY = 1000
_ASK_AGAIN_S = 0.5


@asynccontextmanager
async def opened(
    settings: Configuration,
    *,
    command: str | None = None,
    sign: bool = False,
    flatten: bool = False,
    deadline_s: float | None = None,
    tap: Callable[[str], None] = lambda step: None,
) -> AsyncIterator[Works]:
    """Everything a command needs, closed again at its end. With `command`, the diary of a dry run is begun."""
    async with AsyncExitStack() as stack:
        chains = {name: await stack.enter_async_context(parts.chain(settings, name)) for name in settings.chains}
        path = journal_path(settings)
        records = Records(history_path(settings), _now_ms)
        ledger, warning = for_exit(path) if flatten else (Ledger(path, records.past), "")
        stack.callback(ledger.close)
        if command:
            Diary(ledger, ledger.begin_run(command, _now_ms())).close(Exit.DONE, "a dry run")
        services: dict[Name, Service | Info] = {
            name: await stack.enter_async_context(each) for name, each in parts.services(settings).items()
        }
        moments = Moments(Ways(chains=chains, services=services))
        pause = _pause(settings, services.values(), deadline_s)
        house = _house(settings, moments, ledger, sign=sign, flatten=flatten, tap=tap, pause=pause)
        yield Works(settings=settings, house=house, ledger=ledger, moments=moments, records=records, warning=warning)


def _house(
    settings: Configuration,
    moments: "Moments",
    ledger: Ledger,
    *,
    sign: bool,
    flatten: bool,
    tap: Callable[[str], None],
    pause: "Pause",
) -> House:
    """A flatten looks at nothing that it does not need: neither wallets nor outside prices, nor what policies want,
    nor what happened before."""
    hedges = () if flatten else hedging.hedges(settings)
    limits, lanes = hedging.limits(settings), parts.lanes(settings)
    return House(
        venues={name: parts.venue(settings, name, flatten=flatten) for name in settings.venues},
        wires=_wires(settings, moments.ways, flatten),
        wallets=() if flatten else parts.wallet_parts(settings),
        prices=() if flatten else parts.price_parts(settings),
        watches=() if flatten else parts.watch_parts(settings),
        vault=parts.vault(settings) if sign else None,
        journal=ledger,
        moment=moments,
        stage=Forks(moments.ways.chains, ForkSettings(ours=parts.ours(settings), anvil=settings.anvil)),
        decide=make_flatten(limits) if flatten else make_decide(hedges, limits),
        check=make_check(hedges, limits, lanes),
        judge=make_judge(),
        rules=make_rules(limits, lanes),
        pause=pause,
        tap=tap,
        asks=not flatten,
    )


def _wires(settings: Configuration, ways: Ways, flatten: bool) -> dict[Lane, Wire]:
    """Venues on one chain with one operator share a lane."""
    wires: dict[Lane, Wire] = {}
    for name, configured in settings.venues.items():
        wires.setdefault(settings.lane(configured), parts.wire(settings, name, ways, flatten=flatten))
    return wires


class Moments:
    """House.moment: pins every chain anew each time, and remembers which nodes were left out and why."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self._notes: dict[str, None] = {}

    async def __call__(self) -> Fetch:
        seen = await instant(self.ways.chains, self.ways.services)
        self._notes |= {f"{pin.source}: {note}": None for pin in seen.pins for note in pin.notes}
        return seen

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)


class Pause:
    """Between two looks at something open: short at first, for a chain that answers at once, then as configured."""

    def __init__(self, ends_s: float, longest_s: float) -> None:
        self._starts_s, self._ends_s = time.monotonic(), ends_s
        self._longest_s, self._next_s = longest_s, _FIRST_PAUSE_S

    async def __call__(self) -> None:
        left = self._ends_s - time.monotonic()
        if left <= 0:
            raise Deadline(f"after {self._ends_s - self._starts_s:.0f} s")
        await asyncio.sleep(min(self._next_s, self._longest_s, left))
        self._next_s = min(self._next_s * 2, self._longest_s)


_FIRST_PAUSE_S = 0.05


def _pause(settings: Configuration, services: Iterable[Service | Info], deadline_s: float | None) -> Pause:
    """Between two looks at everything: as long as the slowest of them wants."""
    chains = (float(chain.poll_s.raw) for chain in settings.chains.values())
    longest = max((*chains, *(POLL_S for service in services if isinstance(service, Info))))
    return Pause(time.monotonic() + (deadline_s or settings.deadline_s), longest)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
