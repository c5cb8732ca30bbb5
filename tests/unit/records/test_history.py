"""The history: what is written twice stands there once, and the past it gives back."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import ConfigError, Temporary
from agent.model import Name, Past, Rate
from agent.model.times import HOUR_MS
from agent.records import History
from agent.records.rows import BorrowRow, ExposureRow, FundingRow, MarkRow, PriceRow, Rows
from agent.units import Base, Price, Ratio

ETH, PERP = Name("ETH"), Name("perp")
DAY_MS = 24 * HOUR_MS
NOON = 20_000 * DAY_MS + 12 * HOUR_MS


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / "state" / "history.sqlite") as found:
        yield found


def borrow(at_ms: int, an_hour: str) -> Rows:
    return Rows(borrows=[BorrowRow(venue=PERP, market=ETH, at_ms=at_ms, an_hour=Ratio(an_hour), source="seen")])


def test_borrow__two_looks_in_one_hour__leave_the_later_one_and_nothing_of_later_hours(history: History) -> None:
    for seen in (borrow(NOON - 60_000, "0.00002"), borrow(NOON - 1_000, "0.00003"), borrow(NOON + 1, "0.0009")):
        history.see(seen)

    stood = Rate(value=Ratio("0.00003"), interval_s=3600)
    assert history.past(NOON).borrow == {(PERP, ETH): ((NOON, stood),)}


def test_history__of_version_1__is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with History(path) as history:
        history.see(price(NOON, "2000"))
        history.change([("DROP TABLE borrow", [()]), ("PRAGMA user_version = 1", [()])])
    with History(path) as history:
        history.see(borrow(NOON, "0.00002"))
        assert (count(history, "price"), count(history, "borrow")) == (1, 1)


def price(at_ms: int, figure: str, source: str = "feed") -> Rows:
    return Rows(prices=[PriceRow(underlying=ETH, at_ms=at_ms, price=Price(figure), source=source)])


def paid(at_ms: int, rate: str, *, settled: bool, interval_s: int = 3600) -> Rows:
    found = Rate(value=Ratio(rate), interval_s=interval_s)
    return Rows(
        funding=[FundingRow(venue=PERP, market=ETH, at_ms=at_ms, rate=found, settled=settled, source="venue")]
    )


def mark(at_ms: int, figure: str | None = None, traded: str | None = None, index: str | None = "2000") -> Rows:
    mark_, traded_, index_ = (None if each is None else Price(each) for each in (figure, traded, index))
    row = MarkRow(venue=PERP, market=ETH, at_ms=at_ms, mark=mark_, traded=traded_, index=index_, source="seen")
    return Rows(marks=[row])


def count(history: History, table: str) -> int:
    return len(history.rows(f"SELECT * FROM {table}"))  # noqa: S608


def test_price__two_looks_in_one_hour__leave_the_later_one(history: History) -> None:
    history.see(price(NOON - 60_000, "2000"))
    history.see(price(NOON - 1_000, "2010"))
    history.see(price(NOON - 30_000, "1990"))

    assert count(history, "price") == 1
    assert history.rows("SELECT price, at_ms FROM price") == [("2010", NOON - 1_000)]


def test_price__a_file_about_an_hour_that_a_run_saw__changes_nothing(history: History) -> None:
    history.see(price(NOON - 60_000, "2000"))
    history.fill(price(NOON, "2222", "file"))

    assert history.rows("SELECT price, source FROM price") == [("2000", "feed")]


def test_mark__a_file_beside_what_was_seen__adds_what_was_missing_alone(history: History) -> None:
    history.see(mark(NOON - 60_000, "2001"))
    history.fill(mark(NOON, "2999", "2002"))

    assert history.rows("SELECT mark, traded FROM mark") == [("2001", "2002")]


def test_closes__the_last_price_of_each_day__at_the_end_of_that_day_and_none_of_today(history: History) -> None:
    midnight = NOON - NOON % DAY_MS
    history.fill(price(midnight - 5 * HOUR_MS, "1900"))
    history.fill(price(midnight, "1950"))
    history.fill(price(midnight + HOUR_MS, "2000"))

    assert history.past(NOON).closes == {ETH: ((midnight, Price(1950)),)}
    assert history.past(NOON + DAY_MS).closes[ETH][-1] == (midnight + DAY_MS, Price(2000))


def test_funding__what_was_seen__counts_until_the_venue_says_what_it_paid(history: History) -> None:
    history.see(paid(NOON - 40 * 60_000, "0.00002", settled=False))
    history.see(paid(NOON - 20 * 60_000, "0.00003", settled=False))
    assert _rates(history) == [(NOON, "0.00003")]

    history.fill(paid(NOON + 76, "0.00004", settled=True))
    history.see(paid(NOON - 1_000, "0.00005", settled=False))

    assert _rates(history) == [(NOON, "0.00004")], "a payment belongs to its hour, some milliseconds late or not"


def _rates(history: History) -> list[tuple[int, str]]:
    found = history.past(NOON + HOUR_MS - 1).funding[PERP, ETH]
    return [(at, str(rate.value)) for at, rate in found]


def test_funding__the_hour_under_way__is_not_paid_yet(history: History) -> None:
    history.see(paid(NOON - 60_000, "0.00002", settled=False))

    assert history.past(NOON - 1).funding == {}


def test_funding__of_eight_hours__keeps_its_interval(history: History) -> None:
    history.fill(paid(NOON, "0.0001", settled=True, interval_s=8 * 3600))

    assert history.past(NOON).funding[PERP, ETH] == ((NOON, Rate(value=Ratio("0.0001"), interval_s=8 * 3600)),)


def test_basis__mark_against_index__and_the_last_trade_where_there_is_no_mark(history: History) -> None:
    history.see(mark(NOON, "2020"))
    history.fill(mark(NOON + HOUR_MS, None, "1990"))
    history.fill(mark(NOON + 2 * HOUR_MS, None, "1990", None))

    found = history.past(NOON + DAY_MS).basis[PERP, ETH]

    assert found == ((NOON, Ratio("0.01")), (NOON + HOUR_MS, Ratio("-0.005")))


def test_past__more_days_than_asked_for__are_left_out(history: History) -> None:
    history.fill(price(NOON - 30 * DAY_MS, "1900"))
    history.fill(price(NOON - 2 * DAY_MS, "2000"))

    assert [str(close) for _, close in history.past(NOON, days=10).closes[ETH]] == ["2000"]


def test_rows__of_a_file_that_breaks_off__are_not_there_at_all(history: History) -> None:
    def broken() -> Iterator[ExposureRow]:
        yield ExposureRow(underlying=ETH, at_ms=NOON, amount=Base(10), source="plan")
        raise ConfigError("line 3")

    with pytest.raises(ConfigError, match="line 3"):
        history.fill(Rows(exposures=broken()))

    assert count(history, "exposure") == 0


def test_store__another_programs_file__is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()

    with pytest.raises(ConfigError, match="some other program's"):
        History(path)


def test_store__a_newer_version__is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 9")
    newer.close()

    with pytest.raises(ConfigError, match="version 9"):
        History(path)


def test_store__a_file_that_is_no_database__says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"no database at all" * 100)

    with pytest.raises(ConfigError, match=r"damaged.*data fill"):
        History(path)


def test_store__locked_by_another_process__is_a_matter_of_time(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.records.store.WAIT_S", 0)
    other = sqlite3.connect(history.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with History(history.path) as waiting, pytest.raises(Temporary, match="another process"):
            waiting.see(price(NOON, "2000"))
    finally:
        other.close()


def test_store__the_file__is_for_this_user_alone(history: History) -> None:
    assert history.path.stat().st_mode & 0o777 == 0o600


def test_past__of_an_empty_history__is_empty(history: History) -> None:
    assert history.past(NOON) == Past()
