"""Chain time: what the block that would carry a transaction now would say."""

from collections.abc import Callable


class ChainClock:
    """The latest time a node has named, plus the time that passed here since. Never the host's calendar."""

    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        self._monotonic_ms = monotonic_ms
        self._offset_ms: int | None = None

    def saw(self, time_ms: int) -> None:
        """A node named this time, now."""
        offset = time_ms - self._monotonic_ms()
        self._offset_ms = offset if self._offset_ms is None else max(offset, self._offset_ms)

    def now_ms(self) -> int:
        """0 before the first node has spoken."""
        return 0 if self._offset_ms is None else self._monotonic_ms() + self._offset_ms
