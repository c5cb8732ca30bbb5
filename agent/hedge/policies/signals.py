"""What daily closes say of a pullback: one figure each, below 0 where the price falls and above 0 where it rises."""

from collections.abc import Callable, Mapping, Sequence

from agent.hedge.stats import mean
from agent.units import Price, Ratio

Signal = Callable[[Sequence[Price]], Ratio]
"""Of at least two closes, the oldest first."""


def rate_of_change(closes: Sequence[Price]) -> Ratio:
    """The last close against the first."""
    return _beyond(closes[-1], closes[0])


def trend(closes: Sequence[Price]) -> Ratio:
    """The last close against the moving average of all of them."""
    return _beyond(closes[-1], Price(mean([close.raw for close in closes])))


def breakout(closes: Sequence[Price]) -> Ratio:
    """How far the last close has left the channel of those before it: below support, above resistance; else 0."""
    last, support, resistance = closes[-1], min(closes[:-1]), max(closes[:-1])
    return _beyond(last, min(max(last, support), resistance))


def _beyond(price: Price, reference: Price) -> Ratio:
    return price / reference - Ratio(1)


SIGNALS: Mapping[str, Signal] = {"rate-of-change": rate_of_change, "trend": trend, "breakout": breakout}
