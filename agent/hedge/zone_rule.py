"""The no-trade zone by cost, as the user says it; zone.py computes it."""

from agent.model import value
from agent.units import Ratio, Usd


@value
class CostZone:
    """Parameters of the zone by cost."""

    aversion: Ratio = Ratio(1)
    """What a variance of 1 a year costs, in shares of the hedged value: 2 gives a zone half as wide."""
    fixed: Usd = Usd(1)
    """Gas and keeper of one trade."""
    widest: Ratio = Ratio("0.1")
    """Of the target: no estimate lets the hedge be further off."""
