"""The journal of a flatten where the real one cannot be used: closing must not wait until a file is mended."""

import shutil
import tempfile
from pathlib import Path

from agent.errors import HedgekeeperError
from agent.journal.ledger import Ledger
from agent.journal.store import MEMORY

BROKEN = (HedgekeeperError, ValueError, LookupError, ArithmeticError)
"""What a journal raises that cannot be opened, read or written, or holds no words of ours."""

_BLIND = (
    "It knows of no transaction of ours in flight: where one is said to wait in the pool, let it be mined or "
    "dropped, then flatten again."
)
_AFTERWARDS = (
    "Its hold binds no later run: stop cron before you put the journal right, or the next run may hedge again."
)


def for_exit(path: Path) -> tuple[Ledger, str]:
    """The journal to flatten with, and what a person must know where it is not the one at `path`."""
    try:
        return _sound(path), ""
    except BROKEN as error:
        why = error if isinstance(error, HedgekeeperError) else f"{path}: holds what no journal does ({error!r})"
        ledger, told = _refuge(path)
        return ledger, f"the journal cannot be used: {why}\nClosing goes on with {told} {_AFTERWARDS}"


def _refuge(path: Path) -> tuple[Ledger, str]:
    """A copy where that can be read: it knows what is in flight. Else an empty one, on the disk if that goes."""
    try:
        file = Path(tempfile.mkdtemp(prefix="hedgekeeper-")) / path.name
        try:
            _copy(path, file)
            return _sound(file), f"a copy of it, {file}."
        except (*BROKEN, OSError):
            _remove(file)
            return _sound(file), f"an empty one, {file}. {_BLIND}"
    except (*BROKEN, OSError):
        return Ledger(MEMORY), f"an empty one in memory: no record will be left. {_BLIND}"


def _sound(path: Path) -> Ledger:
    ledger = Ledger(path)
    try:
        ledger.prove()
    except BaseException:
        ledger.close()
        raise
    return ledger


def _copy(path: Path, file: Path) -> None:
    """With its log, if it has one: what was written last stands there."""
    (source, log), (target, its_log) = _files(path), _files(file)
    shutil.copyfile(source, target)
    if log.exists():
        shutil.copyfile(log, its_log)


def _remove(file: Path) -> None:
    for each in _files(file):
        each.unlink(missing_ok=True)


def _files(path: Path) -> tuple[Path, Path]:
    return path, path.with_name(f"{path.name}-wal")
