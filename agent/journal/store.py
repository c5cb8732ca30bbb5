"""The file under the journal: one SQLite connection, whole transactions, and errors that a reader can act on.

A transaction that has ended is on the disk (WAL with synchronous=FULL: the log is fsynced before COMMIT returns),
so it survives kill -9 and a power cut. One that could not be written raises, and has changed nothing.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import ConfigError, HedgekeeperError, Refused, Temporary

STEPS = ("schema.sql", "schema_2.sql")
"""Step n brings a journal from version n to n + 1."""
WAIT_S = 5
"""For another process that is writing."""
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS: fsync alone stops at the drive's cache
    "PRAGMA foreign_keys = ON",
)
MEMORY = Path(":memory:")


class Store:
    """Reads and whole transactions. sqlite3.Error never leaves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _explained(path):
            self._db = _connect(path)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with _explained(self.path):
            return self._db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> int:
        """One statement inside `transaction`; answers the new row's id."""
        with _explained(self.path):
            return int(self._db.execute(sql, values).lastrowid or 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; on the disk when it ends."""
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def prove(self) -> None:
        """Raises ConfigError where the file is damaged, and what a first write raises."""
        said = [row[0] for row in self.rows("PRAGMA quick_check(1)")]
        if said != ["ok"]:
            raise ConfigError(_damaged(self.path, "; ".join(said)))
        with self.transaction():
            self.change(f"PRAGMA user_version = {len(STEPS)}")

    def close(self) -> None:
        with _explained(self.path):
            self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    fresh = path != MEMORY and not os.path.lexists(path)
    if fresh:
        _create(path)
    db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        version = _known(db, path)
        for pragma in PRAGMAS:
            db.execute(pragma)
        _migrate(db, version)
    except BaseException:
        db.close()
        raise
    return db


def _create(path: Path) -> None:
    """An empty file for this user alone, its name on the disk: SQLite syncs what is in a file, not the folder."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigError(f"{path}: the journal cannot be created: {error}. Check the folder in `state`") from error


def _known(db: sqlite3.Connection, path: Path) -> int:
    """The version of a journal that we may write to; what is none is left as it is."""
    filled = db.execute("SELECT 1 FROM sqlite_schema").fetchone()  # first: another process may be making it
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise ConfigError(
            f"{path}: the journal has version {version}, this hedgekeeper knows up to {len(STEPS)}: "
            "a newer one wrote it. Upgrade hedgekeeper; do not delete the journal"
        )
    if version == 0 and filled:
        raise ConfigError(f"{path}: this is some other program's SQLite file. Name another folder in `state`")
    return version


def _migrate(db: sqlite3.Connection, version: int) -> None:
    for n in range(version, len(STEPS)):
        script = Path(__file__).with_name(STEPS[n]).read_text()
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {n + 1};\nCOMMIT;")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error


def explain(path: Path, error: sqlite3.Error) -> HedgekeeperError:
    """What went wrong with the file, and what to do."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return Refused("JOURNAL", f"{path}: {error}", "one intent per slot, one signed intent per lane")
    match code & 0xFF:  # the low byte is the primary code; the rest says more about the same thing
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Temporary(
                f"{path}: another process has held the journal for {WAIT_S} s. Try again when it is done"
            )
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return Temporary(f"{path}: the journal cannot be written: {error}. Free some disk space and run again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ConfigError(f"{path}: {error}. The journal and its folder must be writable for this user")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return ConfigError(_damaged(path, error))
    return HedgekeeperError(f"{path}: {error}")


def _damaged(path: Path, found: object) -> str:
    return (
        f"{path}: the journal is damaged: {found}. Restore it from a backup; or move it away, "
        "run `hedgekeeper status`, then accept what is live with `hedgekeeper journal adopt`"
    )
