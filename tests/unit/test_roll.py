"""A hedge that moves from a venue that costs too much to another, through the whole line, and dies on the way."""

from dataclasses import replace

import pytest

from agent.hedge import CarryRule, Hedge, Limits, make_check, make_decide
from agent.hedge.policies.full import Full
from agent.model import Memory, Past, Plan, Rate, Snapshot, Verdict
from agent.seams import House
from agent.units import Ratio, Usd
from tests.kit.toys.case import Case, Crash, Faults
from tests.kit.toys.hedge import Cold
from tests.kit.toys.words import ETH
from tests.kit.toys.world import MESSAGE, SIZE_DECIMALS, SYNC, USD_DECIMALS, World

DAY_MS = 86_400_000
LIMITS = Limits(open_leverage=Ratio(3), max_order=Usd(8_000), max_leg=Usd(8_000))
RULE = CarryRule(max_cost=Ratio("0.2"), resume=Ratio("0.1"), patience_days=2, then="roll")
HEDGE = Hedge(
    underlying=ETH,
    policy=Full(),
    wallets=(Cold.name,),
    venues=(SYNC, MESSAGE),
    cooldown_s=0,
    carry=RULE,
    forecast="last",
)
DEAR = Rate(value=Ratio("-0.001"), interval_s=3600)
"""The short pays 0.1 % an hour."""


def remembering(world: World, memory: Memory) -> Memory:
    """Two dear days at the first venue, the last one yesterday."""
    paid = tuple((world.now_ms - day * DAY_MS, DEAR) for day in (2, 1))
    return replace(memory, past=Past(funding={(SYNC, ETH): paid}))


def dear(snapshot: Snapshot) -> Snapshot:
    """What the first venue asks for now."""
    views = (
        replace(view, markets=tuple(replace(market, funding=DEAR) for market in view.markets))
        if view.venue == SYNC
        else view
        for view in snapshot.views
    )
    return replace(snapshot, views=tuple(views))


def rolling(case: Case) -> None:
    """From now on the case's hedge is judged by what funding was and is."""
    world = case.world

    def change(house: House) -> House:
        lanes = {name: venue.lane for name, venue in house.venues.items()}
        decides, checks = make_decide([HEDGE], LIMITS), make_check([HEDGE], LIMITS, lanes)

        def decide(snapshot: Snapshot, memory: Memory) -> Plan:
            return decides(dear(snapshot), remembering(world, memory))

        def check(plan: Plan, snapshot: Snapshot, memory: Memory) -> Verdict:
            return checks(plan, dear(snapshot), remembering(world, memory))

        return replace(house, decide=decide, check=check)

    case.change = change


def hedged_at_the_first() -> Case:
    """10 ETH short there, the second venue empty, collateral at both."""
    world = World()
    world.chain.money[SYNC] = 100_000 * 10**USD_DECIMALS
    alone = replace(HEDGE, venues=(SYNC,), carry=None)
    case = Case(world, change=lambda house: replace(house, decide=make_decide([alone], LIMITS)))
    while stands(case)[0] > -10:
        case.run()
        world.wait(60_000)
    rolling(case)
    return case


def stands(case: Case) -> tuple[float, float]:
    sizes = {**case.world.chain.size, **case.world.exchange.size}
    first, second = (sizes.get(venue, 0) / 10**SIZE_DECIMALS for venue in (SYNC, MESSAGE))
    return first, second


def finish(case: Case) -> list[tuple[float, float]]:
    """Run after run until nothing moves; what stood after each."""
    seen = [stands(case)]
    for _ in range(20):
        case.run()
        case.world.wait(60_000)
        seen.append(stands(case))
        if seen[-1] == seen[-2] and not case.journal.open():
            break
    return seen


def test_roll__run_after_run__moves_all_of_it_and_is_never_less_than_hedged() -> None:
    case = hedged_at_the_first()
    assert stands(case) == (-10.0, 0.0)
    path = finish(case)
    assert path[-1] == (0.0, -10.0)
    assert all(first + second <= -10 for first, second in path)
    assert len(case.world.fills) >= 9, "opened and closed in slices of at most 8,000 USD"


@pytest.mark.parametrize("tap", range(1, 60, 4))
def test_roll__killed_on_the_way__is_finished_by_the_next_runs_and_nothing_goes_twice(tap: int) -> None:
    case = hedged_at_the_first()
    case.taps, case.faults = 0, Faults(crash_at=frozenset({tap}))
    try:
        case.run()
    except Crash:
        case.world.wait(120_000)
    assert finish(case)[-1] == (0.0, -10.0)
