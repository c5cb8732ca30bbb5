"""What is wanted: actions in our own words, the legs they form, and what stands against them."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Literal, TypeAlias

from agent.model.base import Name, value
from agent.model.happened import Happening
from agent.model.past import Wished
from agent.model.reasons import Reason
from agent.model.remembered import SeenAccount, SeenExposure
from agent.units import Base, Price, Ratio, Usd


@value
class Trade:
    """Change a position by `size` at no worse than `worst` on average, fees included."""

    market: Name
    size: Base
    worst: Price
    reduce_only: bool


@value
class Fund:
    """Move collateral: > 0 from the operator's reserve into the venue, < 0 back to our own account."""

    amount: Usd


@value
class Protect:
    """Keep a stop order of `size` at `trigger`."""

    market: Name
    size: Base
    trigger: Price


@value
class Cancel:
    order_id: str


@value
class Claim:
    market: Name


Action: TypeAlias = Trade | Fund | Protect | Cancel | Claim


class Kind(StrEnum):
    """What a plan is for; each has rules of its own."""

    REBALANCE = "rebalance"
    RESCUE = "rescue"
    ROLL = "roll"
    FLATTEN = "flatten"


@value
class Leg:
    """What goes to one venue together and needs no outsider in between; the rest is the next round's plan."""

    venue: Name
    actions: tuple[Action, ...]
    kind: Kind = Kind.REBALANCE


@value
class Adopted:
    """A position that changed without us, taken into our records as it is now, and why."""

    venue: Name
    market: Name
    size: Base
    why: str


@value
class HedgeState:
    """One hedge in figures: what is held, what should be short, what is."""

    underlying: Name
    exposure: Base
    position: Base
    working: Base
    target: Base
    price: Price
    hedge_ratio: Ratio
    """What the policy wants, of the exposure."""
    band: Base
    """Half width of the no-trade zone around the target."""
    edge: Base = Base(0)
    """How far from the target a trade stops."""
    zone: str = ""
    """Where these two come from, in words."""
    why: str = ""
    """What the policy wants and why, in words."""
    warns: tuple[Reason, ...] = ()
    """What a person should know of that."""
    undecided: bool = False
    """The policy cannot say: the target is what stands."""

    @property
    def delta(self) -> Base:
        return self.exposure + self.position

    @property
    def drift(self) -> Base:
        """How far the position is from its target, working orders counted as filled."""
        return self.target - self.position - self.working

    @property
    def wanted(self) -> Base:
        """What to trade of the drift once it is beyond the band: to the edge, or all of it."""
        left = max(Base(0), abs(self.drift) - self.edge)
        return -left if self.drift.sign() < 0 else left


@value
class Plan:
    legs: tuple[Leg, ...] = ()
    reasons: tuple[Reason, ...] = ()
    hedges: tuple[HedgeState, ...] = ()
    look_again: bool = False
    """A second reading is wanted before anything is decided."""
    seen: Mapping[Name, SeenExposure] = field(default_factory=dict)
    """By underlying, what the next plan must know of this one."""
    adopted: tuple[Adopted, ...] = ()
    accounts: Mapping[Name, SeenAccount] = field(default_factory=dict)
    """By venue, what the next plan must know of it."""
    happened: tuple[Happening, ...] = ()
    """What venues said when they were asked: the plan is judged and explained by it, too."""
    wished: Mapping[Name, Wished] = field(default_factory=dict)
    """By underlying, what its policy wants now, where it can say."""


@value
class Dropped:
    """A leg that does not go, why, and who said so; the other legs go on."""

    leg: Leg
    reasons: tuple[Reason, ...]
    by: Literal["gate", "venue", "line"]


@value
class Verdict:
    legs: tuple[Leg, ...] = ()
    dropped: tuple[Dropped, ...] = ()
