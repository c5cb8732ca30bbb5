"""Hyperliquid as a venue: signed messages, an order book that fills at once, and no fork to rehearse on."""

from agent.model import Cannot, Draft, Happening, Intent, Leg, Outcome, Terms, View, value
from agent.reading import Reading
from agent.seams import Stage
from agent.venues.hyperliquid.compose import compose
from agent.venues.hyperliquid.happened import happened
from agent.venues.hyperliquid.observe import observe
from agent.venues.hyperliquid.probe import probe
from agent.venues.hyperliquid.rehearse import rehearse
from agent.venues.hyperliquid.setup import Setup


@value
class Hyperliquid(Setup):
    """One account, traded by its agent."""

    def observe(self) -> Reading[View]:
        return observe(self)

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return happened(self, view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        return probe(self, intent)

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        return compose(self, leg, view, terms)

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        return rehearse(self, draft, view)
