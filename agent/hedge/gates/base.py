"""One leg before the gates, with everything a gate may look at."""

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import TypeAlias

from agent.hedge.outlook import after
from agent.hedge.parameters import Hedge, Limits
from agent.model import (
    Code,
    Fund,
    HedgeState,
    Kind,
    Leg,
    Market,
    Memory,
    Name,
    Reason,
    Snapshot,
    Terms,
    Trade,
    View,
    value,
)
from agent.units import Base, Usd


class Effect(StrEnum):
    """What a leg does to the position, by the figures and not by what it calls itself."""

    INCREASE = "increase"
    """Of the risk: a larger position, or less collateral under it."""
    REDUCE = "reduce"
    SUPPORT = "support"
    """No trade in it: collateral in, a cancel, a claim."""
    EXIT = "exit"
    """A reduction that belongs to a flatten."""


@value
class Case:
    """A leg, the venue as the legs ahead of it leave it, and what is known. `hedge` and `state` are the
    underlying's, None for an exit or when there is nothing to trade towards.
    """

    leg: Leg
    ahead: tuple[Leg, ...]
    view: View
    terms: Terms
    exit_gas: int
    """Gas that closing everything on this lane takes."""
    venues: Collection[Name]
    """All that are configured, whether read or not."""
    hedge: Hedge | None
    state: HedgeState | None
    snapshot: Snapshot
    memory: Memory
    limits: Limits

    @property
    def trade(self) -> Trade | None:
        return next((action for action in self.leg.actions if isinstance(action, Trade)), None)

    @property
    def market(self) -> Market | None:
        return self.view.market(self.trade.market) if self.trade else None

    @property
    def fund(self) -> Usd:
        return sum((action.amount for action in self.leg.actions if isinstance(action, Fund)), Usd(0))

    @property
    def outcome(self) -> View:
        """The venue once this leg has gone too."""
        return after(self.view, [self.leg])

    @property
    def effect(self) -> Effect:
        if self.fund < Usd(0):
            return Effect.INCREASE
        if self.trade is None:
            return Effect.SUPPORT
        now = self.view.size(self.trade.market)
        then = now + self.trade.size
        if abs(then) > abs(now) or (then and then.sign() != now.sign()):
            return Effect.INCREASE
        return Effect.EXIT if self.leg.kind is Kind.FLATTEN else Effect.REDUCE

    @property
    def subject(self) -> str:
        return f"{self.leg.venue} {self.trade.market}" if self.trade else self.leg.venue

    def deny(self, code: Code, found: str, allowed: str = "") -> Reason:
        return Reason(code=code, subject=self.subject, value=found, limit=allowed)

    def moved_ahead(self, market: Market) -> Base:
        """What the legs ahead change in this underlying, at all venues."""
        markets = {
            (view.venue, m.name)
            for view in self.snapshot.views
            for m in view.markets
            if m.underlying == market.underlying
        }
        trades = ((leg.venue, a) for leg in self.ahead for a in leg.actions if isinstance(a, Trade))
        return sum((trade.size for venue, trade in trades if (venue, trade.market) in markets), Base(0))


Gate: TypeAlias = Callable[[Case], Iterable[Reason]]
"""Pure: the reasons why this leg may not go; none when it may."""
