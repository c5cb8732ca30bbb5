"""Prices from outside the venues: fresh ones count, all others are as good as missing."""

from agent.model import Market, Name, Quote, Snapshot
from agent.units import Price


def fresh(quote: Quote) -> bool:
    return quote.stamp.time_ms - quote.updated_ms <= quote.max_age_s * 1000


def quotes_of(underlying: Name, snapshot: Snapshot) -> tuple[Quote, ...]:
    return tuple(quote for quote in snapshot.quotes if quote.underlying == underlying)


def outside_price(underlying: Name, snapshot: Snapshot) -> Price | None:
    """The first fresh one, in the order they are configured."""
    return next((quote.price for quote in quotes_of(underlying, snapshot) if fresh(quote)), None)


def spot_price(market: Market, snapshot: Snapshot) -> Price:
    """What a coin is worth: from outside where that is known, else the venue's index."""
    return outside_price(market.underlying, snapshot) or market.index
