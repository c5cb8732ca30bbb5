"""The broken parts that tests/kit/breakages.py names, each wrong in one thing."""

import json
from collections.abc import Sequence
from dataclasses import replace

from agent.errors import Unreadable
from agent.model import (
    EvmTx,
    Intent,
    Memory,
    Message,
    Name,
    Outcome,
    Payload,
    Receipt,
    Rules,
    Settlement,
    Signed,
    Stamp,
    State,
    Terms,
)
from agent.reading import Reading
from agent.units import Base, Price
from tests.kit.toys import words
from tests.kit.toys.through import ThroughJournal, ThroughVault, ThroughVenue, ThroughWire
from tests.kit.toys.vault import seal
from tests.kit.toys.wires import ChainWire, MessageWire
from tests.kit.toys.world import CHAIN, PRICE, SIZE_DECIMALS


class ForgetfulJournal(ThroughJournal):
    """Says that it has written a record, and has not."""

    def record(self, signed: Signed, ceiling: int) -> Intent:
        return Intent(id=-1, ceiling=ceiling, attempts=(signed,))

    def advance(self, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
        if intent.id != -1:
            return super().advance(intent, now)
        return replace(intent, attempts=(*intent.attempts, now)) if isinstance(now, Signed) else intent


class HastyJournal(ThroughJournal):
    """The bytes are on their way while it still writes."""

    def record(self, signed: Signed, ceiling: int) -> Intent:
        wire = self.house.wires[signed.payload.lane]
        if isinstance(wire, ChainWire):
            wire.world.transact(signed.raw)
            wire.world.mine()
        elif isinstance(wire, MessageWire):
            wire.world.post(signed.raw)
        self.house.tap("sent early")
        return super().record(signed, ceiling)


class BlindJournal(ThroughJournal):
    """Finds nothing open."""

    def open(self) -> Sequence[Intent]:
        return []


class BlindToReorgs(ThroughJournal):
    """Finds only what was never seen on the chain: a landing is taken for good."""

    def open(self) -> Sequence[Intent]:
        return [intent for intent in super().open() if intent.state is State.SIGNED or intent.order_id]


class OtherBytesVault(ThroughVault):
    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        signed = super().sign(venue, payload, rules)
        if not isinstance(payload, EvmTx):
            return signed
        other = seal(venue, replace(payload, value=1))
        return replace(signed, raw=other.raw, ref=other.ref)


class CarelessVault(ThroughVault):
    """Signs another attempt without looking."""

    def again(self, intent: Intent, payload: Payload) -> Signed:
        return seal(intent.venue, payload)


class NewNonceWire(ThroughWire):
    """What was sent once goes out again in another slot."""

    def next(self, intent: Intent) -> Reading[Payload | None]:
        payload = yield from super().next(intent)
        return replace(payload, nonce=payload.nonce + 1) if payload and len(intent.said) == 1 else payload


class NeverBurningWire(ThroughWire):
    def next(self, intent: Intent) -> Reading[Payload | None]:
        yield from super().next(intent)
        return intent.attempts[0].payload


class NeverForeignWire(ThroughWire):
    def terms(self, memory: Memory) -> Reading[Terms]:
        return replace((yield from super().terms(memory)), foreign=None)


class HopelessVenue(ThroughVenue):
    """What it cannot read it takes for over."""

    def probe(self, intent: Intent) -> Reading[Outcome]:
        try:
            return (yield from super().probe(intent))
        except Unreadable:
            return Outcome(state=State.VOID, stamp=Stamp(source=CHAIN, time_ms=0))


class HurriedVenue(ThroughVenue):
    """A failure in the last block counts, as if no reorg could undo it."""

    def probe(self, intent: Intent) -> Reading[Outcome]:
        outcome = yield from super().probe(intent)
        if _is_message(intent) or outcome.state is not State.SIGNED:
            return outcome
        mined = [words.row(CHAIN, f"mined/{attempt.ref}") for attempt in intent.attempts]
        seen = yield tuple(mined)
        for read in mined:
            found = seen[read]
            if found is not None:
                return replace(outcome, state=State.REFUSED if found["call"] else State.VOID)
        return outcome


class TrustingVenue(ThroughVenue):
    """A kind answer is as good as a fill."""

    def probe(self, intent: Intent) -> Reading[Outcome]:
        outcome = yield from super().probe(intent)
        if not intent.said or outcome.state is not State.LANDED:
            return outcome
        return Outcome(state=State.DONE, stamp=outcome.stamp, settlement=_as_ordered(intent))


class RosyVenue(ThroughVenue):
    """Mined is mined, reverted or not."""

    def probe(self, intent: Intent) -> Reading[Outcome]:
        outcome = yield from super().probe(intent)
        return replace(outcome, state=State.LANDED, reason=None) if outcome.state is State.REFUSED else outcome


def _is_message(intent: Intent) -> bool:
    return isinstance(intent.attempts[0].payload, Message)


def _as_ordered(intent: Intent) -> Settlement:
    payload = intent.attempts[0].payload
    order = json.loads(payload.data if isinstance(payload, EvmTx) else payload.body)
    return Settlement(market=words.ETH, filled=Base.from_int(order.get("size", 0), SIZE_DECIMALS), price=Price(PRICE))
