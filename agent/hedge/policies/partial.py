"""Keeps some of the upside, and earns or pays funding on the hedged part only."""

from agent.hedge.policies.base import Known, Wish, require_share
from agent.model import value
from agent.units import Ratio


@value
class Partial:
    """A fixed share of the exposure."""

    ratio: Ratio

    def __post_init__(self) -> None:
        require_share("partial", "ratio", self.ratio)

    def __call__(self, known: Known, /) -> Wish:
        return Wish(size=self.ratio, why="a fixed share")
