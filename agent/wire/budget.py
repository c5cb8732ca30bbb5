"""How much of the exchange's limit this process has used in the last minute."""

import time
from collections import deque
from collections.abc import Callable

from agent.wire.weights import LIMIT, MARGIN, MINUTE_MS, SLOW


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Budget:
    """A sliding minute. `slow` is the part of it that went into slow facts, which have a budget of their own."""

    def __init__(self, now_ms: Callable[[], int] = monotonic_ms) -> None:
        self._now_ms = now_ms
        self._spent: deque[tuple[int, int, bool]] = deque()

    @property
    def used(self) -> int:
        return sum(weight for _, weight, _ in self._minute())

    @property
    def slow(self) -> int:
        return sum(weight for _, weight, slow in self._minute() if slow)

    def fits(self, weight: int, *, slow: bool) -> bool:
        return self.used + weight <= LIMIT - MARGIN and (not slow or self.slow + weight <= SLOW)

    def spend(self, weight: int, *, slow: bool = False) -> None:
        if weight:
            self._spent.append((self._now_ms(), weight, slow))

    def _minute(self) -> deque[tuple[int, int, bool]]:
        while self._spent and self._spent[0][0] <= self._now_ms() - MINUTE_MS:
            self._spent.popleft()
        return self._spent
