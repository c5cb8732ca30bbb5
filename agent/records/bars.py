"""One hour of one market, as a replay walks through it."""

from agent.model import Rate, value
from agent.units import Price


@value
class Bar:
    """Everything in it is known at `at_ms`, the end of the hour. None: the source has no figure."""

    at_ms: int
    spot: Price | None = None
    traded: Price | None = None
    """The perpetual's last trade."""
    mark: Price | None = None
    high: Price | None = None
    """The highest and lowest mark of the hour."""
    low: Price | None = None
    funding: Rate | None = None
    """Paid at the end of this hour."""
