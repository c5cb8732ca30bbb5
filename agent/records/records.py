"""The history as a command uses it: no run fails because of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from agent.errors import HedgekeeperError
from agent.model import HedgeState, Past, Snapshot
from agent.records.history import History
from agent.records.recorder import rows_of

_BROKEN = (HedgekeeperError, ValueError, ArithmeticError)
"""What a file raises that cannot be opened, read or written, or holds no words of ours."""


class Records:
    """`remarks` tell what could not be read or written; policies then see no past, and say so themselves."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._path, self._now_ms = path, now_ms
        self._past: Past | None = None
        self.remarks: list[str] = []

    def past(self) -> Past:
        """Read once, when it is first asked for; nothing where nothing was recorded yet."""
        if self._past is None:
            self._past = self._read()
        return self._past

    def _read(self) -> Past:
        try:
            if not self._path.exists():
                return Past()
            with History(self._path) as history:
                return history.past(self._now_ms())
        except _BROKEN as error:
            self.remarks.append(f"the history could not be read, policies see none: {error}")
            return Past()

    def keep(self, snapshot: Snapshot, hedges: Sequence[HedgeState]) -> None:
        """What a run saw."""
        try:
            with History(self._path) as history:
                history.see(rows_of(snapshot, hedges))
        except _BROKEN as error:
            self.remarks.append(f"what was seen is not in the history: {error}")
