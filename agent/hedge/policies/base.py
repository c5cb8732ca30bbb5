"""What a policy is: a pure function of what is known, to how much of the exposure should be short."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, timedelta
from typing import Protocol

from agent.errors import ConfigError
from agent.model import Code, Market, Memory, Name, Past, Reason, Snapshot, Wished, value
from agent.model.times import DAY_MS
from agent.units import Base, Price, Ratio, Usd

_EPOCH = date(1970, 1, 1)


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
    """Where most of the hedge stands, or would first: its funding is what a short there receives."""
    snapshot: Snapshot
    memory: Memory
    stands: Ratio = Ratio(0)
    """The share of the exposure that is short now."""
    worths: Mapping[Name, Usd] = field(default_factory=dict)
    """Of each coin in the exposure, at outside prices: one, or a whole basket."""

    @property
    def now_ms(self) -> int:
        return self.snapshot.time_ms()

    @property
    def today(self) -> date:
        """In UTC."""
        return _EPOCH + timedelta(days=self.now_ms // DAY_MS)

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


def undecided(known: Known, lacks: str, needs: str) -> Wish:
    """What stands stays: no figure is made up from what was not recorded, or does not fit."""
    return Wish(
        size=None,
        why=f"cannot say: {lacks}",
        warns=(Reason(code=Code.UNDECIDED, subject=known.underlying, value=lacks, limit=needs),),
    )


def require(policy: str, name: str, given: object, *, holds: bool, allowed: str) -> None:
    if not holds:
        raise ConfigError(f"policy {policy}: {name} must be {allowed}, not {given}")


def require_share(policy: str, name: str, share: Ratio) -> None:
    """More than the whole exposure would not be a hedge but a bet."""
    require(policy, name, share, holds=Ratio(0) < share <= Ratio(1), allowed="above 0 and at most 1")


def require_part(policy: str, name: str, part: Ratio) -> None:
    """A share that may be nothing, too."""
    require(policy, name, part, holds=Ratio(0) <= part <= Ratio(1), allowed="at least 0 and at most 1")


def require_counts(policy: str, **counts: int) -> None:
    """Days to look back over or to wait, steps to go in."""
    for name, count in counts.items():
        require(policy, name, count, holds=count >= 1, allowed="at least 1")


def require_rising(policy: str, **bounds: Ratio) -> None:
    """Two thresholds with room between them: at a single one a position would be moved to and fro."""
    (lower, low), (upper, high) = bounds.items()
    require(policy, lower, low, holds=low < high, allowed=f"below {upper} {high}")


def require_range(policy: str, **bounds: Ratio) -> None:
    """The least and the most of the exposure that a policy asks for."""
    (lower, floor), (upper, ceiling) = bounds.items()
    require_share(policy, upper, ceiling)
    require(policy, lower, floor, holds=floor >= Ratio(0), allowed="at least 0")
    require_rising(policy, **bounds)
