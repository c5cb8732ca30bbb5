"""The line: observe, decide, check, compose, rehearse; then, in delivery.py, sign, record, deliver, account.

Names no venue and no wire. status, plan and rehearse are this line stopped early; run is it in rounds; flatten is it
with another `decide`; recovery is it with nothing new to sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.delivery import Course, act, confirm, shallow, unpaid
from agent.errors import Deadline, Mismatch, Unreadable
from agent.hedge.questions import lately, long_ago
from agent.model import (
    Cannot,
    Code,
    Draft,
    Dropped,
    Gap,
    Happening,
    Held,
    Lane,
    Leg,
    Memory,
    Name,
    OwnerCall,
    Plan,
    Quote,
    Reason,
    Rehearsal,
    Report,
    Sign,
    Snapshot,
    Terms,
    Verdict,
    View,
)
from agent.reading import Reading, drive, gapped
from agent.seams import House, Stage


async def observe(house: House, memory: Memory | None = None) -> Snapshot:
    """Everything at one moment: one batch per source and round. `memory` is the journal's unless another is given."""
    memory = memory or house.journal.memory()
    readings: list[Reading[View | Held | Quote | Sign | Terms | Gap]] = [
        *(gapped(venue.name, venue.observe()) for venue in house.venues.values()),
        *(gapped(wallet.name, wallet.observe()) for wallet in house.wallets),
        *(gapped(price.name, price.observe()) for price in house.prices),
        *(gapped(watch.name, watch.observe()) for watch in house.watches),
        *(gapped(Name(wire.lane), wire.terms(memory)) for wire in house.wires.values()),
    ]
    seen = await drive(readings, await house.moment())
    return Snapshot(
        views=tuple(s for s in seen if isinstance(s, View)),
        held=tuple(s for s in seen if isinstance(s, Held)),
        quotes=tuple(s for s in seen if isinstance(s, Quote)),
        terms=tuple(s for s in seen if isinstance(s, Terms)),
        signs=tuple(s for s in seen if isinstance(s, Sign)),
        gaps=tuple(s for s in seen if isinstance(s, Gap)),
    )


async def plan(house: House) -> tuple[Snapshot, Plan, Verdict]:
    """Observed, decided, checked; every reason is in the diary."""
    snapshot = await observe(house)
    memory = await informed(house, snapshot, house.journal.memory())
    wanted = house.decide(snapshot, memory)
    house.journal.note(wanted)
    verdict = house.check(wanted, snapshot, memory)
    house.journal.note(verdict)
    return snapshot, wanted, verdict


async def informed(house: House, snapshot: Snapshot, memory: Memory) -> Memory:
    """With what the venues say happened there, where positions or equity are not as our records have them."""
    for ask in (lately, long_ago) if house.asks else ():
        since = ask(snapshot, memory)
        views = [view for view in snapshot.views if view.venue in since]
        if not views:
            continue
        readings = [gapped(v.venue, house.venues[v.venue].happened(v, since[v.venue])) for v in views]
        told = await drive(readings, await house.moment())
        memory = _answered(memory, {view.venue: said for view, said in zip(views, told, strict=True)})
    return memory


def _answered(memory: Memory, told: Mapping[Name, tuple[Happening, ...] | Gap]) -> Memory:
    """What a venue says counts for what it said before; why one could not say is kept for the reader."""
    before = (each for each in memory.happened if each.venue not in told)
    now = (each for said in told.values() if not isinstance(said, Gap) for each in said)
    silent = {venue: said.why for venue, said in told.items() if isinstance(said, Gap)}
    others = {venue: why for venue, why in memory.silent.items() if venue not in told}
    return replace(memory, happened=(*before, *now), silent=others | silent)


async def rehearse(house: House, closed: Mapping[Lane, Reason] | None = None) -> Rehearsal:
    """Planned, composed and played; nothing is signed. With nothing to play no fork is opened."""
    snapshot, wanted, verdict = await plan(house)
    rehearsal = Rehearsal(
        before=snapshot,
        after=snapshot,
        dropped=verdict.dropped,
        hedges=wanted.hedges,
        reasons=wanted.reasons,
        happened=wanted.happened,
        look_again=wanted.look_again,
    )
    rehearsal = await tried(house, verdict.legs, rehearsal, closed or {})
    house.journal.note(rehearsal)
    return rehearsal


async def tried(house: House, legs: Sequence[Leg], rehearsal: Rehearsal, closed: Mapping[Lane, Reason]) -> Rehearsal:
    """Composed, played and judged. A leg that reverts is left out and the others are tried anew: they may go."""
    composed = compose(house, legs, rehearsal, closed)
    if not composed.drafts:
        return house.judge(composed)
    fitted = await fit(house, composed)
    if broke := unaffordable(fitted):
        left = [leg for leg in legs if leg is not broke.leg]
        return await tried(house, left, _drop(rehearsal, broke), closed)
    played = house.judge(await play(house, fitted))
    failed = [draft.leg for draft in played.drafts if reverted(draft, played)]
    if not failed or len(played.drafts) == 1:
        return played
    reasons = (*played.faults, *played.reasons[len(rehearsal.reasons) :])
    without = _drop(rehearsal, Dropped(leg=failed[0], reasons=reasons, by="line"))
    return await tried(house, [leg for leg in legs if leg is not failed[0]], without, closed)


def unaffordable(rehearsal: Rehearsal) -> Dropped | None:
    """The first leg that the operator's coins do not pay for: the others may be cheaper, or on another lane."""
    terms = {each.lane: each for each in rehearsal.before.terms}
    for draft in rehearsal.drafts:
        short = [r for payload in draft.payloads if (r := unpaid(payload, terms[payload.lane]))]
        if short:
            return Dropped(leg=draft.leg, reasons=tuple(short), by="line")
    return None


def reverted(draft: Draft, rehearsal: Rehearsal) -> bool:
    failed = {(played.tx.lane, played.tx.nonce) for played in rehearsal.played if not played.ok}
    return any((payload.lane, payload.nonce) in failed for payload in draft.payloads)


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
        code = Code.MISCONFIGURED if isinstance(error, Mismatch) else Code.REHEARSAL_UNAVAILABLE
        fault = Reason(code=code, subject="rehearsal", value=str(error))
        return replace(rehearsal, faults=(*rehearsal.faults, fault))
    after = replace(rehearsal.before, views=tuple(views.values()), held=held)
    return replace(rehearsal, after=after, played=played, modelled=not played)


async def _held(house: House, stage: Stage) -> tuple[Held, ...]:
    seen = await drive([gapped(wallet.name, wallet.observe()) for wallet in house.wallets], stage.fetch)
    return tuple(held for held in seen if isinstance(held, Held))


async def run(house: House, course: Course | None = None) -> Report:
    """The line, round after round, until one finds nothing to do. Waiting for a keeper is a round without a plan.

    With the course of an earlier one it goes on from there.
    """
    course = course or Course()
    if house.vault is None:
        return report(await rehearse(house), course, dry=True)
    await act(house, house.vault, course, None)  # recovery: the same line with nothing new to sign
    left = house.rounds
    while left:
        rehearsed = await settled(house, course)
        waiting = any(i.order_id and i.lane not in course.closed for i in house.journal.open())
        idle = not (rehearsed.drafts or waiting)
        if rehearsed.faults or idle or timed_out(course):
            return report(rehearsed, course)
        await act(house, house.vault, course, rehearsed)
        left -= bool(rehearsed.drafts)  # waiting for a keeper is bounded by the deadline alone
    return report(rehearsed, course, Reason(code=Code.NOT_SETTLED, subject="run", value=f"{house.rounds} rounds"))


async def settled(house: House, course: Course) -> Rehearsal:
    """Rehearsed. Where only a second reading is wanted it is looked again, until there is one or the time is over;
    a flatten does not wait for that."""
    while True:
        rehearsed = await rehearse(house, course.closed)
        course.happened += (reason for reason in rehearsed.reasons if reason.code is Code.CHANGED)
        if rehearsed.drafts or not rehearsed.look_again or house.journal.memory().hold:
            return rehearsed
        try:
            await house.pause()
        except Deadline:
            return rehearsed


async def run_to_the_end(house: House) -> Report:
    """Run until what landed can no longer be taken back, or the time is over. For a flatten: flat means flat."""
    course = Course()
    while True:
        done = await run(house, course)
        open_ = any(shallow(intent) for intent in house.journal.open() if intent.lane in house.wires)
        if not open_ or house.vault is None or not await confirm(house, house.vault):
            return done


def timed_out(course: Course) -> bool:
    """When one lane has run out of time, so has the run: what it left open may still trade."""
    return any(reason.code is Code.DEADLINE for reason in course.closed.values())


def report(last: Rehearsal, course: Course, *ended: Reason, dry: bool = False) -> Report:
    gaps = (gap.reason for gap in last.before.gaps)
    dropped = (reason for each in last.dropped for reason in each.reasons)
    strangers = (reason for reason in course.happened if reason.code is Code.REPLACED)
    reasons = (*gaps, *last.reasons, *dropped, *last.faults, *course.closed.values(), *strangers, *ended)
    return Report(
        rehearsal=last,
        reasons=tuple(dict.fromkeys(reasons)),
        happened=tuple(course.happened),
        rehearsals=tuple(course.acted),
        dry=dry,
    )
