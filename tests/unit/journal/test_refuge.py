"""A flatten whose journal cannot be used: it goes on with another, and a person is told."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agent.journal import Ledger, for_exit, store
from agent.journal.store import STEPS
from tests.unit.journal.samples import START_MS, signed

NOBODY = 65_534


@pytest.fixture(autouse=True)
def in_the_tests_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "refuge").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "refuge"))


def with_an_open_intent(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin_run("run", START_MS)
    ledger.record(signed(), ceiling=90)
    ledger.close()


def test_for_exit__a_sound_journal__is_itself_and_nothing_is_said(path: Path) -> None:
    with_an_open_intent(path)
    ledger, warning = for_exit(path)
    assert (ledger.path, warning, len(ledger.open())) == (path, "", 1)


def test_for_exit__no_journal_yet__makes_it(path: Path) -> None:
    ledger, warning = for_exit(path)
    assert (ledger.path, warning, path.exists()) == (path, "", True)


def damaged(path: Path) -> None:
    path.write_text("not a database, " * 100)


def damaged_inside(path: Path) -> None:
    with_an_open_intent(path)
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))


def without_its_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA user_version = {len(STEPS)}")


def no_words_of_ours(path: Path) -> None:
    with_an_open_intent(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE attempt SET payload = '{}'")


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE intent (theirs TEXT)")


def of_a_newer_version(path: Path) -> None:
    with_an_open_intent(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")


def a_folder(path: Path) -> None:
    path.mkdir()


def in_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("no folder")


BROKEN = [
    damaged,
    damaged_inside,
    without_its_tables,
    no_words_of_ours,
    of_another_program,
    of_a_newer_version,
    a_folder,
    in_a_file,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_for_exit__a_journal_of_no_use__is_left_alone_and_an_empty_one_takes_its_place(
    broken: Callable[[Path], None], path: Path
) -> None:
    path.parent.mkdir()
    broken(path)
    before = path.read_bytes() if path.is_file() else None
    ledger, warning = for_exit(path)
    assert warning.startswith(f"the journal cannot be used: {path}")
    assert f"goes on with an empty one, {ledger.path}" in warning
    assert "wait in the pool" in warning
    assert "stop cron" in warning
    assert ledger.begin_run("flatten", START_MS) == 1
    assert (path.read_bytes() if path.is_file() else None) == before


def test_for_exit__a_journal_that_another_process_holds__is_copied_and_knows_what_is_in_flight(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "WAIT_S", 0)
    with_an_open_intent(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger, warning = for_exit(path)
        assert f"goes on with a copy of it, {ledger.path}" in warning
        assert [intent.attempts for intent in ledger.open()] == [(signed(),)]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o444), (0o555, 0o644), (0o755, 0o444)])
def test_for_exit__a_journal_that_may_only_be_read__is_copied(
    folder: int, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        monkeypatch.setattr(tempfile, "tempdir", place)
        path = Path(place) / "state" / "journal.sqlite"
        with_an_open_intent(path)
        Path(place).chmod(0o777)
        path.chmod(file)
        path.parent.chmod(folder)
        with as_nobody():
            ledger, warning = for_exit(path)
            assert "goes on with a copy of it" in warning
            assert len(ledger.open()) == 1
            ledger.close()
        path.parent.chmod(0o755)


def test_for_exit__nowhere_to_write_at_all__goes_on_in_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(path.parent / "is not there"))
    path.parent.mkdir()
    damaged(path)
    ledger, warning = for_exit(path)
    assert "no record will be left" in warning
    assert ledger.begin_run("flatten", START_MS) == 1
