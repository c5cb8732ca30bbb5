"""Promise 2: the venue and the chain are the truth."""

import random

from agent.errors import Exit
from agent.model import Code, EvmTx
from tests.kit.toys.case import Case, Change, Faults
from tests.kit.toys.promises.common import codes, right
from tests.kit.toys.vault import seal
from tests.kit.toys.weather import lagging
from tests.kit.toys.world import EVM, ROUTER, SYNC, World


def working_orders_count(change: Change) -> None:
    right(Case(World(keeper_delay_s=12), change=change))


def a_lagging_node_is_not_believed(change: Change) -> None:
    """It shows a world before our own landings, now and then."""
    for seed in range(6):
        right(Case(faults=Faults(lag=lagging(random.Random(seed))), change=change))


def a_nonce_that_is_not_ours_needs_a_person(change: Change) -> None:
    case = Case(change=change).settle()
    case.world.chain.size[SYNC] = 0
    foreign = EvmTx(
        lane=EVM,
        nonce=len(case.world.chain.used),
        expires_ms=case.world.now_ms,
        to=ROUTER,
        data=b"{}",
        value=0,
        gas=21_000,
        max_fee=2,
        tip=1,
    )
    case.world.transact(seal(SYNC, foreign).raw)
    case.world.tick()
    asked = len(case.vault.asked)
    assert case.run().exit is Exit.PERSON
    assert Code.FOREIGN_NONCE in codes(case)
    assert len(case.vault.asked) == asked
