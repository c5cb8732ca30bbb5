"""The exchange's own time: it stands still until it is moved, or runs along with the machine's."""

import time

START_MS = 1_800_000_000_000
"""A full hour in January 2027."""


class Clock:
    def __init__(self, start_ms: int | None = START_MS) -> None:
        """None: the machine's clock."""
        self._start_ms, self._moved_ms = start_ms, 0

    @property
    def now_ms(self) -> int:
        start = time.time_ns() // 1_000_000 if self._start_ms is None else self._start_ms
        return start + self._moved_ms

    def advance(self, ms: int) -> None:
        self._moved_ms += ms
