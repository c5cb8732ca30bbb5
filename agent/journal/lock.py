"""One run at a time on a lane, whoever starts it. The kernel drops the lock when its holder dies."""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from agent.errors import Busy, ConfigError
from agent.model import Lane


@contextmanager
def hold_lanes(folder: Path, lanes: Iterable[Lane], started_ms: int) -> Iterator[None]:
    """Holds all of them, or raises Busy with the pid and the start time of who does."""
    with ExitStack() as held:
        for lane in sorted(set(lanes)):
            held.enter_context(_hold(folder, lane, started_ms))
        yield


@contextmanager
def _hold(folder: Path, lane: Lane, started_ms: int) -> Iterator[None]:
    path = _path(folder, lane)
    file = _open(path)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{lane}: another run holds this lane ({_holder(file)}), by {path}. Wait for it") from None
        os.truncate(file, 0)
        os.pwrite(file, json.dumps({"pid": os.getpid(), "started_ms": started_ms}).encode(), 0)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"{path}: the lock cannot be made: {error}. Check the folder in `state`") from error


def _holder(file: int) -> str:
    """Empty for the instant between taking the lock and signing it."""
    try:
        said = json.loads(os.pread(file, 200, 0))
        started = datetime.fromtimestamp(said["started_ms"] / 1000, UTC)
    except (ValueError, KeyError, TypeError):
        return "it started just now"
    return f"pid {said['pid']}, since {started:%Y-%m-%d %H:%M:%S} UTC"


def under_way(folder: Path, lanes: Iterable[Lane]) -> frozenset[int]:
    """When the runs began that hold these lanes now. Takes no lock: a look must not send a run away."""
    return frozenset(started for lane in set(lanes) if (started := _alive(_path(folder, lane))) is not None)


def _alive(path: Path) -> int | None:
    try:
        said = json.loads(path.read_bytes())
        os.kill(said["pid"], 0)
        return int(said["started_ms"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(folder: Path, lane: Lane) -> Path:
    return folder / f"{re.sub('[^0-9A-Za-z.-]', '-', lane)}.lock"
