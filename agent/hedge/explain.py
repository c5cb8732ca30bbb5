"""Why a hedge is as it is and what would change it: one paragraph for a person, the same in figures for a program."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from agent.errors import Exit
from agent.hedge.bound import towards, worst_price, worth
from agent.hedge.carry import carry_a_year
from agent.hedge.costs import all_in, closing
from agent.hedge.gates import GATES, Evidence, Measured
from agent.hedge.margin import leverage
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place, places
from agent.hedge.runway import runways
from agent.model import (
    MEANING,
    Fund,
    HedgeState,
    Kind,
    Lane,
    Leg,
    Market,
    Memory,
    Name,
    Plan,
    Reason,
    Snapshot,
    Trade,
    Verdict,
    exit_for,
    value,
)
from agent.model.words import coins, earns, figure, percent, side, usd
from agent.units import Base, Ratio, Usd


@value
class Standing:
    """The account at one venue: what it earns, how far it is from its end."""

    venue: Name
    market: Name
    position: Base
    carry_a_year: Ratio
    """Of a short there, at the present rates: > 0 is received."""
    leverage: Ratio | None
    ends: str
    """Where and when it would be liquidated; empty without a position."""


@value
class Explanation:
    """One hedge at one moment."""

    underlying: Name
    says: str
    state: HedgeState
    standing: tuple[Standing, ...]
    trade: Leg | None
    """What the plan would do first; None where it does nothing."""
    cost: Usd | None
    """Of that trade, all-in over the horizon; < 0 where it earns more than it costs."""
    gates: tuple[Measured, ...]
    """For that trade, else for the smallest increase: each with what it found and what it allows."""
    changes: tuple[str, ...]
    """What would have to change for it to trade."""


Explain: TypeAlias = Callable[[Snapshot, Memory, Plan, Verdict], tuple[Explanation, ...]]


def make_explain(hedges: Sequence[Hedge], limits: Limits, lanes: Mapping[Name, Lane]) -> Explain:
    """`lanes` by venue. A hedge whose figures could not be had has no explanation: the reasons say why."""

    def explain(snapshot: Snapshot, memory: Memory, plan: Plan, verdict: Verdict) -> tuple[Explanation, ...]:
        evidence = Evidence(hedges=hedges, limits=limits, lanes=lanes, gates=GATES, snapshot=snapshot, memory=memory)
        states = {state.underlying: state for state in plan.hedges}
        known = [hedge for hedge in hedges if hedge.underlying in states]
        return tuple(_Story(h, states[h.underlying], evidence, plan, verdict).told() for h in known)

    return explain


@dataclass(frozen=True)
class _Story:
    hedge: Hedge
    state: HedgeState
    evidence: Evidence
    plan: Plan
    verdict: Verdict

    def told(self) -> Explanation:
        legs = tuple(leg for leg in self.plan.legs if self._trade(leg))
        leg = legs[0] if legs else None
        tried = leg or self._smallest()
        return Explanation(
            underlying=self.hedge.underlying,
            says=" ".join(self._sentences(legs)),
            state=self.state,
            standing=self._standings,
            trade=leg,
            cost=self._cost(leg) if leg else None,
            gates=self.evidence.readings(tried) if tried else (),
            changes=tuple(self._changes(legs)),
        )

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        return places(self.hedge, self.evidence.snapshot)

    @cached_property
    def _standings(self) -> tuple[Standing, ...]:
        return tuple(map(self._standing, self._places))

    @cached_property
    def _markets(self) -> Mapping[tuple[Name, Name], Market]:
        return {(place.view.venue, place.market.name): place.market for place in self._places}

    def _trade(self, leg: Leg) -> Trade | None:
        trades = (action for action in leg.actions if isinstance(action, Trade))
        return next((trade for trade in trades if (leg.venue, trade.market) in self._markets), None)

    def _smallest(self) -> Leg | None:
        """The smallest increase at the first venue, on collateral of its own: what the gates would say to it."""
        if not self._places:
            return None
        market = self._places[0].market
        size = towards(max(market.lot, market.minimum / market.mark), self.state.target or -self.state.exposure)
        worst = worst_price(market, size, self.evidence.limits.max_slippage)
        trade = Trade(market=market.name, size=size, worst=worst, reduce_only=False)
        view = self._places[0].view
        own = min(view.reserve, worth(size, market.mark))
        return Leg(venue=view.venue, actions=(Fund(amount=own), trade) if own else (trade,))

    def _cost(self, leg: Leg) -> Usd | None:
        trade = self._trade(leg)
        market = self._markets.get((leg.venue, trade.market)) if trade else None
        if trade is None or market is None:
            return None
        counted = closing if trade.reduce_only else all_in
        return counted(market, trade.size, self.hedge.horizon_days)

    def _standing(self, place: Place) -> Standing:
        past, assumed = self.evidence.memory.past, self.evidence.limits.assumed_volatility
        ends = [each for each in runways(place.view, past, assumed) if each.market == place.market.name]
        return Standing(
            venue=place.view.venue,
            market=place.market.name,
            position=place.position,
            carry_a_year=carry_a_year(place.market, Base(-1)),
            leverage=leverage(place.view),
            ends=ends[0].says() if ends else "",
        )

    def _sentences(self, legs: Sequence[Leg]) -> Iterator[str]:
        state, name = self.state, self.hedge.underlying
        share = percent(-(state.position / state.exposure), 1) if state.exposure else "0 %"
        yield f"{name}: {coins(state.exposure)} are held and {side(state.position)} stands against them ({share})."
        yield self._wanted()
        if not state.undecided:
            yield f"That is {coins(abs(state.drift))} off; a trade begins beyond {coins(state.band)} ({state.zone})."
        yield from self._rescues()
        yield from map(self._does, legs) if legs else ("Nothing is traded.",)
        yield from map(self._holding, self._standings)
        if changes := list(self._changes(legs)):
            yield f"What would change that: {'; '.join(changes)}."

    def _wanted(self) -> str:
        if self.state.undecided:
            lacks = self.state.why.removeprefix("cannot say: ")
            beyond = f", but for what is beyond {side(self.state.target)}" if self.state.drift else ""
            return f"The policy cannot say what it wants ({lacks}): what stands stays{beyond}."
        return f"The policy wants {percent(self.state.hedge_ratio, 1)} ({self.state.why}): {side(self.state.target)}."

    def _rescues(self) -> Iterator[str]:
        """What goes first, and needs no trade."""
        here = {place.view.venue for place in self._places}
        for leg in (leg for leg in self.plan.legs if leg.kind is Kind.RESCUE and leg.venue in here):
            for fund in (action for action in leg.actions if isinstance(action, Fund)):
                yield f"The account at {leg.venue} is in danger: {usd(fund.amount)} of collateral go in first."

    def _does(self, leg: Leg) -> str:
        trade, cost = self._trade(leg), self._cost(leg)
        size = trade.size if trade else Base(0)
        verb = "selling" if size.sign() < 0 else "buying"
        paid = f", {_costs(cost)} all-in over {self.hedge.horizon_days} days" if cost is not None else ""
        said = f"{verb} {coins(abs(size))} at {leg.venue}{paid}"
        return f"{'Held back' if self._held(leg) else 'To do'}: {said}."

    def _held(self, leg: Leg) -> tuple[Reason, ...]:
        return next((dropped.reasons for dropped in self.verdict.dropped if dropped.leg == leg), ())

    def _holding(self, each: Standing) -> str:
        said = f"At {each.venue}, {earns(each.carry_a_year)} on a short"
        if not each.position:
            return f"{said}."
        geared = figure(each.leverage.raw, 2) if each.leverage is not None else "without equity"
        return f"{said}; leverage {geared}, liquidated at {each.ends}."

    def _changes(self, legs: Sequence[Leg]) -> Iterator[str]:
        """Of what holds it back, each with its limit; in the band, how far it is from the end of it."""
        if legs:
            yield from dict.fromkeys(_undone(reason) for leg in legs for reason in self._held(leg))
            return
        room = self.state.band - abs(self.state.drift)
        if room.sign() >= 0 and not self.state.undecided:
            yield f"{coins(room)} more between the target and the short{self._bounds()}"
        blocking = (reason for reason in self.plan.reasons if exit_for(reason) not in (Exit.DONE, Exit.WOULD_TRADE))
        yield from map(_undone, blocking)

    def _bounds(self) -> str:
        """The exposures at which the band ends, where the target is a share of it."""
        share, band = self.state.hedge_ratio, self.hedge.band
        fixed = self.hedge.cost_zone is None and self.hedge.basis == "units" and share and band < Ratio(1)
        if not fixed or self.state.target != -(self.state.exposure * share) or self.state.working:
            return ""
        held = abs(self.state.position) / share
        return f": an exposure below {coins(held / (Ratio(1) + band))} or above {coins(held / (Ratio(1) - band))}"


def _costs(cost: Usd) -> str:
    return f"earning {usd(-cost)}" if cost < Usd(0) else f"costing {usd(cost)}"


def _undone(reason: Reason) -> str:
    limit = f" (limit {reason.limit})" if reason.limit else ""
    found = f": {reason.value}" if reason.value else ""
    return f"{reason.subject}, {MEANING[reason.code][1]}{found}{limit}"
