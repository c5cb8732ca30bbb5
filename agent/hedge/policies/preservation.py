"""Through extreme volatility: most of the exposure, as long as holding the short does not cost too much."""

from agent.hedge.carry import over
from agent.hedge.policies.base import Known, Wish, require, require_counts, require_range, require_rising
from agent.hedge.policies.history import carry_expected, lacks_funding
from agent.hedge.policies.stairs import Stairs, height
from agent.model import Code, Reason, value
from agent.model.words import earns, percent
from agent.units import Ratio


@value
class Preservation:
    """`ratio` until the expected cost a year reaches `max_cost`, then `floor` until it is back at `resume`."""

    max_cost: Ratio
    resume: Ratio
    ratio: Ratio = Ratio("0.9")
    floor: Ratio = Ratio(0)
    sale_cost: Ratio = Ratio("0.01")
    horizon_days: int = 30
    average_days: int = 3

    def __post_init__(self) -> None:
        require_rising("preservation", resume=self.resume, max_cost=self.max_cost)
        require("preservation", "sale_cost", self.sale_cost, holds=self.sale_cost >= Ratio(0), allowed="at least 0")
        require_counts("preservation", horizon_days=self.horizon_days, average_days=self.average_days)
        require_range("preservation", floor=self.floor, ratio=self.ratio)

    def __call__(self, known: Known, /) -> Wish:
        carry = carry_expected(known, self.average_days)
        if carry is None:
            return lacks_funding(known, self.average_days)
        stairs = Stairs(floor=self.floor, ceiling=self.ratio)
        size = stairs.settled(known.last, height(-carry, self.max_cost, self.resume))
        asked = f"given up at a cost of {percent(self.max_cost)}, taken up at {percent(self.resume)}"
        return Wish(size=size, why=f"{earns(carry)} ({asked})", warns=self._sale(known, -carry))

    def _sale(self, known: Known, cost: Ratio) -> tuple[Reason, ...]:
        """Whether to be out of the coin would cost less than to hold it hedged."""
        hedging = over(cost, self.horizon_days)
        if hedging <= self.sale_cost:
            return ()
        said = f"hedging on for {self.horizon_days} days is expected to cost {percent(hedging)} of the value"
        limit = f"selling it for stables {percent(self.sale_cost)}"
        return (Reason(code=Code.SELLING_CHEAPER, subject=known.underlying, value=said, limit=limit),)
