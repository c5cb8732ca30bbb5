"""A draft on the fork: the very transactions, then the same look at the exchange, which fills at once."""

from agent.model import Draft, EvmTx, View
from agent.reading import drive
from agent.seams import Stage
from agent.venues.perp_v2.observe import observe
from agent.venues.perp_v2.reverts import explain
from agent.venues.perp_v2.setup import Setup


async def rehearse(setup: Setup, draft: Draft, stage: Stage) -> View:
    for payload in draft.payloads:
        if isinstance(payload, EvmTx):
            await stage.play(payload, explain)
    [after] = await drive([observe(setup)], stage.fetch)
    return after
