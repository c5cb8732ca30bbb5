"""Where the exchange would liquidate a short, by its own rule.

PositionUtils.isPositionLiquidatable: a position goes when what remains of its collateral, after its loss, its costs
and the impact of closing it, is below the larger of MIN_COLLATERAL_USD and MIN_COLLATERAL_FACTOR_FOR_LIQUIDATION of
its size at entry. Impact is what closing causes now and what waits since the position was opened; it never counts in
favour, and against no more than a share of the size. On the recorded positions this is the last price that is still
safe, to the last digit of the contracts.
"""

from agent.model import value
from agent.units import Base, Price, Ratio, Usd


@value
class Short:
    """`size` > 0 is what was sold; costs and impact are what closing it now would take."""

    size: Base
    notional: Usd
    """At entry."""
    collateral: Base
    """In its own coins, funding that is due taken off."""
    collateral_price: Price
    costs: Usd
    """Without that funding: fees, counted in dollars."""
    impact: Usd
    """Of closing all of it: > 0 in our favour."""
    pending: Base
    """Impact that waits, in index coins: > 0 in our favour."""


@value
class Requirement:
    """What must remain."""

    least: Usd
    factor: Ratio
    most_impact: Ratio
    """MAX_POSITION_IMPACT_FACTOR_FOR_LIQUIDATIONS."""

    def of(self, short: Short) -> Usd:
        return max(self.least, short.notional * self.factor)


def liquidation_price(short: Short, required: Requirement, *, in_index: bool) -> Price | None:
    """Of the index; None when no price liquidates it. `in_index`: the collateral is the index coin itself.

    A favourable impact of closing now is left aside where it would make up for one that waits: on the safe side.
    """
    room = short.notional - short.costs - required.of(short)
    room = room if in_index else room + short.collateral * short.collateral_price
    owed = short.size - short.collateral if in_index else short.size
    unmoved = _ends(room, owed)
    moved = _ends(room + min(Usd(0), short.impact), owed - short.pending)
    at_most = _ends(room - short.notional * required.most_impact, owed)
    return _later(at_most, _sooner(unmoved, moved))


def _ends(room: Usd, owed: Base) -> Price | None:
    """The price at which what is owed has used up all the room."""
    return max(Price(0), Price(room.raw / owed.raw)) if owed.sign() > 0 else None


def _sooner(one: Price | None, other: Price | None) -> Price | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one: Price | None, other: Price | None) -> Price | None:
    return max(one, other) if one is not None and other is not None else None
