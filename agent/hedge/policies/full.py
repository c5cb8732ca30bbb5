"""Market neutral: funding is the yield."""

from agent.hedge.policies.base import Known, Wish
from agent.model import value
from agent.units import Ratio


@value
class Full:
    """All of the exposure."""

    def __call__(self, known: Known, /) -> Wish:
        return Wish(size=Ratio(1), why="all of it")
