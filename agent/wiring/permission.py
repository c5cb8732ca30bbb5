"""What stands of the operator's permission on GMX v2, before it is given anew."""

from agent.evm import head
from agent.reading import Reading, drive
from agent.settings import Configuration
from agent.venues.gmx_v2.keys import SUBACCOUNT_ORDER_ACTION, Keys
from agent.venues.gmx_v2.setup import Setup
from agent.wiring import parts


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
