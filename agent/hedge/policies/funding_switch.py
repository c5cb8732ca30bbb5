"""A larger short while it is paid, a smaller one while it pays.

Never a long: spot plus a long perp is double exposure, whatever funding it earns.
"""

from agent.hedge.policies.base import Known, Wish, require_counts, require_range, require_rising
from agent.hedge.policies.history import carry_expected, lacks_funding
from agent.hedge.policies.stairs import Stairs, height
from agent.model import value
from agent.model.words import earns, percent
from agent.units import Ratio


@value
class FundingSwitch:
    """`floor` where funding, less borrow, is at or below `leave` a year, `ceiling` at or above `enter`."""

    floor: Ratio
    ceiling: Ratio
    enter: Ratio = Ratio("0.05")
    leave: Ratio = Ratio("-0.05")
    steps: int = 1
    average_days: int = 3

    def __post_init__(self) -> None:
        require_rising("funding-switch", leave=self.leave, enter=self.enter)
        require_counts("funding-switch", steps=self.steps, average_days=self.average_days)
        require_range("funding-switch", floor=self.floor, ceiling=self.ceiling)

    def __call__(self, known: Known, /) -> Wish:
        carry = carry_expected(known, self.average_days)
        if carry is None:
            return lacks_funding(known, self.average_days)
        stairs = Stairs(floor=self.floor, ceiling=self.ceiling, steps=self.steps)
        size = stairs.settled(known.last, height(carry, self.leave, self.enter))
        asked = f"most at {percent(self.enter)}, least at {percent(self.leave)}"
        return Wish(size=size, why=f"{earns(carry)}, averaged over {self.average_days} days ({asked})")
