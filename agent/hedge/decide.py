"""The decision: all hedges at one moment, from what is seen and remembered to legs of actions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from agent.errors import Exit
from agent.hedge.allocation import closes_first, shrink
from agent.hedge.band import cooldown, cooling, too_little
from agent.hedge.burden import burdens, light
from agent.hedge.exposure import exposure_of
from agent.hedge.flatten import unfinished
from agent.hedge.funds import accounts, moved
from agent.hedge.increase import Increase
from agent.hedge.orders import cancel, overdue, working_in
from agent.hedge.outlook import after, mates
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, places
from agent.hedge.rescue import endangered_first, rescue, sweep
from agent.hedge.roll import roll
from agent.hedge.sizing import hedging_side
from agent.hedge.slices import begun, must_wait, towards
from agent.hedge.state import state_of, wished
from agent.hedge.stops import protect
from agent.hedge.strangers import shut_out, used_elsewhere
from agent.hedge.task import Task
from agent.hedge.unnamed import unnamed
from agent.model import Code, HedgeState, Kind, Leg, Memory, Plan, Reason, Snapshot, View, exit_for
from agent.units import Base


def make_decide(hedges: Sequence[Hedge], limits: Limits) -> Callable[[Snapshot, Memory], Plan]:
    """Rescues and overdue orders first, then each hedge in turn."""

    def decide(snapshot: Snapshot, memory: Memory) -> Plan:
        plan = _urgent(hedges, snapshot, memory, limits)
        for hedge in hedges:
            found, ahead = places(hedge, snapshot), plan.legs
            task = Task(hedge=hedge, found=found, snapshot=snapshot, memory=memory, limits=limits, ahead=ahead)
            plan = _joined(plan, rebalance(task))
        for view in snapshot.views:
            if all(leg.venue != view.venue for leg in plan.legs):
                plan = _joined(plan, protect(view, memory, limits))
        told = (*_told(plan.legs, snapshot, memory, limits), *unnamed(hedges, snapshot, memory))
        seen = accounts(snapshot.views, memory)
        return replace(plan, reasons=(*plan.reasons, *told), accounts=seen, happened=memory.happened)

    return decide


def _urgent(hedges: Sequence[Hedge], snapshot: Snapshot, memory: Memory, limits: Limits) -> Plan:
    plan = Plan()
    for view in endangered_first(snapshot.views):
        left = after(view, plan.legs, mates(view, snapshot))
        # Whoever flattens wants out, not in.
        saved = Plan() if memory.hold else rescue(left, snapshot, memory.past, limits)
        plan = _joined(plan, saved, _cancels(view, hedges, limits))
    return plan


def _cancels(view: View, hedges: Sequence[Hedge], limits: Limits) -> Plan:
    hedged = {hedge.underlying for hedge in hedges}
    markets = [market.name for market in view.markets if market.underlying in hedged]
    late = [order for order in working_in(view, markets) if overdue(order, view, limits)]
    return Plan(legs=cancel(view, late, Kind.REBALANCE))


def _told(legs: Sequence[Leg], snapshot: Snapshot, memory: Memory, limits: Limits) -> Iterator[Reason]:
    """Of accounts and lanes, whatever hedge they serve."""
    for view in snapshot.views:
        yield from sweep(after(view, legs), limits)
    yield from (reason for terms in snapshot.terms if (reason := used_elsewhere(terms)))
    yield from (reason for view in snapshot.views if (reason := shut_out(view)))
    for view in snapshot.views:
        yield from moved(view, memory)
    yield from unfinished(snapshot, memory)


def rebalance(task: Task) -> Plan:
    """The legs that bring one hedge back to its target, or why there are none."""
    exposure = exposure_of(task.hedge, task.snapshot, task.memory, task.limits)
    told = (*task.news(), *exposure.reasons)
    if exposure.amount is None or not task.found:
        return Plan(reasons=told)
    state = state_of(task.hedge, exposure.amount, task.found, task.snapshot, task.memory)
    name, seen = task.hedge.underlying, exposure.seen
    known = Plan(
        adopted=task.adopted(),
        reasons=(*told, *state.warns, *task.burdens()),
        hedges=(state,),
        look_again=exposure.look_again,
        seen={name: seen} if seen else {},
        wished={} if state.undecided else {name: wished(state, task.memory, task.now_ms)},
    )
    if not seen or not exposure.settled or task.unended or task.is_overdue() or task.is_shrunk():
        return known
    first = begun(task.hedge, state, task.memory)
    plan = _trades(task, state, first)
    return replace(_joined(known, plan), seen={name: replace(seen, towards=towards(plan, first, state))})


def _trades(task: Task, state: HedgeState, first: Base | None) -> Plan:
    """What stands against the drift is reduced first; only then, and only towards the target's side, it grows."""
    little, returns = too_little(task.hedge, state, task.found[0].market), state.drift.sign() != state.target.sign()
    if (little or returns) and (step := _rolls(task, state)).legs:
        return step
    if little:
        return Plan(reasons=(little,))
    if task.dark and state.drift.sign() == hedging_side(state.exposure):
        return Plan()  # what the dark venue holds may already be enough: the news have said so
    if any(place.reducible(state.wanted) for place in task.usable):
        at = closes_first(state.wanted, task.usable, task.hedge)
        return _joined(Plan(reasons=task.stranded()), shrink(state.wanted, at, task.snapshot, task.limits))
    if returns or not task.listed:
        return Plan(reasons=task.halted())
    return _joined(Plan(reasons=task.stranded()), _grows(task, state, first))


def _rolls(task: Task, state: HedgeState) -> Plan:
    """A step from a venue that is a burden to one that is not; opening there waits as any increase does."""
    rule, past, now = task.hedge.carry, task.memory.past, task.now_ms
    if rule is None or rule.then != "roll" or task.memory.hold or task.dark:
        return Plan()
    listed: tuple[Place, ...] = () if cooling(task.hedge, task.markets, now, task.memory) else task.listed
    heavy = burdens(rule, task.usable, past, now)
    open_ = [place for place in listed if light(rule, place, heavy, past, now)]
    return roll(task.hedge, state, heavy, open_, task.snapshot, task.limits)


def _grows(task: Task, state: HedgeState, first: Base | None) -> Plan:
    """The increase; while it must wait, only that, and what a person can do meanwhile.

    Under a hold nothing is to be added, so nothing is missing for it either.
    """
    if task.memory.hold:
        return Plan(reasons=(Reason(code=Code.ON_HOLD, subject=task.hedge.underlying, value=task.memory.hold),))
    increase = Increase(
        hedge=task.hedge,
        state=state,
        listed=task.listed,
        snapshot=task.snapshot,
        limits=task.limits,
        ahead=task.ahead,
    )
    parts = increase.parts()
    if all(part.offer.place.working for part in parts if part.size) and any(part.size for part in parts):
        return Plan()
    plan = increase.plan(parts)
    last = cooling(task.hedge, task.markets, task.now_ms, task.memory)
    if last is None or not must_wait(last, first, whole=increase.whole(parts)):
        return plan
    asked = tuple(reason for reason in plan.reasons if exit_for(reason) is Exit.PERSON)
    return Plan(reasons=(cooldown(task.hedge, last, task.now_ms), *asked))


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
