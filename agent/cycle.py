"""The line: observe, decide, check, compose, rehearse, sign, record, deliver, account. Names no venue and no wire.

status, plan and rehearse are this line stopped early; run is it in rounds; flatten is it with another `decide`;
recovery is it with nothing new to sign.
"""

from asyncio import gather
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.errors import Deadline, Exit, Refused, Unreadable
from agent.model import (
    Cannot,
    Code,
    Draft,
    Dropped,
    Gap,
    Held,
    Intent,
    Lane,
    Leg,
    Memory,
    Name,
    Outcome,
    OwnerCall,
    Payload,
    Plan,
    Quote,
    Reason,
    Receipt,
    Rehearsal,
    Report,
    Rules,
    Signed,
    Snapshot,
    State,
    Terms,
    Verdict,
    View,
    exit_for,
)
from agent.reading import Reading, drive, gapped
from agent.seams import House, Stage, Vault, Venue, Wire


@dataclass
class Course:
    """What this run has met so far."""

    closed: dict[Lane, Reason] = field(default_factory=dict)
    """Lanes that are over for this run, and why."""
    happened: list[Reason] = field(default_factory=list)
    acted: list[Rehearsal] = field(default_factory=list)


async def observe(house: House, memory: Memory | None = None) -> Snapshot:
    """Everything at one moment: one batch per source and round. `memory` is the journal's unless another is given."""
    memory = memory or house.journal.memory()
    readings: list[Reading[View | Held | Quote | Terms | Gap]] = [
        *(gapped(venue.name, venue.observe()) for venue in house.venues.values()),
        *(gapped(wallet.name, wallet.observe()) for wallet in house.wallets),
        *(gapped(price.name, price.observe()) for price in house.prices),
        *(gapped(Name(wire.lane), wire.terms(memory)) for wire in house.wires.values()),
    ]
    seen = await drive(readings, await house.moment())
    return Snapshot(
        views=tuple(s for s in seen if isinstance(s, View)),
        held=tuple(s for s in seen if isinstance(s, Held)),
        quotes=tuple(s for s in seen if isinstance(s, Quote)),
        terms=tuple(s for s in seen if isinstance(s, Terms)),
        gaps=tuple(s for s in seen if isinstance(s, Gap)),
    )


async def plan(house: House) -> tuple[Snapshot, Plan, Verdict]:
    """Observed, decided, checked; every reason is in the diary."""
    snapshot, memory = await observe(house), house.journal.memory()
    wanted = house.decide(snapshot, memory)
    house.journal.note(wanted)
    verdict = house.check(wanted, snapshot, memory)
    house.journal.note(verdict)
    return snapshot, wanted, verdict


async def rehearse(house: House, closed: Mapping[Lane, Reason] | None = None) -> Rehearsal:
    """Planned, composed and played; nothing is signed. With nothing to play no fork is opened."""
    snapshot, wanted, verdict = await plan(house)
    rehearsal = Rehearsal(
        before=snapshot,
        after=snapshot,
        dropped=verdict.dropped,
        hedges=wanted.hedges,
        reasons=wanted.reasons,
        look_again=wanted.look_again,
    )
    rehearsal = compose(house, verdict.legs, rehearsal, closed or {})
    if rehearsal.drafts:
        rehearsal = await play(house, await fit(house, rehearsal))
    rehearsal = house.judge(rehearsal)
    house.journal.note(rehearsal)
    return rehearsal


def compose(house: House, legs: Sequence[Leg], rehearsal: Rehearsal, closed: Mapping[Lane, Reason]) -> Rehearsal:
    """Leg by leg: one that cannot be done is dropped with its reason, the others move up in their lane."""
    views = {view.venue: view for view in rehearsal.before.views}
    terms = {each.lane: each for each in rehearsal.before.terms}
    for leg in legs:
        lane = house.venues[leg.venue].lane
        if lane in closed or leg.venue not in views or lane not in terms:
            reason = closed.get(lane, Reason(code=Code.NOT_SEEN, subject=leg.venue))
            rehearsal = _drop(rehearsal, Dropped(leg=leg, reasons=(reason,), by="line"))
            continue
        draft = house.venues[leg.venue].compose(leg, views[leg.venue], terms[lane])
        if isinstance(draft, Cannot):
            rehearsal = _drop(rehearsal, Dropped(leg=leg, reasons=(draft.reason,), by="venue"), draft.calls)
            continue
        rehearsal = replace(rehearsal, drafts=(*rehearsal.drafts, draft))
        terms[lane] = replace(terms[lane], nonce=terms[lane].nonce + len(draft.payloads))
    return rehearsal


def _drop(rehearsal: Rehearsal, dropped: Dropped, calls: tuple[OwnerCall, ...] = ()) -> Rehearsal:
    return replace(rehearsal, dropped=(*rehearsal.dropped, dropped), calls=(*rehearsal.calls, *calls))


async def fit(house: House, rehearsal: Rehearsal) -> Rehearsal:
    """Gas limits come from the live chain: what an L2 charges for posting is not on a fork."""
    wires = (house.wires[house.venues[draft.leg.venue].lane] for draft in rehearsal.drafts)
    readings = [wire.fit(draft) for wire, draft in zip(wires, rehearsal.drafts, strict=True)]
    return replace(rehearsal, drafts=tuple(await drive(readings, await house.moment())))


async def play(house: House, rehearsal: Rehearsal) -> Rehearsal:
    """The very payloads on one shared fork, in plan order; a fork that cannot be had is a fault."""
    views = {view.venue: view for view in rehearsal.before.views}
    try:
        async with house.stage(rehearsal.before) as stage:
            for draft in rehearsal.drafts:
                name = draft.leg.venue
                views[name] = await house.venues[name].rehearse(draft, views[name], stage)
            held = await _held(house, stage) if stage.played else rehearsal.before.held
            played = tuple(stage.played)
    except Unreadable as error:
        fault = Reason(code=Code.REHEARSAL_UNAVAILABLE, subject="rehearsal", value=str(error))
        return replace(rehearsal, faults=(*rehearsal.faults, fault))
    after = replace(rehearsal.before, views=tuple(views.values()), held=held)
    return replace(rehearsal, after=after, played=played, modelled=not played)


async def _held(house: House, stage: Stage) -> tuple[Held, ...]:
    seen = await drive([gapped(wallet.name, wallet.observe()) for wallet in house.wallets], stage.fetch)
    return tuple(held for held in seen if isinstance(held, Held))


async def run(house: House) -> Report:
    """The line, round after round, until one finds nothing to do. Waiting for a keeper is a round without a plan."""
    course = Course()
    if house.vault is None:
        return report(await rehearse(house), course, dry=True)
    await act(house, house.vault, course, None)  # recovery: the same line with nothing new to sign
    for _ in range(house.rounds):
        rehearsed = await rehearse(house, course.closed)
        waiting = any(i.order_id and i.lane not in course.closed for i in house.journal.open())
        if rehearsed.faults or not (rehearsed.drafts or rehearsed.look_again or waiting):
            return report(rehearsed, course)
        await act(house, house.vault, course, rehearsed)
    return report(rehearsed, course, Reason(code=Code.NOT_SETTLED, subject="run", value=f"{house.rounds} rounds"))


def report(last: Rehearsal, course: Course, *ended: Reason, dry: bool = False) -> Report:
    gaps = (Reason(code=Code.UNREADABLE, subject=gap.source, value=gap.why) for gap in last.before.gaps)
    dropped = (reason for each in last.dropped for reason in each.reasons)
    reasons = (*gaps, *last.reasons, *dropped, *last.faults, *course.closed.values(), *ended)
    return Report(
        rehearsal=last,
        reasons=tuple(dict.fromkeys(reasons)),
        happened=tuple(course.happened),
        rehearsals=tuple(course.acted),
        dry=dry,
    )


async def act(house: House, vault: Vault, course: Course, rehearsed: Rehearsal | None) -> None:
    """Every lane that is not over, side by side."""
    work: dict[Lane, list[Draft]] = {lane: [] for lane in house.wires if lane not in course.closed}
    for draft in rehearsed.drafts if rehearsed else ():
        work[house.venues[draft.leg.venue].lane].append(draft)
    if rehearsed and rehearsed.drafts:
        course.acted.append(rehearsed)
    rules = house.rules(rehearsed, house.journal.memory()) if rehearsed else Rules(rehearsed=(), ceilings={})
    await gather(*(guard(lane, course, walk(house, vault, course, lane, work[lane], rules)) for lane in work))


async def guard(lane: Lane, course: Course, work: Awaitable[None]) -> None:
    """A refusal or the deadline ends this lane for this run, with its reason; the other lanes go on."""
    try:
        await work
    except Refused as error:
        course.closed[lane] = Reason(code=Code.REFUSED, subject=lane, value=str(error))
    except Deadline as error:
        course.closed[lane] = Reason(code=Code.DEADLINE, subject=lane, value=str(error))


async def walk(house: House, vault: Vault, course: Course, lane: Lane, drafts: Sequence[Draft], rules: Rules) -> None:
    """One lane, one payload at a time: what is already out first. The first surprise ends the round."""
    out = [await settle(house, vault, course, intent) for intent in mine(house, lane)]
    if drafts and all(as_planned(outcome) for outcome in out) and await young(house, lane, rules):
        await issue(house, vault, course, lane, drafts, rules)
    if lane not in course.closed:
        await account(house, vault, course, lane)


async def young(house: House, lane: Lane, rules: Rules) -> bool:
    """A last look at the time: a rehearsal that has become too old is done again."""
    reading = gapped(Name(lane), house.wires[lane].terms(house.journal.memory()))
    [seen] = await drive([reading], await house.moment())
    return isinstance(seen, Terms) and seen.stamp.time_ms <= rules.rehearsal_until_ms


async def issue(
    house: House, vault: Vault, course: Course, lane: Lane, drafts: Sequence[Draft], rules: Rules
) -> None:
    """Signs, records and delivers. When it stops, the next round looks, decides and rehearses anew."""
    for venue, payload in [(draft.leg.venue, payload) for draft in drafts for payload in draft.payloads]:
        if payload.nonce <= house.journal.memory().nonces.get(lane, -1):
            return  # composed on a branch of the chain that a reorg has taken back
        house.tap("sign")
        signed = vault.sign(venue, payload, rules)
        house.tap("record")
        intent = house.journal.record(signed, rules.ceilings[lane])
        house.tap("deliver")
        outcome = await settle(house, vault, course, intent)
        if not as_planned(outcome) or outcome.stamp.time_ms > rules.rehearsal_until_ms:
            return


def as_planned(outcome: Outcome) -> bool:
    return outcome.state in (State.LANDED, State.DONE)


async def account(house: House, vault: Vault, course: Course, lane: Lane) -> None:
    """Names what became of working orders. The hedge never waits for this: positions and orders are read anew."""
    working = [intent for intent in mine(house, lane) if intent.order_id]
    if working:
        await house.pause()
    for intent in working:
        await settle(house, vault, course, intent)


async def settle(house: House, vault: Vault, course: Course, intent: Intent) -> Outcome:
    """Delivers, and remembers a surprise; one that only a person can judge ends the lane."""
    outcome = await deliver(house, vault, intent)
    if outcome.reason:
        course.happened.append(outcome.reason)
        if exit_for(outcome.reason) is Exit.PERSON:
            course.closed[intent.lane] = outcome.reason
    return outcome


async def deliver(house: House, vault: Vault, intent: Intent) -> Outcome:
    """Sends until the slot is used or never can be: one loop for fresh bytes, a lost answer, a crash and a reorg."""
    venue, wire = house.venues[intent.venue], house.wires[intent.lane]
    while True:
        [(outcome, payload)] = await drive([resolve(venue, wire, intent)], await house.moment())
        if outcome is not None:
            break
        if payload is not None:
            if payload != intent.attempts[-1].payload:
                intent = house.journal.advance(intent, vault.again(intent, payload))
            house.tap("send")
            intent = house.journal.advance(intent, await send(wire, intent.attempts[-1]))
            house.tap("sent")
        await house.pause()
    house.tap("settle")
    house.journal.advance(intent, outcome)
    house.tap("settled")
    return outcome


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


def mine(house: House, lane: Lane) -> list[Intent]:
    return [intent for intent in house.journal.open() if intent.lane == lane]
