"""What a policy is: a pure function of what is known, to how much of the exposure should be short."""

from typing import Protocol

from agent.errors import ConfigError
from agent.model import Market, Memory, Name, Past, Reason, Snapshot, Wished, value
from agent.units import Base, Price, Ratio, Usd


@value
class Wish:
    """What a policy wants, and why, in words for a person."""

    size: Ratio | Usd | None
    """A share of the exposure to neutralise, or a short to keep at a value in dollars. None: it cannot say, and what
    stands stays as it is."""
    why: str = ""
    warns: tuple[Reason, ...] = ()


@value
class Known:
    """What a policy may look at: this moment, and what was recorded before it."""

    underlying: Name
    exposure: Base
    price: Price
    """Outside price of one unit."""
    venue: Name
    market: Market
    """Where the hedge stands first: its funding is what a short there receives."""
    snapshot: Snapshot
    memory: Memory

    @property
    def now_ms(self) -> int:
        return self.snapshot.time_ms()

    @property
    def past(self) -> Past:
        return self.memory.past

    @property
    def last(self) -> Wished | None:
        """What the policy wanted before, and since when."""
        return self.memory.wished.get(self.underlying)


class Policy(Protocol):
    """A frozen dataclass whose fields are its parameters; it refuses wrong ones with a ConfigError."""

    def __call__(self, known: Known, /) -> Wish: ...


def require_share(policy: str, name: str, share: Ratio) -> None:
    """More than the whole exposure would not be a hedge but a bet."""
    if not Ratio(0) < share <= Ratio(1):
        raise ConfigError(f"policy {policy}: {name} must be above 0 and at most 1, not {share}")
