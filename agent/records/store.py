"""The file of the history: SQLite, whole transactions, and errors that say what to do.

Less is at stake here than in the journal: a power cut may cost the last rows, and nobody waits long for a lock.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent.errors import ConfigError, HedgekeeperError, Temporary

VERSION = 2
WAIT_S = 2
PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")


class Store:
    """Opens the file, or makes it. sqlite3.Error never leaves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _explained(path):
            self._db = _connect(path)

    def rows(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._db.execute(sql, values).fetchall()

    def change(self, changes: Iterable[tuple[str, Iterable[tuple[Any, ...]]]]) -> None:
        """Statements with their rows, all or nothing."""
        with _explained(self.path), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for sql, rows in changes:
                self._db.executemany(sql, rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    if not os.path.lexists(path):
        _create(path)
    db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
    try:
        version = _known(db, path)
        for pragma in PRAGMAS:
            db.execute(pragma)
        if version < VERSION:
            script = Path(__file__).with_name("schema.sql").read_text()
            db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {VERSION};\nCOMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def _create(path: Path) -> None:
    """For this user alone: it tells what is held."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"{path}: the history cannot be created: {error}. Check the folder in `state`") from error


def _known(db: sqlite3.Connection, path: Path) -> int:
    """Its version. ConfigError for a file of another program or a newer hedgekeeper: it is left as it is."""
    filled = db.execute("SELECT 1 FROM sqlite_schema").fetchone()
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise ConfigError(f"{path}: the history has version {version}, a newer hedgekeeper wrote it: upgrade")
    if version == 0 and filled:
        raise ConfigError(f"{path}: this is some other program's SQLite file: move it away")
    return version


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: sqlite3.Error) -> HedgekeeperError:
    """The low byte is the primary code; the rest says more about the same thing."""
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Temporary(f"{path}: another process has held the history for {WAIT_S} s")
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return Temporary(f"{path}: the history cannot be written: {error}. Free some disk space")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ConfigError(f"{path}: {error}. The history and its folder must be writable for this user")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return ConfigError(
                f"{path}: the history is damaged: {error}. Move it away; `hedgekeeper data fill` refills"
            )
    return HedgekeeperError(f"{path}: {error}")
