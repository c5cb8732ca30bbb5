"""What the index traded at in the past, as the exchange's price service keeps it. Of funding it keeps nothing.

GET /prices/candles?tokenSymbol=ETH&period=1h&limit=N answers {"period": "1h", "candles": [[start, open, high, low,
close], ...]}, times in seconds, newest first; the first is the hour under way.
"""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from agent.errors import Unreadable
from agent.model.times import HOUR_S
from agent.reading import Read, Reading
from agent.units import Price
from agent.venues.gmx_v2.setup import Setup

CANDLES = "/prices/candles"
MOST_CANDLES = 5_000


def hourly_closes(setup: Setup, hours: int, now_ms: int) -> Reading[tuple[tuple[int, Price], ...]]:
    """The end of each of the last hours in milliseconds and the price then, oldest first. Raises Unreadable where no
    price service is configured."""
    if not setup.settings.tickers:
        raise Unreadable(f"{setup.name}: no price service is configured (`tickers`): there is nobody to ask")
    asked = {"tokenSymbol": setup.market.underlying, "period": "1h", "limit": min(hours + 1, MOST_CANDLES)}
    read = Read(source=setup.tickers, request=f"{CANDLES}?{urlencode(asked)}".encode(), decode=_closes)
    found = yield (read,)
    return tuple((ends, close) for ends, close in found[read] if ends <= now_ms)


def _closes(raw: bytes) -> tuple[tuple[int, Price], ...]:
    try:
        rows = json.loads(raw, parse_float=Decimal)["candles"]
        return tuple(sorted(_close(*row) for row in rows))
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{raw[:80]!r} makes no sense ({error!r})") from error


def _close(start: Any, _open: Any, _high: Any, _low: Any, close: Any) -> tuple[int, Price]:
    if type(start) is not int or not isinstance(close, int | Decimal) or close <= 0:
        raise TypeError(f"{start!r}: {close!r} is no candle")
    return (start + HOUR_S) * 1000, Price(close)
