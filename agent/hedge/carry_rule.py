"""What the hedge may cost by being held, as the user says it; burden.py judges by it."""

from typing import Literal, TypeAlias

from agent.model import value
from agent.units import Ratio

Answer: TypeAlias = Literal["tell", "reduce", "close", "roll"]


@value
class CarryRule:
    """What a short may cost a year, for how long, and what is done then."""

    max_cost: Ratio
    """Of the notional, a year."""
    resume: Ratio
    """Below it the burden is over; less than max_cost."""
    patience_days: int = 3
    then: Answer = "tell"
    ratio: Ratio = Ratio(0)
    """For reduce: the share of the exposure that stays hedged."""

    @property
    def most(self) -> Ratio:
        """Of the exposure, while no venue is cheaper than the limit."""
        return {"reduce": self.ratio, "close": Ratio(0)}.get(self.then, Ratio(1))
