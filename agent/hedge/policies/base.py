"""What a policy is: a pure function of what is known, to how much of the exposure should be short."""

from typing import Protocol, TypeAlias

from agent.errors import ConfigError
from agent.model import Memory, Name, Snapshot, value
from agent.units import Base, Price, Ratio, Usd

Wish: TypeAlias = Ratio | Usd
"""A share of the exposure to neutralise, or a short to keep at a value in dollars."""


@value
class Known:
    """What a policy may look at."""

    underlying: Name
    exposure: Base
    price: Price
    snapshot: Snapshot
    memory: Memory


class Policy(Protocol):
    """A frozen dataclass whose fields are its parameters; it refuses wrong ones with a ConfigError."""

    def __call__(self, known: Known, /) -> Wish: ...


def require_share(policy: str, name: str, share: Ratio) -> None:
    """More than the whole exposure would not be a hedge but a bet."""
    if not Ratio(0) < share <= Ratio(1):
        raise ConfigError(f"policy {policy}: {name} must be above 0 and at most 1, not {share}")
