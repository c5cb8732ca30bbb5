"""The file: what is on the disk, and what a broken one says."""

import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import ConfigError, HedgekeeperError, Temporary
from agent.journal import Ledger, store
from agent.journal.store import STEPS, Store, explain
from agent.units import Base
from tests.unit.journal.samples import START_MS, signed, tx

CHILD = """
import os, sys
from pathlib import Path
from agent.journal import Ledger
from agent.units import Base
from tests.unit.journal.samples import START_MS, signed
ledger = Ledger(Path(sys.argv[1]))
ledger.begin_run("run", START_MS)
ledger.record(signed(), ceiling=90)
os.write(1, b"recorded")
os.read(0, 1)
"""


def test_store__every_transaction__is_synced(path: Path) -> None:
    opened = Store(path)
    [[mode]], [[synchronous]] = opened.rows("PRAGMA journal_mode"), opened.rows("PRAGMA synchronous")
    assert (mode, synchronous) == ("wal", 2)
    assert path.stat().st_mode & 0o777 == 0o600


def test_record__then_kill_9__is_on_the_disk(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(8) == b"recorded"
        process.kill()
        assert process.wait() == -signal.SIGKILL
    [intent] = Ledger(path).open()
    assert intent.attempts == (signed(),)


def test_transaction__that_fails_half_way__changes_nothing(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin_run("run", START_MS)
    half = Store(path)
    with pytest.raises(HedgekeeperError, match="FOREIGN KEY"):
        _write_half(half)
    assert ledger.memory().positions == {}


def _write_half(store: Store) -> None:
    with store.transaction():
        store.change("INSERT INTO position VALUES ('perp', 'ETH', '1')")
        store.change("INSERT INTO answer (intent, said) VALUES (99, 'to nobody')")


def test_open__by_a_newer_version__says_upgrade(path: Path) -> None:
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(ConfigError, match=f"{path}: the journal has version {len(STEPS) + 1}.*Upgrade hedgekeeper"):
        Ledger(path)


def test_open__twice__keeps_what_is_there(ledger: Ledger, path: Path) -> None:
    recorded = ledger.record(signed(), ceiling=90)
    assert Ledger(path).open() == [recorded]
    assert Store(path).rows("PRAGMA user_version")[0][0] == len(STEPS)


def test_open__a_journal_of_the_first_version__is_brought_up_to_date_and_keeps_what_is_there(path: Path) -> None:
    first = Path(store.__file__).with_name(STEPS[0]).read_text()
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(first)
        db.executescript("PRAGMA user_version = 1; INSERT INTO position VALUES ('perp', 'ETH', '-3');")
    ledger = Ledger(path)
    assert ledger.memory().positions == {("perp", "ETH"): Base(-3)}
    assert ledger.memory().wished == {}
    assert Store(path).rows("PRAGMA user_version")[0][0] == len(STEPS)


def test_open__another_programs_database__is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE intent (theirs TEXT)")
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="some other program's SQLite file"):
        Ledger(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("intent",)]
    assert before.startswith(b"SQLite format 3")


def test_open__a_file_that_is_no_journal__says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("not a database, " * 100)
    with pytest.raises(ConfigError, match=f"{path}: the journal is damaged.*journal adopt"):
        Ledger(path)
    assert path.read_text() == "not a database, " * 100


def test_open__in_a_folder_that_cannot_be_made__names_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ConfigError, match=r"state/journal\.db: the journal cannot be created"):
        Ledger(tmp_path / "state" / "journal.db")


def test_record__while_another_process_holds_the_file__is_temporary(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = Store(path)
    impatient.rows("PRAGMA busy_timeout = 0")
    with pytest.raises(Temporary, match=f"{path}: another process has held the journal"), impatient.transaction():
        pytest.fail("nothing may be written here")
    other.execute("ROLLBACK")
    other.close()
    assert ledger.record(signed(), ceiling=90).id == 1


def test_record__on_a_full_disk__raises_and_leaves_no_trace(ledger: Ledger, path: Path) -> None:
    recorded = ledger.record(signed(tx(7)), ceiling=90)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The limit counts a file's size: the log can not grow by another transaction.
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("journal.db-wal").stat().st_size, before[1]))
    try:
        with pytest.raises(Temporary, match=f"{path}: the journal cannot be written.*Free some disk space"):
            ledger.begin_run("x" * 50_000, START_MS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [run.command for run in Ledger(path).runs(9)] == ["run"]
    assert ledger.open() == [recorded]
    assert ledger.begin_run("run", START_MS) == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_READONLY, ConfigError),
        (sqlite3.SQLITE_CANTOPEN, ConfigError),
        (sqlite3.SQLITE_CORRUPT, ConfigError),
        (sqlite3.SQLITE_FULL, Temporary),
        (sqlite3.SQLITE_IOERR_FSYNC, Temporary),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Temporary),
    ],
)
def test_explain__any_trouble_with_the_file__names_it(code: int, kind: type[Exception], path: Path) -> None:
    error = sqlite3.OperationalError("trouble")
    error.sqlite_errorcode = code
    said = explain(path, error)
    assert type(said) is kind
    assert str(said).startswith(f"{path}: ")
