"""The history: rows in, in two ways, and the past out as policies look at it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from agent.model import MarketKey, Name, Past, Rate
from agent.model.times import DAY_MS, HOUR_S
from agent.records.bars import Bar
from agent.records.rows import PAST_DAYS, BorrowRow, ExposureRow, FundingRow, MarkRow, PriceRow, Rows, hour_of
from agent.records.store import Store
from agent.units import Price, Quantity, Ratio

_LATER = "WHERE excluded.at_ms >= at_ms"
_SEEN = {
    "price": f"DO UPDATE SET at_ms = excluded.at_ms, price = excluded.price, source = excluded.source {_LATER}",
    "mark": "DO UPDATE SET at_ms = excluded.at_ms, mark = excluded.mark, idx = excluded.idx, "
    f"source = excluded.source {_LATER}",
    "borrow": f"DO UPDATE SET at_ms = excluded.at_ms, rate = excluded.rate, source = excluded.source {_LATER}",
    "exposure": f"DO UPDATE SET at_ms = excluded.at_ms, amount = excluded.amount, source = excluded.source {_LATER}",
}
_FILLED = {
    "price": "DO NOTHING",
    "mark": "DO UPDATE SET mark = coalesce(mark, excluded.mark), high = coalesce(high, excluded.high), "
    "low = coalesce(low, excluded.low), traded = coalesce(traded, excluded.traded), "
    "idx = coalesce(idx, excluded.idx)",
    "borrow": "DO NOTHING",
    "exposure": "DO NOTHING",
}
_FUNDING = (
    "DO UPDATE SET at_ms = excluded.at_ms, rate = excluded.rate, interval_s = excluded.interval_s, "
    "settled = excluded.settled, source = excluded.source "
    "WHERE excluded.settled > settled OR excluded.settled = settled AND excluded.at_ms > at_ms"
)


class History(Store):
    """Whatever is written twice stands there once."""

    def see(self, rows: Rows) -> None:
        """What a run saw: of an hour the last look stands."""
        self._write(rows, _SEEN)

    def fill(self, rows: Rows) -> None:
        """What a file or an endpoint tells: only what is missing is added."""
        self._write(rows, _FILLED)

    def _write(self, rows: Rows, known: dict[str, str]) -> None:
        self.change(
            (
                (_insert("price", 5, known["price"]), map(_price, rows.prices)),
                (_insert("mark", 10, known["mark"]), map(_mark, rows.marks)),
                (_insert("funding", 8, _FUNDING), map(_paid, rows.funding)),
                (_insert("borrow", 6, known["borrow"]), map(_borrowed, rows.borrows)),
                (_insert("exposure", 5, known["exposure"]), map(_exposure, rows.exposures)),
            )
        )

    def past(self, now_ms: int, days: int = PAST_DAYS) -> Past:
        """What was recorded of the last days, and nothing later than now. One query for each kind."""
        since = now_ms - days * DAY_MS
        return Past(
            closes=_grouped(self._closes(since, now_ms)),
            funding=_grouped(self._funding(since, now_ms)),
            borrow=_grouped(self._borrow(since, now_ms)),
            basis=_grouped(self._basis(since, now_ms)),
        )

    def bars(self, underlying: Name, venue: Name, market: Name) -> Iterator[Bar]:
        """All hours of one market, with the outside price of the underlying and what was paid at their end."""
        found = self.rows(
            "SELECT mark.hour_ms, price, traded, mark, high, low, rate, interval_s FROM mark "
            "LEFT JOIN price ON price.underlying = ? AND price.hour_ms = mark.hour_ms "
            "LEFT JOIN funding USING (venue, market, hour_ms) "
            "WHERE mark.venue = ? AND mark.market = ? ORDER BY mark.hour_ms",
            (underlying, venue, market),
        )
        for hour_ms, *prices, rate, interval_s in found:
            spot, traded, mark, high, low = (None if each is None else Price(each) for each in prices)
            paid = None if rate is None else Rate(value=Ratio(rate), interval_s=interval_s)
            yield Bar(at_ms=hour_ms, spot=spot, traded=traded, mark=mark, high=high, low=low, funding=paid)

    def _closes(self, since_ms: int, now_ms: int) -> Iterator[tuple[Name, tuple[int, Price]]]:
        """SQLite takes the price of the row that has the maximum. Midnight belongs to the day that it ends."""
        found = self.rows(
            f"SELECT underlying, ((at_ms - 1) / {DAY_MS} + 1) * {DAY_MS} AS day, price, max(at_ms) FROM price "  # noqa: S608
            "WHERE at_ms > ? GROUP BY underlying, day HAVING day <= ? ORDER BY underlying, day",
            (since_ms - since_ms % DAY_MS, now_ms),
        )
        return ((Name(underlying), (day, Price(price))) for underlying, day, price, _ in found)

    def _funding(self, since_ms: int, now_ms: int) -> Iterator[tuple[MarketKey, tuple[int, Rate]]]:
        found = self.rows(
            "SELECT venue, market, hour_ms, rate, interval_s FROM funding WHERE hour_ms > ? AND hour_ms <= ? "
            "ORDER BY venue, market, hour_ms",
            (since_ms, now_ms),
        )
        for venue, market, hour_ms, rate, interval_s in found:
            yield (Name(venue), Name(market)), (hour_ms, Rate(value=Ratio(rate), interval_s=interval_s))

    def _borrow(self, since_ms: int, now_ms: int) -> Iterator[tuple[MarketKey, tuple[int, Rate]]]:
        found = self.rows(
            "SELECT venue, market, hour_ms, rate FROM borrow WHERE hour_ms > ? AND hour_ms <= ? "
            "ORDER BY venue, market, hour_ms",
            (since_ms, now_ms),
        )
        for venue, market, hour_ms, rate in found:
            yield (Name(venue), Name(market)), (hour_ms, Rate(value=Ratio(rate), interval_s=HOUR_S))

    def _basis(self, since_ms: int, now_ms: int) -> Iterator[tuple[MarketKey, tuple[int, Ratio]]]:
        """Where no mark was told, the last trade stands in."""
        found = self.rows(
            "SELECT venue, market, at_ms, coalesce(mark, traded) AS price, idx FROM mark "
            "WHERE hour_ms > ? AND at_ms <= ? AND price IS NOT NULL AND idx IS NOT NULL "
            "ORDER BY venue, market, hour_ms",
            (since_ms, now_ms),
        )
        for venue, market, at_ms, price, idx in found:
            yield (Name(venue), Name(market)), (at_ms, Ratio(Decimal(price) / Decimal(idx) - 1))


def _insert(table: str, columns: int, conflict: str) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)}) ON CONFLICT {conflict}"  # noqa: S608


def _price(row: PriceRow) -> tuple[Any, ...]:
    return row.underlying, hour_of(row.at_ms), row.at_ms, str(row.price), row.source


def _mark(row: MarkRow) -> tuple[Any, ...]:
    prices = (row.mark, row.high, row.low, row.traded, row.index)
    return row.venue, row.market, hour_of(row.at_ms), row.at_ms, *map(_text, prices), row.source


def _paid(row: FundingRow) -> tuple[Any, ...]:
    rate = row.rate
    return (
        row.venue,
        row.market,
        row.hour_ms,
        row.at_ms,
        str(rate.value),
        rate.interval_s,
        int(row.settled),
        row.source,
    )


def _borrowed(row: BorrowRow) -> tuple[Any, ...]:
    return row.venue, row.market, hour_of(row.at_ms), row.at_ms, str(row.an_hour), row.source


def _exposure(row: ExposureRow) -> tuple[Any, ...]:
    return row.underlying, hour_of(row.at_ms), row.at_ms, str(row.amount), row.source


def _text(found: Quantity | None) -> str | None:
    return None if found is None else str(found)


K = TypeVar("K")
V = TypeVar("V")


def _grouped(found: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """They come sorted by their key."""
    return {key: tuple(each for _, each in group) for key, group in groupby(found, key=itemgetter(0))}
