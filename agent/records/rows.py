"""What the history holds: one row an hour and series."""

from collections.abc import Iterable

from agent.model import Name, Rate, value
from agent.model.times import HOUR_MS
from agent.units import Base, Price, Ratio

PAST_DAYS = 400
"""How far back a policy can look: a year and a month."""


def hour_of(at_ms: int) -> int:
    """The end of the hour that this moment belongs to; a whole hour is its own end."""
    return -(-at_ms // HOUR_MS) * HOUR_MS


def nearest_hour(at_ms: int) -> int:
    """A venue pays a moment after the whole hour, and says so to the millisecond."""
    return (at_ms + HOUR_MS // 2) // HOUR_MS * HOUR_MS


@value
class PriceRow:
    underlying: Name
    at_ms: int
    price: Price
    source: str


@value
class MarkRow:
    """One market; None where it was not told."""

    venue: Name
    market: Name
    at_ms: int
    mark: Price | None = None
    high: Price | None = None
    low: Price | None = None
    traded: Price | None = None
    index: Price | None = None
    source: str


@value
class FundingRow:
    """Paid at the end of its hour; settled: by the venue's own records."""

    venue: Name
    market: Name
    at_ms: int
    rate: Rate
    settled: bool
    source: str

    @property
    def hour_ms(self) -> int:
        return nearest_hour(self.at_ms) if self.settled else hour_of(self.at_ms)


@value
class BorrowRow:
    """What holding either side takes in an hour."""

    venue: Name
    market: Name
    at_ms: int
    an_hour: Ratio
    source: str


@value
class ExposureRow:
    underlying: Name
    at_ms: int
    amount: Base
    source: str


@value
class Rows:
    """What one look, one file or one answer brought."""

    prices: Iterable[PriceRow] = ()
    marks: Iterable[MarkRow] = ()
    funding: Iterable[FundingRow] = ()
    borrows: Iterable[BorrowRow] = ()
    exposures: Iterable[ExposureRow] = ()
