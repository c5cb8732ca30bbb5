"""What the history holds of each thing, and where it has holes."""

from agent.model import value
from agent.model.times import HOUR_MS
from agent.records.store import Store


@value
class Series:
    what: str
    of: str
    rows: int
    first_ms: int
    last_ms: int
    holes: int
    longest_ms: int
    """Of the holes: from the last row before it to the first one after it."""
    sources: str


def overview(history: Store) -> tuple[Series, ...]:
    """A gap longer than an hour, or than the interval of what is paid, is a hole."""
    return tuple(
        Series(
            what=what,
            of=of,
            rows=rows,
            first_ms=first_ms,
            last_ms=last_ms,
            holes=holes,
            longest_ms=longest_ms,
            sources=sources,
        )
        for what, sql in _SERIES.items()
        for of, rows, first_ms, last_ms, holes, longest_ms, sources in history.rows(sql)
    )


def _spans(table: str, of: str, step: str = str(HOUR_MS), where: str = "1") -> str:
    gap = f"hour_ms - lag(hour_ms) OVER (PARTITION BY {of} ORDER BY hour_ms)"
    rows = f"SELECT {of} AS of, hour_ms, source, {step} AS step, {gap} AS gap FROM {table} WHERE {where}"  # noqa: S608
    holes = "coalesce(sum(gap > step), 0), coalesce(max(CASE WHEN gap > step THEN gap END), 0)"
    found = f"of, count(*), min(hour_ms), max(hour_ms), {holes}, group_concat(DISTINCT source)"
    return f"SELECT {found} FROM ({rows}) GROUP BY of ORDER BY of"  # noqa: S608


_MARKET = "venue || ' ' || market"
_SERIES = {
    "price": _spans("price", "underlying"),
    "mark": _spans("mark", _MARKET, where="coalesce(mark, traded) IS NOT NULL"),
    "funding": _spans("funding", _MARKET, step="interval_s * 1000"),
    "borrow": _spans("borrow", _MARKET),
    "exposure": _spans("exposure", "underlying"),
}
