"""The history as a command uses it: fed by what a run saw, and never in its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.hedge.places import places
from agent.hedge.state import state_of
from agent.journal import Ledger
from agent.model import Memory, Name, Past, Rate
from agent.records import History, Records
from agent.units import Base, Price, Ratio
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, hedge, market, snapshot, view

FUNDED = replace(market("2010", "2000"), funding=Rate(value=Ratio("0.0024"), interval_s=86_400))
SEEN = snapshot(view(at=FUNDED), price="2001")
STATE = state_of(hedge(), Base(10), places(hedge(), SEEN), SEEN, Memory())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def records(path: Path, now_ms: int = NOW) -> Records:
    return Records(path, lambda: now_ms)


def test_keep__a_look__leaves_price_basis_funding_and_exposure(path: Path) -> None:
    kept = records(path)

    kept.keep(SEEN, [STATE])

    past = records(path, NOW + DAY).past()
    assert [close for _, close in past.closes[ETH]] == [Price(2001)], "the outside price, not the venue's"
    assert past.basis[PERP, ETH] == ((NOW, Ratio("0.005")),)
    [(_, rate)] = past.funding[PERP, ETH]
    assert rate == Rate(value=Ratio("0.0001"), interval_s=3600), "what one hour takes of 0.24 % a day"
    with History(path) as history:
        assert history.rows("SELECT underlying, amount FROM exposure") == [("ETH", "10")]
    assert kept.remarks == []


def test_keep__without_a_fresh_outside_price__takes_the_venues_index_and_says_so(path: Path) -> None:
    records(path).keep(snapshot(view(at=FUNDED), price=None), [])

    with History(path) as history:
        assert history.rows("SELECT price, source FROM price") == [("2000", "index of perp")]


def test_keep__a_history_that_cannot_be_written__is_a_remark(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)
    kept = records(path)

    kept.keep(SEEN, [])

    [remark] = kept.remarks
    assert "not in the history" in remark
    assert str(path) in remark


def test_past__a_history_that_cannot_be_read__is_empty_and_a_remark_once(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)
    found = records(path)

    assert found.past() == Past()
    assert found.past() == Past()
    assert len(found.remarks) == 1


def test_past__a_figure_that_is_none__is_a_remark(path: Path) -> None:
    records(path).keep(SEEN, [])
    with History(path) as history:
        history.change([("UPDATE price SET price = ?", [("much",)])])
    found = records(path, NOW + DAY)

    assert found.past() == Past()
    assert len(found.remarks) == 1


def test_past__nothing_recorded_yet__makes_no_file(path: Path) -> None:
    assert records(path).past() == Past()
    assert not path.exists()


def test_memory__of_a_journal_with_records_beside_it__holds_the_past(path: Path) -> None:
    records(path).keep(SEEN, [])

    ledger = Ledger(path.with_name("journal.sqlite"), records(path, NOW + DAY).past)

    assert list(ledger.memory().past.closes) == [Name("ETH")]
    assert Ledger(path.with_name("other.sqlite")).memory().past == Past()
    ledger.close()
