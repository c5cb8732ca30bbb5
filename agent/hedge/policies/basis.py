"""A base ratio, raised while the carry of the short pays."""

from agent.hedge.carry import over
from agent.hedge.policies.base import Known, Wish, require_counts, require_range, require_rising
from agent.hedge.policies.history import carry_expected, lacks_funding
from agent.hedge.policies.stairs import Stairs, height
from agent.model import value
from agent.model.words import earns, percent
from agent.units import Ratio


@value
class Basis:
    """`raised` once the expected carry a year reaches `enter`, `base` again once it is down at `leave`."""

    base: Ratio
    raised: Ratio = Ratio(1)
    enter: Ratio = Ratio("0.05")
    leave: Ratio = Ratio("0.02")
    horizon_days: int = 30
    average_days: int = 7

    def __post_init__(self) -> None:
        require_rising("basis", leave=self.leave, enter=self.enter)
        require_counts("basis", horizon_days=self.horizon_days, average_days=self.average_days)
        require_range("basis", base=self.base, raised=self.raised)

    def __call__(self, known: Known, /) -> Wish:
        carry = carry_expected(known, self.average_days)
        if carry is None:
            return lacks_funding(known, self.average_days)
        net = carry - known.market.fee * Ratio(2) / over(Ratio(1), self.horizon_days)
        stairs = Stairs(floor=self.base, ceiling=self.raised)
        size = stairs.settled(known.last, height(net, self.leave, self.enter))
        asked = f"raised at {percent(self.enter)}, back at {percent(self.leave)}"
        return Wish(size=size, why=f"{earns(net)} over {self.horizon_days} days, both trades' fees paid ({asked})")
