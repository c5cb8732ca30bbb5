"""GMX v2 as a venue: one short in one market, margin of its own, executed by keepers."""

from agent.model import Cannot, Draft, Happening, Intent, Leg, Outcome, Terms, View, value
from agent.reading import Reading
from agent.seams import Stage
from agent.venues.gmx_v2.compose import compose
from agent.venues.gmx_v2.happened import happened
from agent.venues.gmx_v2.observe import observe
from agent.venues.gmx_v2.probe import probe
from agent.venues.gmx_v2.rehearse import rehearse
from agent.venues.gmx_v2.setup import Setup


@value
class GmxV2(Setup):
    """One account in one market: a transaction creates an order, a keeper executes or cancels it later."""

    def observe(self) -> Reading[View]:
        return observe(self)

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return happened(self, view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        return probe(self, intent)

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        return compose(self, leg, view, terms)

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        return await rehearse(self, draft, view, stage)
