"""Round after round of one run, each filled as it was planned: a decision is finished, and then there is peace."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from agent.hedge import make_decide
from agent.hedge.outlook import after, mates
from agent.model import Code, Holding, Leg, Memory, Plan, Snapshot, Trade, Traded
from agent.units import Base, Usd
from tests.fuzz.moments import SEARCH, Moment, moments
from tests.unit.hedge.scene import ETH, LIMITS

SLICED = replace(LIMITS, max_order=Usd(4_000))
ROUNDS, RICH = 40, Usd(15_000)
Decide = Callable[[Snapshot, Memory], Plan]


def filled(seen: Snapshot, legs: tuple[Leg, ...]) -> Snapshot:
    return replace(seen, views=tuple(after(view, legs, mates(view, seen)) for view in seen.views))


def recorded(seen: Snapshot, plan: Plan, memory: Memory) -> Memory:
    """As the journal would: our fills, when they were, and what the plan wants remembered."""
    now = seen.time_ms()
    trades = (
        Traded(venue=leg.venue, market=ETH, time_ms=now, notional=Usd(1), fresh=True)
        for leg in plan.legs
        if any(isinstance(action, Trade) for action in leg.actions)
    )
    positions = {(view.venue, ETH): view.size(ETH) for view in filled(seen, plan.legs).views}
    return replace(memory, positions=positions, trades=(*memory.trades, *trades), exposures=dict(plan.seen))


def run(decide: Decide, seen: Snapshot, memory: Memory) -> list[Plan]:
    """Until a round finds nothing to do."""
    plans = list[Plan]()
    while len(plans) < ROUNDS:
        plans.append(decide(seen, memory))
        if not plans[-1].legs:
            break
        memory, seen = recorded(seen, plans[-1], memory), filled(seen, plans[-1].legs)
    return plans


def sizes(plan: Plan) -> list[Base]:
    return [action.size for leg in plan.legs for action in leg.actions if isinstance(action, Trade)]


def quiet(moment: Moment) -> Moment:
    """No order is on its way, for what it does is not ours to foresee; mostly, collateral and much to hedge."""
    views = tuple(replace(view, orders=(), equity=view.equity + RICH) for view in moment.seen.views)
    held = tuple(replace(each, holdings=tuple(_more(h) for h in each.holdings)) for each in moment.seen.held)
    return replace(moment, seen=replace(moment.seen, views=views, held=held))


def _more(holding: Holding) -> Holding:
    return replace(holding, amount=holding.amount + Base(9))


def every_run(breaks: Callable[[Decide], Decide]) -> None:
    @SEARCH
    @given(moments(venues=1))
    def holds(moment: Moment) -> None:
        moment = quiet(moment)
        plans = run(breaks(make_decide([moment.hedge], SLICED)), moment.seen, moment.memory)
        assert plans[-1].legs == (), "it never ends"
        assert len({size.sign() for plan in plans for size in sizes(plan)}) <= 1, "it trades to and fro"
        reduced = any(not leg_grows(leg) for plan in plans for leg in plan.legs)
        asked = any(reason.code is Code.COLLATERAL for reason in plans[-1].reasons)
        held = any(reason.code is Code.COOLDOWN for reason in plans[-1].reasons)
        assert not held or reduced or asked, "what was begun is not finished"

    holds()


def leg_grows(leg: Leg) -> bool:
    return not any(isinstance(action, Trade) and action.reduce_only for action in leg.actions)


def whole(decide: Decide) -> Decide:
    return decide


def forgets_what_was_begun(decide: Decide) -> Decide:
    def wrong(seen: Snapshot, memory: Memory) -> Plan:
        known = {name: replace(before, towards=None) for name, before in memory.exposures.items()}
        return decide(seen, replace(memory, exposures=known))

    return wrong


def does_not_see_its_fills(decide: Decide) -> Decide:
    """Decides on what it saw first."""
    first: list[Snapshot] = []

    def wrong(seen: Snapshot, memory: Memory) -> Plan:
        if not memory.trades:
            first[:] = [seen]
        return decide(first[0], memory)

    return wrong


def test_run__any_moment__finishes_what_it_began_in_one_direction_and_ends() -> None:
    every_run(whole)


@pytest.mark.parametrize("breakage", [forgets_what_was_begun, does_not_see_its_fills])
def test_run__named_breakage__is_caught(breakage: Callable[[Decide], Decide]) -> None:
    with pytest.raises(AssertionError):
        every_run(breakage)


def test_runs__the_search__meets_increases_in_slices() -> None:
    """Guards the property above against holding for want of slices."""
    met = [0]

    @SEARCH
    @given(moments(venues=1))
    def count(moment: Moment) -> None:
        moment = quiet(moment)
        plans = run(make_decide([moment.hedge], SLICED), moment.seen, moment.memory)
        met[0] += sum(leg_grows(leg) for plan in plans for leg in plan.legs) > 1

    count()
    assert met[0] > 30, met
