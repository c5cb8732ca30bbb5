"""The bench in plain calls, so that a card reads as what it says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from agent.errors import Unreadable
from agent.model import (
    Action,
    Cannot,
    Cause,
    Draft,
    EvmTx,
    Fund,
    Happening,
    Intent,
    Leg,
    Memory,
    Name,
    Outcome,
    Payload,
    Signed,
    Snapshot,
    Terms,
    Trade,
    View,
)
from agent.reading import Fetch, Found, Read, Reading, drive
from agent.units import Base, Price, Ratio
from tests.venues.contract.bench import VenueBench

T = TypeVar("T")

Tape = dict[tuple[Name, bytes], bytes | Unreadable]


class Desk:
    def __init__(self, bench: VenueBench) -> None:
        self.bench, self.venue, self.wire, self.market = bench, bench.venue, bench.wire, bench.market
        self.size = bench.size

    def read(self, reading: Reading[T]) -> T:
        """Now, from the world."""

        async def go() -> T:
            [found] = await drive([reading], await self.bench.moment())
            return found

        return self.bench.run(go())

    def read_with(self, reading: Reading[T], fetch: Fetch) -> T:
        async def go() -> T:
            [found] = await drive([reading], fetch)
            return found

        return self.bench.run(go())

    def tape(self, reading: Reading[object]) -> tuple[Tape, int]:
        """Everything that it asked and was answered, and in how many rounds."""
        tape, rounds = Tape(), [0]

        async def go() -> None:
            fetch = await self.bench.moment()

            async def record(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
                rounds[0] += 1
                answers = await fetch(source, requests)
                tape.update({(source, asked): raw for asked, raw in zip(requests, answers, strict=True)})
                return answers

            await drive([reading], record)

        self.bench.run(go())
        return tape, rounds[0]

    def view(self) -> View:
        return self.read(self.venue.observe())

    def terms(self) -> Terms:
        return self.read(self.wire.terms(Memory()))

    def position(self) -> Base:
        return self.view().size(self.market)

    def trade(self, size: Base, possible: bool = True, reduce_only: bool = False) -> Trade:
        """With a price bound that the market meets, or one that it never will."""
        tolerance = Ratio("0.9") if (size < Base(0)) is possible else Ratio("1.1")
        worst = self.view().market(self.market).mark * tolerance
        return Trade(market=self.market, size=size, worst=worst, reduce_only=reduce_only)

    def leg(self, *actions: Action) -> Leg:
        opens = any(isinstance(action, Trade) and not action.reduce_only for action in actions)
        posts = (Fund(amount=self.bench.along),) if opens and self.bench.along else ()
        return Leg(venue=self.venue.name, actions=(*posts, *actions))

    def compose(self, *actions: Action) -> Draft | Cannot:
        return self.venue.compose(self.leg(*actions), self.view(), self.terms())

    def draft(self, *actions: Action) -> Draft:
        """Composed, with its gas limits."""
        found = self.compose(*actions)
        assert isinstance(found, Draft), found
        return self.read(self.wire.fit(found))

    def doomed(self, size: Base) -> Draft:
        """A trade at an impossible price; its gas limits are those of a possible one."""
        found, fitted = self.compose(self.trade(size, possible=False)), self.draft(self.trade(size))
        assert isinstance(found, Draft), found
        pairs = zip(found.payloads, fitted.payloads, strict=True)
        return replace(found, payloads=tuple(_with_gas(payload, like) for payload, like in pairs))

    def sign(self, draft: Draft) -> list[Intent]:
        return [self.intent(payload, n) for n, payload in enumerate(draft.payloads)]

    def intent(self, payload: Payload, n: int = 0) -> Intent:
        sealed = self.bench.seal(payload)
        return Intent(id=n, ceiling=self.terms().ceiling, attempts=(replace(sealed, venue=self.venue.name),))

    def send(self, signed: Signed) -> str:
        return self.bench.run(self.wire.send(signed)).said

    def send_all(self, intents: Sequence[Intent]) -> Intent:
        """Answers the last one: the trade, after its approvals."""
        for intent in intents:
            self.send(intent.attempts[-1])
        return intents[-1]

    def sign_last(self, draft: Draft) -> Intent:
        """The trade alone; its approvals are sent."""
        *approvals, intent = self.sign(draft)
        for approval in approvals:
            self.send(approval.attempts[0])
        return intent

    def another(self, intent: Intent, payload: Payload) -> Intent:
        sealed = replace(self.bench.seal(payload), venue=self.venue.name)
        return replace(intent, attempts=(*intent.attempts, sealed))

    def probe(self, intent: Intent) -> Outcome:
        return self.read(self.venue.probe(intent))

    def next(self, intent: Intent) -> Payload | None:
        return self.read(self.wire.next(intent))

    def settle(self) -> None:
        self.bench.run(self.bench.settle())

    def wait_until(self, time_ms: int) -> None:
        self.bench.run(self.bench.wait_until(time_ms))

    def trade_for_good(self, size: Base, reduce_only: bool = False) -> Intent:
        intent = self.send_all(self.sign(self.draft(self.trade(size, reduce_only=reduce_only))))
        self.settle()
        return intent

    def meddle(self, cause: Cause, size: Base) -> bool:
        done = self.bench.run(self.bench.meddle(cause, size))
        self.settle()
        return done

    def happened(self, since_ms: int = 0) -> tuple[Happening, ...]:
        return self.read(self.venue.happened(self.view(), since_ms))

    def rehearse(self, draft: Draft) -> View:
        view = self.view()

        async def go() -> View:
            snapshot = Snapshot(views=(view,), terms=())
            async with self.bench.stage(snapshot) as stage:
                return await self.venue.rehearse(draft, view, stage)

        return self.bench.run(go())


def within(price: Price | None, trade: Trade) -> bool:
    """Not worse than its bound."""
    assert price is not None
    return price >= trade.worst if trade.size < Base(0) else price <= trade.worst


def replay(reading: Reading[T], tape: Tape) -> T:
    """By hand, without an event loop: what is not on the tape is a KeyError."""
    try:
        reads: tuple[Read[object], ...] = next(reading)
        while True:
            reads = reading.send(Found({(r.source, r.request): tape[r.source, r.request] for r in reads}))
    except StopIteration as stop:
        result: T = stop.value
        return result


def from_tape(tape: Tape) -> Fetch:
    async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple(tape.get((source, request), Unreadable(f"{source}: not recorded")) for request in requests)

    return fetch


def _with_gas(payload: Payload, like: Payload) -> Payload:
    return replace(payload, gas=like.gas) if isinstance(payload, EvmTx) and isinstance(like, EvmTx) else payload
