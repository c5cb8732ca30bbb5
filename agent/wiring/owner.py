"""What the owner could sign instead of the operator."""

from agent.evm import head
from agent.model import OwnerCall, Plan, Snapshot, Trade
from agent.reading import Reading, drive
from agent.settings import Configuration
from agent.venues.gmx_v2.keys import SUBACCOUNT_ORDER_ACTION, Keys
from agent.venues.gmx_v2.setup import Setup
from agent.wiring import parts
from agent.wiring.kinds import kind_of


def owner_closes(settings: Configuration, snapshot: Snapshot, plan: Plan) -> tuple[OwnerCall, ...]:
    """Closes every position seen, at no worse than the price bounds of the plan."""
    calls: list[OwnerCall] = []
    for view in snapshot.views:
        actions = (action for leg in plan.legs if leg.venue == view.venue for action in leg.actions)
        trades = tuple(action for action in actions if isinstance(action, Trade))
        kind, configured = kind_of(settings, view.venue), settings.venues[view.venue]
        calls += kind.closes(settings, view.venue, configured, view, trades)
    return tuple(calls)


async def actions_done(settings: Configuration, setup: Setup) -> tuple[int, int]:
    """How many actions the operator has ever used on GMX v2, which counts from the first, and at what second."""
    now = head(setup.source)
    done = Keys.SUBACCOUNT_ACTION_COUNT.at(
        setup.source, setup.contracts.data_store, setup.account, setup.operator, SUBACCOUNT_ORDER_ACTION
    )

    def asked() -> Reading[tuple[int, int]]:
        found = yield now, done
        return found[done], found[now].time_ms // 1000

    async with parts.chain(settings, setup.source) as chain:
        [answer] = await drive([asked()], await chain.pin())
        return answer
