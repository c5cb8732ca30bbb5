"""Perp v2 (Curie) as a venue.

Collateral is the vault's settlement coin. Other coins that the owner posts count in the equity, as the exchange
values them, and not as exposure: keep them in a watched wallet instead.
"""

from agent.model import Cannot, Draft, Happening, Intent, Leg, Outcome, Terms, View, value
from agent.reading import Reading
from agent.seams import Stage
from agent.venues.perp_v2.compose import compose
from agent.venues.perp_v2.happened import happened
from agent.venues.perp_v2.observe import observe
from agent.venues.perp_v2.probe import probe
from agent.venues.perp_v2.rehearse import rehearse
from agent.venues.perp_v2.setup import Setup


@value
class PerpV2(Setup):
    """One account, traded by its operator: a synchronous exchange, no orders that wait."""

    def observe(self) -> Reading[View]:
        return observe(self)

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return happened(self, view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        return probe(self, intent)

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        return compose(self, leg, view, terms)

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        return await rehearse(self, draft, stage)
