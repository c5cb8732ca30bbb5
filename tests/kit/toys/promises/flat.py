"""Promise 7: flattening is a path of its own."""

from dataclasses import replace

from agent.errors import Exit
from agent.hedge.flatten import make_flatten
from tests.kit.toys.case import PAUSES, Case, Change, Watched
from tests.kit.toys.hedge import LIMITS
from tests.kit.toys.world import KEEPER, MESSAGE, SYNC, World

FLAT = {SYNC: 0, KEEPER: 0, MESSAGE: 0}


def flatten_needs_no_journal_no_spot_and_no_fork(change: Change) -> None:
    case = flattening(Case(World(keeper_delay_s=2)).settle(), change)
    case.world.dark = {"fork", "spot"}
    assert case.run().exit is Exit.DONE
    assert (case.world.sizes, case.world.chain.working, case.world.exchange.stops) == (FLAT, {}, {})


def flatten_ends_with_no_order_working(change: Change) -> None:
    """The keeper sleeps on an order that opens; it is taken back, or it would fill behind our back."""
    world = World(keeper_dead_s=200)
    case = Case(world)
    case.deadline = 10
    case.run()
    assert len(world.chain.working) == 1
    case = flattening(case, change)
    assert case.run().exit is Exit.DONE
    assert world.chain.working == {}
    world.tick(300_000)
    assert world.sizes == FLAT


def flatten_fails_where_it_cannot_see(change: Change) -> None:
    case = flattening(Case().settle(), change)
    case.world.dark = {"size/keeper"}
    assert case.run().exit is Exit.TEMPORARY
    assert case.world.sizes == {**FLAT, KEEPER: -3}


def flattening(case: Case, change: Change) -> Case:
    """The same world, without its journal."""
    case.journal, case.deadline = Watched(), PAUSES
    case.change = lambda house: change(replace(house, decide=make_flatten(LIMITS), wallets=()))
    return case
