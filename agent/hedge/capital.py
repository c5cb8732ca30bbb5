"""What a hedge needs before it is opened, in three ways of backing it: collateral, reserve, and what holding costs.

Collateral: the notional by the leverage, and what opening costs. Reserve for a rise: what brings the short back to
the leverage that is kept, at that price. Carry counts at the present rate, without compounding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.hedge.bound import worth
from agent.hedge.carry import carry_a_year, over
from agent.hedge.costs import trading
from agent.hedge.margin import initial_margin, missing_collateral
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.runway import Runway, runways
from agent.hedge.stress import moved
from agent.model import HedgeState, Market, Name, Past, Position, Snapshot, View, value
from agent.units import Base, Ratio, Usd

RISES = (Ratio("0.25"), Ratio("0.5"), Ratio(1))
SET_ASIDE = Ratio("0.5")
"""The rise whose reserve counts as idle capital."""


@value
class Stance:
    """`opened` and `kept` are leverages."""

    name: str
    opened: Ratio
    kept: Ratio


@value
class Need:
    """One hedge at one venue, by one stance. Dollars over the horizon; > 0: received."""

    stance: Stance
    venue: Name
    market: Name
    size: Base
    notional: Usd
    collateral: Usd
    reserves: tuple[tuple[Ratio, Usd], ...]
    """By rise."""
    runway: Runway
    days: int
    carry: Usd
    fees: Usd
    """In and out again."""
    idle: Usd
    """What collateral and the reserve for +50 % would earn elsewhere."""

    @property
    def expected(self) -> Usd:
        return self.carry - self.fees - self.idle


def stances(limits: Limits) -> tuple[Stance, ...]:
    """Unlevered: full margin at any price. The others are brought back to the leverage for opening."""
    one, two = Ratio(1), Ratio(2)
    return (
        Stance(name="unlevered", opened=one, kept=one),
        Stance(name="1x", opened=one, kept=max(one, limits.open_leverage)),
        Stance(name="2x", opened=two, kept=max(two, limits.open_leverage)),
    )


@value
class Planner:
    """`idle_rate` is what capital would earn elsewhere in a year."""

    limits: Limits
    past: Past
    idle_rate: Ratio

    def needs(
        self, hedges: Sequence[Hedge], states: Sequence[HedgeState], snapshot: Snapshot
    ) -> tuple[tuple[Need, ...], ...]:
        """For each hedge with a target, and each of its venues: all of the target there, by every stance."""
        wanted = {state.underlying: state.target for state in states if state.target}
        return tuple(
            tuple(
                self._need(view, market, wanted[hedge.underlying], stance, hedge) for stance in stances(self.limits)
            )
            for hedge in hedges
            for view, market in _markets(hedge, snapshot)
            if hedge.underlying in wanted
        )

    def _need(self, view: View, market: Market, size: Base, stance: Stance, hedge: Hedge) -> Need:
        opened = _opened(view, market, size, stance)
        days, notional, fee = hedge.horizon_days, worth(size, market.mark), trading(market, size)
        collateral = opened.equity + fee
        set_aside = collateral + self._reserve(opened, stance, SET_ASIDE)
        return Need(
            stance=stance,
            venue=view.venue,
            market=market.name,
            size=size,
            notional=notional,
            collateral=collateral,
            reserves=tuple((rise, self._reserve(opened, stance, rise)) for rise in RISES),
            runway=runways(opened, self.past, self.limits.assumed_volatility)[0],
            days=days,
            carry=notional * over(carry_a_year(market, size), days),
            fees=fee + trading(market, -size),
            idle=set_aside * over(self.idle_rate, days),
        )

    def _reserve(self, opened: View, stance: Stance, rise: Ratio) -> Usd:
        return missing_collateral(moved(opened, rise), stance.kept)


def _opened(view: View, market: Market, size: Base, stance: Stance) -> View:
    """An account of its own, just opened: with its leverage's collateral, or the venue's least."""
    held = Position(market=market.name, size=size, entry=market.mark)
    alone = replace(view, markets=(market,), positions=(held,), orders=())
    return replace(alone, equity=max(worth(size, market.mark) / stance.opened, initial_margin(alone)))


def _markets(hedge: Hedge, snapshot: Snapshot) -> Iterator[tuple[View, Market]]:
    """The first market of each of its venues."""
    for view in snapshot.views:
        market = next((each for each in view.markets if each.underlying == hedge.underlying), None)
        if market and view.venue in hedge.venues:
            yield view, market
