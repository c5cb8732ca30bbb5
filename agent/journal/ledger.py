"""The journal that the line writes to: agent.seams.Journal on SQLite, and what the commands ask of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.errors import Exit
from agent.journal import diary, intents
from agent.journal.adopt import adopt, rewind
from agent.journal.memory import remember, set_hold
from agent.journal.store import Store
from agent.journal.words import Fact, Recorded, Run
from agent.model import (
    Intent,
    Lane,
    Memory,
    Name,
    Outcome,
    Past,
    Plan,
    Receipt,
    Rehearsal,
    Signed,
    Stamp,
    Verdict,
)
from agent.units import Base


class Ledger:
    """Opens the file, or makes it. `begin_run` comes before anything is written.

    Whatever returns is on the disk; whatever could not be written raises Temporary or ConfigError, naming the file.
    """

    def __init__(self, path: Path, past: Callable[[], Past] = Past) -> None:
        """`past` tells what markets did: it is remembered beside what we did, and kept elsewhere."""
        self.path, self._store, self._past = path, Store(path), past
        self._current: int | None = None

    @property
    def _run(self) -> int:
        if self._current is None:
            raise RuntimeError("begin_run comes before anything is written to the journal")
        return self._current

    def begin_run(self, command: str, started_ms: int) -> int:
        self._current = diary.begin(self._store, command, started_ms)
        return self._current

    def end_run(self, exit_: Exit, summary: str) -> None:
        diary.end(self._store, self._run, exit_, summary)

    def memory(self) -> Memory:
        return replace(remember(self._store, self._current), past=self._past())

    def open(self) -> Sequence[Intent]:
        return intents.open_intents(self._store)

    def record(self, signed: Signed, ceiling: int) -> Intent:
        """Raises Refused for a slot that is taken and for a second SIGNED intent on a lane."""
        return intents.insert(self._store, self._run, signed, ceiling)

    def advance(self, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
        return intents.advance(self._store, intent, now)

    def note(self, entry: Plan | Verdict | Rehearsal) -> None:
        diary.note(self._store, self._run, entry)

    def adopt(
        self,
        positions: Mapping[tuple[Name, Name], Base],
        nonces: Mapping[Lane, int],
        exposures: Mapping[Name, Base],
        stamps: Iterable[Stamp] = (),
    ) -> None:
        """What is live becomes the baseline: sizes, the last nonces used, spot, and the blocks it was seen at."""
        adopt(self._store, self._run, positions, nonces, exposures, stamps)

    def hold(self, why: str | None, ceilings: Mapping[Lane, int] | None = None) -> None:
        """Nothing is added to a position until it is lifted, with None. Who did it and when is a fact.

        What is open will be burned, and by lane that may cost as much as `ceilings` says.
        """
        with self._store.transaction():
            set_hold(self._store, why, ceilings or {})
            diary.add_fact(self._store, self._run, "hold" if why else "resume", "every hedge", why or "lifted")

    def rewind(self, lane: Lane, nonce: int, stamp: Stamp) -> None:
        """The chain is behind our records for good, its next nonce is this one: the slots from there on are free."""
        rewind(self._store, self._run, lane, nonce, stamp)

    def prove(self) -> None:
        """Raises where the file is damaged, cannot be written, or holds no words of ours."""
        self.memory()
        self.open()
        self._store.prove()

    def intents(self, limit: int) -> list[Recorded]:
        """The last ones, newest first."""
        return intents.recorded(self._store, limit)

    def intent(self, key: int) -> Intent:
        return intents.load(self._store, key)

    def runs(self, limit: int) -> list[Run]:
        """The last ones, newest first."""
        return diary.runs(self._store, limit)

    def facts(self, limit: int) -> list[Fact]:
        """The last ones, newest first."""
        return diary.facts(self._store, limit)

    def notes(self, run: int) -> list[Any]:
        """What that run saw, decided and rehearsed, in order, as JSON."""
        return diary.notes(self._store, run)

    def close(self) -> None:
        self._store.close()
