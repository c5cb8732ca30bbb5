"""The past of one market as the history would hold it, bar after bar: policies see no more than they would have."""

from collections import deque

from agent.model import MarketKey, Name, Past, Rate
from agent.model.times import DAY_MS
from agent.records.bars import Bar
from agent.records.rows import PAST_DAYS
from agent.units import Price, Ratio


class Recorded:
    """`History.past`, grown bar by bar instead of read anew."""

    def __init__(self, underlying: Name, key: MarketKey, days: int = PAST_DAYS) -> None:
        self._underlying, self._key, self._kept_ms = underlying, key, days * DAY_MS
        self._closes = deque[tuple[int, Price]]()
        self._funding = deque[tuple[int, Rate]]()
        self._basis = deque[tuple[int, Ratio]]()
        self._now_ms = 0

    def add(self, bar: Bar) -> None:
        """What became known with it."""
        self._now_ms = bar.at_ms
        price = bar.mark or bar.traded
        if bar.spot and price:
            self._basis.append((bar.at_ms, Ratio((price / bar.spot).raw - 1)))
        if bar.funding:
            self._funding.append((bar.at_ms, bar.funding))
        if bar.spot:
            self._close(bar.at_ms, bar.spot)
        for kept in (self._closes, self._funding, self._basis):
            while kept and kept[0][0] <= bar.at_ms - self._kept_ms:
                kept.popleft()

    def _close(self, at_ms: int, spot: Price) -> None:
        """The last price of a day is its close; midnight ends a day."""
        day = -(-at_ms // DAY_MS) * DAY_MS
        if self._closes and self._closes[-1][0] == day:
            self._closes.pop()
        self._closes.append((day, spot))

    def past(self) -> Past:
        """The day under way has no close yet."""
        closes = tuple(self._closes)
        if closes and closes[-1][0] > self._now_ms:
            closes = closes[:-1]
        found = {self._underlying: closes} if closes else {}
        return Past(
            closes=found,
            funding={self._key: tuple(self._funding)} if self._funding else {},
            basis={self._key: tuple(self._basis)} if self._basis else {},
        )
