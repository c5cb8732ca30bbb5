"""What shorts were paid in the past: a weight of 20, and one more for each 20 hours, asked only when wanted."""

from collections.abc import Callable
from typing import Any

from agent.model import Rate
from agent.reading import Reading
from agent.units import Ratio
from agent.venues.hyperliquid.info import ask, number, whole
from agent.venues.hyperliquid.setup import Setup

HOUR_S = 3600
MOST_HOURS = 500
"""One answer holds no more."""


def funding_history(setup: Setup, coin: str, since_ms: int) -> Reading[tuple[tuple[int, Rate], ...]]:
    """Each hour's rate and when it was paid, in milliseconds, oldest first; no more than MOST_HOURS of them."""
    asked = ask(setup.source, _paid(coin), type="fundingHistory", coin=coin, startTime=since_ms)
    found = yield (asked,)
    return found[asked]


def _paid(coin: str) -> Callable[[Any], tuple[tuple[int, Rate], ...]]:
    def decode(rows: Any) -> tuple[tuple[int, Rate], ...]:
        if not isinstance(rows, list) or any(row["coin"] != coin for row in rows):
            raise TypeError(f"no list of what {coin} paid")
        paid = ((whole(row["time"]), number(row["fundingRate"])) for row in rows)
        return tuple((at, Rate(value=Ratio(rate), interval_s=HOUR_S)) for at, rate in sorted(paid))

    return decode
