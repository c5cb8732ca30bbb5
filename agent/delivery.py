"""The end of the line: sign, record, deliver, account. One lane at a time, one payload at a time.

`deliver` is one loop for fresh bytes, for a lost answer, after a crash and after a reorg.
"""

from asyncio import gather
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from agent.errors import Deadline, Exit, Refused, Unreadable
from agent.model import (
    Code,
    Draft,
    EvmTx,
    Intent,
    Kind,
    Lane,
    Memory,
    Message,
    Name,
    Outcome,
    Payload,
    Reason,
    Receipt,
    Rehearsal,
    Rules,
    Signed,
    State,
    Terms,
    exit_for,
)
from agent.model.words import gas_to_send
from agent.reading import Reading, drive, gapped
from agent.seams import House, Vault, Venue, Wire

MAX_REVERTS = 2
"""Of one lane in one run, slots lost to someone else included. What failed twice within minutes will fail again."""


class Unpaid(Exception):
    """The lane's key cannot pay: ends the lane for this run."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason


@dataclass
class Course:
    """What this run has met so far."""

    closed: dict[Lane, Reason] = field(default_factory=dict)
    """Lanes that are over for this run, and why."""
    reverts: Counter[Lane] = field(default_factory=Counter)
    happened: list[Reason] = field(default_factory=list)
    acted: list[Rehearsal] = field(default_factory=list)


async def act(house: House, vault: Vault, course: Course, rehearsed: Rehearsal | None) -> None:
    """Every lane that is not over, side by side."""
    work: dict[Lane, list[Draft]] = {lane: [] for lane in house.wires if lane not in course.closed}
    for draft in rehearsed.drafts if rehearsed else ():
        work[house.venues[draft.leg.venue].lane].append(draft)
    if rehearsed and rehearsed.drafts:
        course.acted.append(rehearsed)
    rules = house.rules(rehearsed, house.journal.memory()) if rehearsed else Rules(rehearsed=(), ceilings={})
    await gather(*(guard(house, lane, course, walk(house, vault, course, lane, work[lane], rules)) for lane in work))


async def guard(house: House, lane: Lane, course: Course, work: Awaitable[None]) -> None:
    """A refusal or the deadline ends this lane for this run, with its reason; the other lanes go on."""
    try:
        await work
    except Refused as error:
        course.closed[lane] = Reason(code=Code.REFUSED, subject=lane, value=str(error))
    except Unpaid as error:
        course.closed[lane] = error.reason
    except Deadline as error:
        last = [said for intent in mine(house, lane) for said in intent.said[-1:]]
        course.closed[lane] = Reason(code=Code.DEADLINE, subject=lane, value="; ".join((str(error), *last)))


async def walk(house: House, vault: Vault, course: Course, lane: Lane, drafts: Sequence[Draft], rules: Rules) -> None:
    """One lane, one payload at a time: what is already out first. The first surprise ends the round."""
    out = [await settle(house, vault, course, intent) for intent in mine(house, lane)]
    if drafts and all(as_planned(outcome) for outcome in out) and await ready(house, lane, drafts, rules):
        await issue(house, vault, course, lane, drafts, rules)
    if lane not in course.closed:
        await account(house, vault, course, lane)


async def ready(house: House, lane: Lane, drafts: Sequence[Draft], rules: Rules) -> bool:
    """A last look at the time: a rehearsal that has become too old is done again. So is one that would add to a
    position while something forgotten may still arrive, once it has or never can."""
    seen = await terms_now(house, lane, house.journal.memory())
    waits = seen is not None and quiet(seen, drafts)
    while seen is not None and quiet(seen, drafts):
        await house.pause()
        seen = await terms_now(house, lane, house.journal.memory())
    return seen is not None and not waits and seen.stamp.time_ms <= rules.rehearsal_until_ms


def quiet(terms: Terms, drafts: Sequence[Draft]) -> bool:
    return terms.stamp.time_ms < terms.quiet_until_ms and any(draft.leg.kind is not Kind.FLATTEN for draft in drafts)


async def terms_now(house: House, lane: Lane, memory: Memory) -> Terms | None:
    """None where they cannot be read."""
    [seen] = await drive([gapped(Name(lane), house.wires[lane].terms(memory))], await house.moment())
    return seen if isinstance(seen, Terms) else None


async def issue(
    house: House, vault: Vault, course: Course, lane: Lane, drafts: Sequence[Draft], rules: Rules
) -> None:
    """Signs, records and delivers. When it stops, the next round looks, decides and rehearses anew."""
    for leg, payload in [(draft.leg, payload) for draft in drafts for payload in draft.payloads]:
        memory = house.journal.memory()
        if payload.nonce <= memory.nonces.get(lane, -1):
            return  # composed on a branch of the chain that a reorg has taken back
        if memory.hold and leg.kind is not Kind.FLATTEN:
            return  # a person has flattened since
        house.tap("sign")
        signed = vault.sign(leg.venue, payload, rules)
        house.tap("record")
        intent = house.journal.record(signed, rules.ceilings[lane])
        house.tap("deliver")
        outcome = await settle(house, vault, course, intent)
        if not as_planned(outcome) or outlived(payload, outcome, rules):
            return


def outlived(payload: Payload, outcome: Outcome, rules: Rules) -> bool:
    """A rehearsal that is too old is done again; so is a plan whose messages, which expire together, have expired."""
    ends_ms = payload.expires_ms if isinstance(payload, Message) else rules.rehearsal_until_ms
    return outcome.stamp.time_ms > min(ends_ms, rules.rehearsal_until_ms)


def as_planned(outcome: Outcome) -> bool:
    return outcome.state in (State.LANDED, State.DONE)


async def account(house: House, vault: Vault, course: Course, lane: Lane) -> None:
    """Names what became of working orders. The hedge never waits for this: positions and orders are read anew."""
    working = [intent for intent in mine(house, lane) if intent.order_id]
    if working:
        await house.pause()
    for intent in working:
        await settle(house, vault, course, intent)


async def confirm(house: House, vault: Vault) -> bool:
    """Waits until no reorg can take back what has landed. False when the time is over first."""
    try:
        while landed := [intent for lane in house.wires for intent in mine(house, lane) if shallow(intent)]:
            await house.pause()
            for intent in landed:
                await deliver(house, vault, intent)
    except (Deadline, Refused, Unpaid):
        return False
    return True


def shallow(intent: Intent) -> bool:
    """Mined, and a reorg could still undo it; a working order waits for something else."""
    return intent.state is State.LANDED and intent.order_id is None


async def settle(house: House, vault: Vault, course: Course, intent: Intent) -> Outcome:
    """Delivers, and remembers a surprise; what fails again and again ends the lane.

    A slot that someone else has used does not: an exit takes the next one, and the gates hold back all others.
    """
    outcome = await deliver(house, vault, intent)
    if outcome.reason:
        course.happened.append(outcome.reason)
        course.reverts[intent.lane] += outcome.reason.code in (Code.REVERTED, Code.REPLACED)
        for_person = exit_for(outcome.reason) is Exit.PERSON and outcome.reason.code is not Code.REPLACED
        if for_person or course.reverts[intent.lane] >= MAX_REVERTS:
            course.closed[intent.lane] = outcome.reason
    return outcome


async def deliver(house: House, vault: Vault, intent: Intent) -> Outcome:
    """Sends until the slot is used or never can be: one loop for fresh bytes, a lost answer, a crash and a reorg."""
    venue, wire, sent = judge_of(house, intent), house.wires[intent.lane], None
    while True:
        [(outcome, payload)] = await drive([resolve(venue, wire, intent)], await house.moment())
        if outcome is not None:
            break
        if payload is not None:
            if payload != sent:
                await afford(house, payload)
            if payload != intent.attempts[-1].payload:
                intent = house.journal.advance(intent, vault.again(intent, payload))
            house.tap("send")
            intent = house.journal.advance(intent, await send(wire, intent.attempts[-1]))
            house.tap("sent")
            sent = payload
        await house.pause()
    house.tap("settle")
    house.journal.advance(intent, outcome)
    house.tap("settled")
    return outcome


async def afford(house: House, payload: Payload) -> None:
    """What no node would take for want of gas is said at once, and not waited for. Raises Unpaid."""
    terms = await terms_now(house, payload.lane, Memory())
    reason = unpaid(payload, terms) if terms else None
    if reason:
        raise Unpaid(reason)


def unpaid(payload: Payload, terms: Terms) -> Reason | None:
    """A node takes a transaction only from a key that holds all it may cost."""
    if not isinstance(payload, EvmTx) or terms.gas_balance >= (cost := payload.gas * payload.max_fee + payload.value):
        return None
    needed, found = gas_to_send(cost), f"it holds {terms.gas_balance} wei"
    return Reason(code=Code.NO_GAS, subject=payload.lane, value=f"needs {needed}, {found}")


def resolve(venue: Venue, wire: Wire, intent: Intent) -> Reading[tuple[Outcome | None, Payload | None]]:
    """What became of the slot or, while it is open, what to send on it. Unreadable means wait: nothing goes blind."""
    try:
        outcome = yield from venue.probe(intent)
        if outcome.state is not State.SIGNED:
            return outcome, None
        return None, (yield from wire.next(intent))
    except Unreadable:
        return None, None


async def send(wire: Wire, signed: Signed) -> Receipt:
    """A lost answer is an answer too: the next look at the slot decides."""
    try:
        return await wire.send(signed)
    except Unreadable as error:
        return Receipt(said=f"no answer: {error}")


def judge_of(house: House, intent: Intent) -> Venue:
    """Who says what became of it. A slot outlives its venue's name: another venue of the lane can tell, too."""
    lane_mates = (venue for venue in house.venues.values() if venue.lane == intent.lane)
    return house.venues.get(intent.venue) or next(lane_mates)


def mine(house: House, lane: Lane) -> list[Intent]:
    return [intent for intent in house.journal.open() if intent.lane == lane]
