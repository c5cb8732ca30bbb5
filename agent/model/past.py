"""What was recorded of markets up to a moment: the history that policies, forecasts and the margin runway look at."""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from agent.model.base import Name, value
from agent.model.observed import Rate
from agent.units import Price, Ratio

MarketKey: TypeAlias = tuple[Name, Name]
"""Venue and market."""
Closes: TypeAlias = tuple[tuple[int, Price], ...]
"""The end of each UTC day in milliseconds, and the last outside price of that day; a day without one is missing."""
Settled: TypeAlias = tuple[tuple[int, Rate], ...]
"""When funding was paid, in milliseconds, and at what rate; > 0: longs paid, shorts received."""
Spreads: TypeAlias = tuple[tuple[int, Ratio], ...]
"""When it was seen, in milliseconds, and mark / index - 1."""


@value
class Past:
    """Oldest first; nothing in it is later than the moment it is looked at. Empty where nothing was recorded."""

    closes: Mapping[Name, Closes] = field(default_factory=dict)
    """By underlying."""
    funding: Mapping[MarketKey, Settled] = field(default_factory=dict)
    borrow: Mapping[MarketKey, Settled] = field(default_factory=dict)
    """As it stood hour by hour: either side pays it."""
    basis: Mapping[MarketKey, Spreads] = field(default_factory=dict)


@value
class Wished:
    """What a policy wanted last, and since when: what hysteresis and steps go on from."""

    ratio: Ratio
    since_ms: int
