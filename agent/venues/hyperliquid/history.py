"""What shorts were paid in the past and what the coin traded at: a weight of 20, and one more for each 20 payments or
60 candles, asked only when wanted."""

from collections.abc import Callable
from typing import Any

from agent.model import Rate
from agent.model.times import HOUR_S
from agent.reading import Reading
from agent.units import Price, Ratio
from agent.venues.hyperliquid.info import ask, number, table, whole
from agent.venues.hyperliquid.setup import Setup

MOST_HOURS = 500
"""One answer holds no more."""
MOST_CANDLES = 5_000
"""The exchange keeps no more of one length."""


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


def exchange_time(setup: Setup) -> Reading[int]:
    """The exchange's own, in milliseconds."""
    asked = ask(setup.source, lambda found: whole(table(found)["time"]), type="exchangeStatus")
    found = yield (asked,)
    return found[asked]


def hourly_closes(setup: Setup, coin: str, since_ms: int, now_ms: int) -> Reading[tuple[tuple[int, Price], ...]]:
    """The end of each hour in milliseconds and the last trade in it, oldest first; the newest MOST_CANDLES of them.

    The hour under way is left out.
    """
    span = {"coin": coin, "interval": "1h", "startTime": since_ms, "endTime": now_ms}
    asked = ask(setup.source, _closes(coin), type="candleSnapshot", req=span)
    found = yield (asked,)
    return tuple((ends, close) for ends, close in found[asked] if ends <= now_ms)


def _closes(coin: str) -> Callable[[Any], tuple[tuple[int, Price], ...]]:
    def decode(rows: Any) -> tuple[tuple[int, Price], ...]:
        if not isinstance(rows, list) or any(row["s"] != coin for row in rows):
            raise TypeError(f"no list of what {coin} traded at")
        return tuple(sorted((whole(row["t"]) + HOUR_S * 1000, Price(number(row["c"]))) for row in rows))

    return decode
