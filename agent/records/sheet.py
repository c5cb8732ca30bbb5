"""A file of hourly bars: CSV, gzipped or not, as exchanges' candles are passed around.

Columns, in any order and all but `ts` optional: ts (seconds since 1970, the END of the hour), spot_close, perp_close,
mark_close, mark_high, mark_low, funding_rate (of one settlement, on the hour it settles) and funding_interval_hours.
spot_low, spot_high, perp_low and perp_high are known and not used: a venue liquidates on its mark. An empty cell is
missing, never zero.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from agent.errors import ConfigError
from agent.model import Name, Rate
from agent.model.times import HOUR_S
from agent.records.bars import Bar
from agent.records.rows import FundingRow, MarkRow, PriceRow, Rows
from agent.units import Price, Ratio

USED = (
    "ts",
    "spot_close",
    "perp_close",
    "mark_close",
    "mark_high",
    "mark_low",
    "funding_rate",
    "funding_interval_hours",
)
IGNORED = ("spot_low", "spot_high", "perp_low", "perp_high")
_GZIP = b"\x1f\x8b"
_DEFAULT_HOURS = "8"
"""The first settlement of a file does not know the one before it."""


def bars(path: Path) -> Iterator[Bar]:
    """One for each line, as they stand. ConfigError names the line, the column and what is wrong."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path, "rt", newline="") if packed else path.open(newline="") as lines:
            yield from _bars(path, csv.DictReader(lines))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None


def _bars(path: Path, lines: "csv.DictReader[str]") -> Iterator[Bar]:
    _check(path, lines.fieldnames or ())
    before = 0
    for line in lines:
        try:
            bar = _bar(line)
        except ValueError as error:
            raise ConfigError(f"{path}: line {lines.line_num}: {error}") from None
        if bar.at_ms <= before:
            raise ConfigError(f"{path}: line {lines.line_num}: ts does not rise")
        before = bar.at_ms
        yield bar


def _check(path: Path, columns: Sequence[str]) -> None:
    """A mistyped column must not pass for one that is not there."""
    unknown = [column for column in columns if column not in (*USED, *IGNORED)]
    if unknown or "ts" not in columns:
        said = f"unknown column {', '.join(unknown)}" if unknown else "there is no column ts"
        raise ConfigError(f"{path}: {said}; known: {', '.join((*USED, *IGNORED))}")


def _bar(line: Mapping[str, str]) -> Bar:
    return Bar(
        at_ms=int(line["ts"]) * 1000,
        spot=_price(line, "spot_close"),
        traded=_price(line, "perp_close"),
        mark=_price(line, "mark_close"),
        high=_price(line, "mark_high"),
        low=_price(line, "mark_low"),
        funding=_rate(line),
    )


def _price(line: Mapping[str, str], column: str) -> Price | None:
    text = line.get(column)
    if not text:
        return None
    found = Price(_number(column, text))
    if found <= _ZERO:
        raise ValueError(f"{column} must be above 0, not {text}")
    return found


def _rate(line: Mapping[str, str]) -> Rate | None:
    text = line.get("funding_rate")
    if not text:
        return None
    hours = line.get("funding_interval_hours") or _DEFAULT_HOURS
    interval_s = int(_number("funding_interval_hours", hours) * HOUR_S)
    if interval_s <= 0:
        raise ValueError(f"funding_interval_hours must be above 0, not {hours}")
    return Rate(value=Ratio(_number("funding_rate", text)), interval_s=interval_s)


def _number(column: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{column}: {text!r} is no number") from None


_ZERO = Price(0)


def rows(found: Sequence[Bar], underlying: Name, venue: Name, market: Name, source: str) -> Rows:
    """Bars as rows of the history. What a mark is compared with is the file's spot."""
    return Rows(
        prices=(
            PriceRow(underlying=underlying, at_ms=bar.at_ms, price=bar.spot, source=source)
            for bar in found
            if bar.spot is not None
        ),
        marks=(_mark(bar, venue, market, source) for bar in found),
        funding=(
            FundingRow(venue=venue, market=market, at_ms=bar.at_ms, rate=bar.funding, settled=True, source=source)
            for bar in found
            if bar.funding is not None
        ),
    )


def _mark(bar: Bar, venue: Name, market: Name, source: str) -> MarkRow:
    return MarkRow(
        venue=venue,
        market=market,
        at_ms=bar.at_ms,
        mark=bar.mark,
        high=bar.high,
        low=bar.low,
        traded=bar.traded,
        index=bar.spot,
        source=source,
    )
