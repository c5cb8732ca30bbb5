"""Before an expected pullback: goes in by steps on a signal, and out by steps on the opposite one."""

from typing import Literal

from agent.hedge.policies.base import Known, Wish, require, require_counts, require_range
from agent.hedge.policies.history import lacks_closes, recent_closes
from agent.hedge.policies.signals import SIGNALS
from agent.hedge.policies.stairs import Stairs
from agent.model import value
from agent.model.times import DAY_MS
from agent.model.words import percent
from agent.units import Ratio


@value
class Tactical:
    """Between `enter` and `leave` it stays on its step: what plays around one of them moves nothing."""

    signal: Literal["rate-of-change", "trend", "breakout", "in", "out"]
    """`in` and `out` are by hand."""
    days: int = 20
    enter: Ratio = Ratio("-0.03")
    leave: Ratio = Ratio("0.03")
    floor: Ratio = Ratio(0)
    ceiling: Ratio = Ratio("0.7")
    steps: int = 2
    step_days: int = 3

    def __post_init__(self) -> None:
        require_counts("tactical", days=self.days, steps=self.steps, step_days=self.step_days)
        require("tactical", "enter", self.enter, holds=self.enter < Ratio(0), allowed="below 0")
        require("tactical", "leave", self.leave, holds=self.leave > Ratio(0), allowed="above 0")
        require_range("tactical", floor=self.floor, ceiling=self.ceiling)

    def __call__(self, known: Known, /) -> Wish:
        if self.signal in ("in", "out"):
            return self._stepped(known, 1 if self.signal == "in" else -1, "by hand")
        closes = recent_closes(known, self.days)
        if closes is None:
            return lacks_closes(known, self.days)
        found = SIGNALS[self.signal](closes)
        way = 1 if found <= self.enter else -1 if found >= self.leave else 0
        asked = f"in at {percent(self.enter)}, out at {percent(self.leave)}"
        return self._stepped(known, way, f"{self.signal} over {self.days} days is {percent(found)} ({asked})")

    def _stepped(self, known: Known, way: int, said: str) -> Wish:
        """One step in the signal's way, and the next one no sooner than `step_days` after it."""
        stairs, last = Stairs(floor=self.floor, ceiling=self.ceiling, steps=self.steps), known.last
        stands = stairs.nearest(last.ratio if last else known.stands)
        waits = last is not None and known.now_ms - last.since_ms < self.step_days * DAY_MS
        step = stands if waits else min(max(stands + way, 0), self.steps)
        pause = f", and stays {self.step_days} days on each" if waits and way else ""
        return Wish(size=stairs.at(step), why=f"{said}: step {step} of {self.steps}{pause}")
