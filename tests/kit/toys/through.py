"""Each seam passed through as it is: a breakage overrides the one thing that it breaks."""

from collections.abc import Sequence

from agent.model import (
    Cannot,
    Draft,
    Happening,
    Intent,
    Lane,
    Leg,
    Memory,
    Name,
    Outcome,
    Payload,
    Plan,
    Receipt,
    Rehearsal,
    Rules,
    Signed,
    Terms,
    Verdict,
    View,
)
from agent.reading import Reading
from agent.seams import House, Stage, Vault, Venue, Wire


class ThroughJournal:
    def __init__(self, house: House) -> None:
        self.house, self.inner = house, house.journal

    def memory(self) -> Memory:
        return self.inner.memory()

    def open(self) -> Sequence[Intent]:
        return self.inner.open()

    def record(self, signed: Signed, ceiling: int) -> Intent:
        return self.inner.record(signed, ceiling)

    def advance(self, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
        return self.inner.advance(intent, now)

    def note(self, entry: Plan | Verdict | Rehearsal) -> None:
        self.inner.note(entry)


class ThroughVenue:
    def __init__(self, inner: Venue) -> None:
        self.inner = inner

    @property
    def name(self) -> Name:
        return self.inner.name

    @property
    def lane(self) -> Lane:
        return self.inner.lane

    def observe(self) -> Reading[View]:
        return self.inner.observe()

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return self.inner.happened(view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        return self.inner.probe(intent)

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        return self.inner.compose(leg, view, terms)

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        return await self.inner.rehearse(draft, view, stage)


class ThroughWire:
    def __init__(self, inner: Wire) -> None:
        self.inner = inner

    @property
    def lane(self) -> Lane:
        return self.inner.lane

    def terms(self, memory: Memory) -> Reading[Terms]:
        return self.inner.terms(memory)

    def fit(self, draft: Draft) -> Reading[Draft]:
        return self.inner.fit(draft)

    def next(self, intent: Intent) -> Reading[Payload | None]:
        return self.inner.next(intent)

    async def send(self, signed: Signed) -> Receipt:
        return await self.inner.send(signed)


class ThroughVault:
    def __init__(self, inner: Vault) -> None:
        self.inner = inner

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        return self.inner.sign(venue, payload, rules)

    def again(self, intent: Intent, payload: Payload) -> Signed:
        return self.inner.again(intent, payload)
