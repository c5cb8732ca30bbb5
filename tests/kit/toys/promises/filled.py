"""Promise 9: mined is not filled."""

from agent.errors import Exit
from agent.model import EvmTx, State
from agent.units import Base
from tests.kit.toys.case import PAUSES, Case, Change, Faults
from tests.kit.toys.promises.common import right
from tests.kit.toys.weather import spiking
from tests.kit.toys.words import ETH
from tests.kit.toys.world import KEEPER, Sent, World


def a_working_order_is_no_position(change: Change) -> None:
    case = Case(World(keeper_dead_s=10_000), change=change)
    case.deadline = 15
    assert case.run().exit is Exit.TEMPORARY
    assert case.journal.memory().positions[KEEPER, ETH] == Base(0)
    [waiting] = [intent for intent in case.journal.open() if intent.order_id]
    assert (waiting.venue, waiting.state) == (KEEPER, State.LANDED)
    case.deadline = PAUSES
    case.world.dead_until_ms = 0
    right(case)


def a_lane_stops_behind_what_failed(change: Change) -> None:
    """The deposit reverts, though its rehearsal did not: the trade that stands behind it is never signed."""

    def way(world: World, sent: Sent) -> str:
        if world.chain.allowance:
            world.chain.reserve = 0
        return sent()

    case = Case(faults=Faults(way=way), change=change)
    case.run()
    signed = [payload.data for payload in case.vault.asked if isinstance(payload, EvmTx)]
    assert [b"approve" in data for data in signed[:2]] == [True, False]
    assert [data for data in signed if b"trade" in data] == []
    [failed] = [intent for intent in case.journal.all() if intent.state is State.REFUSED]
    on_the_lane = [payload for payload in case.vault.asked if isinstance(payload, EvmTx)]
    assert failed.attempts[0].payload == on_the_lane[-1]


def a_lane_stops_behind_what_was_burned(change: Change) -> None:
    """The slot of the deposit is burned: what follows is decided and rehearsed anew."""
    case = Case(faults=Faults(way=spiking(50, 3)), change=change)
    right(case)
    [burned] = [intent for intent in case.journal.all() if intent.state is State.VOID]
    later = [intent for intent in case.journal.all() if intent.lane == burned.lane and intent.id > burned.id]
    assert min(intent.attempts[0].payload.expires_ms for intent in later) > burned.attempts[0].payload.expires_ms
