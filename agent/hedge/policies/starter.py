"""For a first live run: small enough to learn from."""

from agent.hedge.policies.base import Known, Wish
from agent.model import value
from agent.units import Ratio


@value
class Starter:
    """A tenth of the exposure."""

    def __call__(self, known: Known, /) -> Wish:
        return Wish(size=Ratio("0.1"), why="a tenth, to begin with")
