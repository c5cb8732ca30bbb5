"""The decision: all hedges at one moment, from what is seen and remembered to legs of actions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from agent.errors import Exit
from agent.hedge.allocation import closes_first, shrink
from agent.hedge.band import cooldown, cooling, too_little
from agent.hedge.burden import bearable, burdens, light
from agent.hedge.exposure import exposure_of
from agent.hedge.flatten import unfinished
from agent.hedge.forecast import expecting
from agent.hedge.funds import accounts, moved
from agent.hedge.increase import Increase
from agent.hedge.orders import cancel, ended_unseen, overdue, waiting, working_in
from agent.hedge.outlook import after, mates
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, dark, places
from agent.hedge.rescue import endangered_first, rescue, sweep
from agent.hedge.roll import roll
from agent.hedge.sizing import hedging_side
from agent.hedge.slices import begun, must_wait, towards
from agent.hedge.state import state_of, wished
from agent.hedge.stops import protect
from agent.hedge.strangers import adopted, shut_out, stranger, used_elsewhere
from agent.hedge.unnamed import unnamed
from agent.model import (
    Adopted,
    Code,
    HedgeState,
    Kind,
    Leg,
    Memory,
    Name,
    OpenOrder,
    Plan,
    Reason,
    Snapshot,
    Trade,
    View,
    exit_for,
    value,
)
from agent.model.words import side
from agent.units import Base, Ratio


@value
class Task:
    """One hedge, and everything that its decision depends on."""

    hedge: Hedge
    found: tuple[Place, ...]
    snapshot: Snapshot
    memory: Memory
    limits: Limits
    ahead: tuple[Leg, ...] = ()
    """Legs that go first and use collateral."""


def make_decide(hedges: Sequence[Hedge], limits: Limits) -> Callable[[Snapshot, Memory], Plan]:
    """Rescues and overdue orders first, then each hedge in turn."""

    def decide(snapshot: Snapshot, memory: Memory) -> Plan:
        plan = Plan()
        for view in endangered_first(snapshot.views):
            left = after(view, plan.legs, mates(view, snapshot))
            # Whoever flattens wants out, not in.
            saved = Plan() if memory.hold else rescue(left, snapshot, memory.past, limits)
            plan = _joined(plan, saved, _cancels(view, hedges, limits))
        for hedge in hedges:
            task = Task(
                hedge=hedge,
                found=places(hedge, snapshot),
                snapshot=snapshot,
                memory=memory,
                limits=limits,
                ahead=plan.legs,
            )
            plan = _joined(plan, rebalance(task))
        for view in snapshot.views:
            if all(leg.venue != view.venue for leg in plan.legs):
                plan = _joined(plan, protect(view, memory, limits))
        swept = (reason for view in snapshot.views for reason in sweep(after(view, plan.legs), limits))
        foreign = (reason for terms in snapshot.terms if (reason := used_elsewhere(terms)))
        closed = (reason for view in snapshot.views if (reason := shut_out(view)))
        alien = unnamed(hedges, snapshot, memory)
        funds = (reason for view in snapshot.views for reason in moved(view, memory))
        told = (*swept, *foreign, *closed, *alien, *funds, *unfinished(snapshot, memory))
        reasons, seen = (*plan.reasons, *told), accounts(snapshot.views, memory)
        return replace(plan, reasons=reasons, accounts=seen, happened=memory.happened)

    return decide


def rebalance(task: Task) -> Plan:
    """The legs that bring one hedge back to its target, or why there are none."""
    exposure = exposure_of(task.hedge, task.snapshot, task.memory, task.limits)
    unended = _unended(task)
    told = (*_unseen(task), *_strange(task), *_waiting(task), *unended, *exposure.reasons)
    if exposure.amount is None or not task.found:
        return Plan(reasons=told)
    state = state_of(task.hedge, exposure.amount, task.found, task.snapshot, task.memory)
    name, seen = task.hedge.underlying, exposure.seen
    noted = {name: seen} if seen else {}
    known = Plan(
        adopted=_adopted(task),
        reasons=(*told, *state.warns, *_burdens(task)),
        hedges=(state,),
        look_again=exposure.look_again,
        seen=noted,
        wished={} if state.undecided else {name: wished(state, task.memory, task.snapshot.time_ms())},
    )
    if not seen or not exposure.settled or unended or _overdue(task) or _shrinks(task):
        return known
    first = begun(task.hedge, state, task.memory)
    plan = _trades(task, state, first)
    return replace(_joined(known, plan), seen={name: replace(seen, towards=towards(plan, first, state))})


def _trades(task: Task, state: HedgeState, first: Base | None) -> Plan:
    """What stands against the drift is reduced first; only then, and only towards the target's side, it grows."""
    little = too_little(task.hedge, state, task.found[0].market)
    if (little or state.drift.sign() != state.target.sign()) and (step := _rolls(task, state)).legs:
        return step
    if little:
        return Plan(reasons=(little,))
    if dark(task.hedge, task.snapshot) and state.drift.sign() == hedging_side(state.exposure):
        return Plan()  # what the dark venue holds may already be enough: _unseen has said so
    usable = _usable(task)
    if any(place.reducible(state.wanted) for place in usable):
        plan = shrink(state.wanted, closes_first(state.wanted, usable, task.hedge), task.snapshot, task.limits)
        return _joined(Plan(reasons=_stranded(task)), plan)
    listed = _listed(task.hedge, usable)
    if not listed or state.drift.sign() != state.target.sign():
        return Plan(reasons=_halted(task))
    return _joined(Plan(reasons=_stranded(task)), _grows(task, state, listed, first))


def _usable(task: Task) -> tuple[Place, ...]:
    """What trades now, with the funding to expect there."""
    hedge, past = task.hedge, task.memory.past
    open_ = (place for place in task.found if not place.view.halted)
    return tuple(expecting(place, hedge.forecast, hedge.horizon_days, past) for place in open_)


def _rolls(task: Task, state: HedgeState) -> Plan:
    """A step from a venue that is a burden to one that is not; opening there waits as any increase does."""
    rule, usable, past, now = task.hedge.carry, _usable(task), task.memory.past, task.snapshot.time_ms()
    if rule is None or rule.then != "roll" or task.memory.hold or dark(task.hedge, task.snapshot):
        return Plan()
    cools = bool(cooling(task.hedge, _markets(task), now, task.memory))
    listed = () if cools else _listed(task.hedge, usable)
    heavy = burdens(rule, usable, past, now)
    open_ = [place for place in listed if light(rule, place, heavy, past, now)]
    return roll(task.hedge, state, heavy, open_, task.snapshot, task.limits)


def _burdens(task: Task) -> tuple[Reason, ...]:
    """Said wherever the hedge stands, and wherever it may not: nobody holds bare coins without being told why."""
    rule = task.hedge.carry
    heavy = burdens(rule, task.found, task.memory.past, task.snapshot.time_ms())
    cut = bearable(task.hedge, heavy) < Ratio(1)
    return tuple(each.told(rule) for each in heavy if rule and (cut or each.place.position))


def _listed(hedge: Hedge, usable: Sequence[Place]) -> tuple[Place, ...]:
    """Where the hedge may grow: the first market of each venue, the best venue first."""
    firsts = {place.view.venue: place for place in reversed(usable) if place.view.venue in hedge.venues}
    return tuple(place for place in usable if firsts.get(place.view.venue) is place)


def _grows(task: Task, state: HedgeState, listed: tuple[Place, ...], first: Base | None) -> Plan:
    """The increase; while it must wait, only that, and what a person can do meanwhile.

    Under a hold nothing is to be added, so nothing is missing for it either.
    """
    if task.memory.hold:
        return Plan(reasons=(Reason(code=Code.ON_HOLD, subject=task.hedge.underlying, value=task.memory.hold),))
    increase = Increase(
        hedge=task.hedge,
        state=state,
        listed=listed,
        snapshot=task.snapshot,
        limits=task.limits,
        ahead=task.ahead,
    )
    parts, now = increase.parts(), task.snapshot.time_ms()
    if all(part.offer.place.working for part in parts if part.size) and any(part.size for part in parts):
        return Plan()
    plan = increase.plan(parts)
    last = cooling(task.hedge, _markets(task), now, task.memory)
    if last is None or not must_wait(last, first, whole=increase.whole(parts)):
        return plan
    asked = tuple(reason for reason in plan.reasons if exit_for(reason) is Exit.PERSON)
    return Plan(reasons=(cooldown(task.hedge, last, now), *asked))


def _markets(task: Task) -> set[tuple[Name, Name]]:
    return {(place.view.venue, place.market.name) for place in task.found}


def _unseen(task: Task) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            code=Code.NOT_SEEN,
            subject=f"{task.hedge.underlying} {venue}",
            value=f"its position may be anything from none to {_last_known(task.memory, venue)}: nothing is added",
        )
        for venue in dark(task.hedge, task.snapshot)
    )


def _last_known(memory: Memory, venue: Name) -> str:
    known = (f"{side(size)} {market}" for (at, market), size in memory.positions.items() if at == venue and size)
    return ", ".join(known) or "what was seen last"


def _strange(task: Task) -> tuple[Reason, ...]:
    answers = task.hedge.on_change
    reasons = (stranger(place.view, place.market.name, task.memory, answers) for place in task.found)
    return tuple(reason for reason in reasons if reason)


def _adopted(task: Task) -> tuple[Adopted, ...]:
    """Of this underlying: what one of its causes lets the hedge go on from."""
    views = {place.view.venue: place.view for place in task.found}
    ours = {(place.view.venue, place.market.name) for place in task.found}
    found = (each for view in views.values() for each in adopted(view, task.memory, task.hedge.on_change))
    return tuple(each for each in found if (each.venue, each.market) in ours)


def _halted(task: Task) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            code=Code.HALTED,
            subject=f"{task.hedge.underlying} {place.view.venue}",
            value=f"{place.view.halted}; {side(place.position)} there",
        )
        for place in task.found
        if place.view.halted
    )


def _stranded(task: Task) -> tuple[Reason, ...]:
    """Halted venues that hold a position; an empty one is not worth a word while another trades."""
    return _halted(replace(task, found=tuple(place for place in task.found if place.position)))


def _orders(task: Task) -> tuple[tuple[View, OpenOrder], ...]:
    return tuple((place.view, order) for place in task.found for order in working_in(place.view, [place.market.name]))


def _waiting(task: Task) -> tuple[Reason, ...]:
    return tuple(waiting(view, order) for view, order in _orders(task))


def _unended(task: Task) -> tuple[Reason, ...]:
    """A position that does not show yet what an order did would be hedged twice: the next round knows."""
    views = {place.view.venue: place.view for place in task.found}
    return tuple(reason for view in views.values() for reason in ended_unseen(view, task.memory))


def _overdue(task: Task) -> bool:
    """One that is about to be cancelled may still fill: the next round knows."""
    return any(overdue(order, view, task.limits) for view, order in _orders(task))


def _shrinks(task: Task) -> bool:
    """What a rescue leaves of the position is only known when it has gone: the next round knows."""
    rescued = (leg for leg in task.ahead if leg.kind is Kind.RESCUE)
    going = {(leg.venue, action.market) for leg in rescued for action in leg.actions if isinstance(action, Trade)}
    return not going.isdisjoint(_markets(task))


def _cancels(view: View, hedges: Sequence[Hedge], limits: Limits) -> Plan:
    hedged = {hedge.underlying for hedge in hedges}
    markets = [market.name for market in view.markets if market.underlying in hedged]
    late = [order for order in working_in(view, markets) if overdue(order, view, limits)]
    return Plan(legs=cancel(view, late, Kind.REBALANCE))


def _joined(*plans: Plan) -> Plan:
    return Plan(
        legs=tuple(leg for plan in plans for leg in plan.legs),
        reasons=tuple(reason for plan in plans for reason in plan.reasons),
        hedges=tuple(hedge for plan in plans for hedge in plan.hedges),
        look_again=any(plan.look_again for plan in plans),
        seen={name: seen for plan in plans for name, seen in plan.seen.items()},
        adopted=tuple(each for plan in plans for each in plan.adopted),
        wished={name: wish for plan in plans for name, wish in plan.wished.items()},
    )
