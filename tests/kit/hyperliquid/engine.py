"""Time on the exchange: whatever falls due happens at its own moment, in order, before anything else does."""

from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock

from tests.kit.hyperliquid import funding, liquidation
from tests.kit.hyperliquid.actions.orders import run_schedules
from tests.kit.hyperliquid.clock import Clock
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.state import State

_BLOCK_MS = 3_000
"""Mark prices, and with them liquidations, come about every 3 s."""


class Engine:
    def __init__(self, state: State, clock: Clock) -> None:
        self._state, self.clock = state, clock
        self._lock = RLock()
        self._held: list[tuple[int, int, Callable[[], object]]] = []
        self._is_stepping = False

    @contextmanager
    def at(self) -> Iterator[State]:
        """The state as of now, for one thread at a time."""
        with self._lock:
            self._catch_up()
            yield self._state

    def advance(self, ms: int) -> None:
        with self._lock:
            self.clock.advance(ms)
            self._catch_up()

    def hold(self, ms: int, act: Callable[[], object]) -> None:
        """Does it that much later, on the exchange's clock."""
        insort(self._held, (self._state.now_ms + ms, self._state.next_id(), act))

    def _catch_up(self) -> None:
        """What happens on the way sees its own moment, not the end."""
        if self._is_stepping:
            return
        target, self._is_stepping = self.clock.now_ms, True
        try:
            while (due := self._next_due()) <= target:
                self._step(max(due, self._state.now_ms))
        finally:
            self._is_stepping = False
        self._state.now_ms = max(target, self._state.now_ms)
        funding.sample(self._state)

    def _next_due(self) -> int:
        state = self._state
        schedules = [account.schedule_ms for account in state.accounts.values() if account.schedule_ms is not None]
        held = [when for when, _, _ in self._held[:1]]
        blocks = [state.now_ms + _BLOCK_MS] if _someone_is_under(state) else []
        return min((state.funded_hour + 1) * funding.HOUR_MS, *schedules, *held, *blocks, 2**63)

    def _step(self, when: int) -> None:
        state = self._state
        state.now_ms = when
        funding.sample(state)
        if when // funding.HOUR_MS > state.funded_hour:
            funding.settle(state)
        run_schedules(state)
        while self._held and self._held[0][0] <= when:
            self._held.pop(0)[2]()
        liquidation.check(state)


def _someone_is_under(state: State) -> bool:
    margins = [Margin(state, account) for account in state.accounts.values() if account.positions]
    return any(
        margin.equity < margin.cross_maintenance
        or any(margin.isolated_equity(each) < margin.maintenance(each) for each in margin.positions if each.margin)
        for margin in margins
    )
