"""A short that is kept at one value in dollars, whatever the price does."""

from agent.errors import ConfigError
from agent.hedge.policies.base import Known, Wish
from agent.model import value
from agent.units import Usd


@value
class FixedUsd:
    """Never more than the exposure: a short beyond it would not be a hedge."""

    usd: Usd

    def __post_init__(self) -> None:
        if self.usd <= Usd(0):
            raise ConfigError(f"policy fixed-usd: usd must be above 0, not {self.usd}")

    def __call__(self, known: Known, /) -> Wish:
        return Wish(size=self.usd, why="a fixed value in dollars")
