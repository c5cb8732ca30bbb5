"""A ratio by date: what is decided beforehand, and kept."""

from collections.abc import Mapping
from datetime import date

from agent.hedge.policies.base import Known, Wish, require, require_part, undecided
from agent.model import value
from agent.model.words import percent
from agent.units import Ratio


@value
class Schedule:
    """Each ratio from its date on, in UTC, until the next one. Before the first what stands stays."""

    ratios: Mapping[date, Ratio]

    def __post_init__(self) -> None:
        require("schedule", "ratios", "empty", holds=bool(self.ratios), allowed="a table with at least one date")
        for day, ratio in self.ratios.items():
            require_part("schedule", f"ratios.{day}", ratio)

    def __call__(self, known: Known, /) -> Wish:
        begun = [day for day in self.ratios if day <= known.today]
        coming = [day for day in self.ratios if day > known.today]
        if not begun:
            return undecided(known, f"the schedule begins on {min(coming)}", "a date that has come")
        now = max(begun)
        then = f", {percent(self.ratios[min(coming)])} from {min(coming)}" if coming else ""
        return Wish(size=self.ratios[now], why=f"{percent(self.ratios[now])} from {now}{then}")
