"""Every gate, every reason, leg by leg."""

from collections.abc import Callable, Mapping, Sequence

from agent.hedge.gates.base import Case, Effect, Gate
from agent.hedge.gates.measured import Measured, measured
from agent.hedge.gates.table import GATES, Gates
from agent.hedge.outlook import after, mates
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.state import settled_state
from agent.model import (
    Code,
    Dropped,
    Lane,
    Leg,
    Memory,
    Name,
    Plan,
    Reason,
    Snapshot,
    Terms,
    Trade,
    Verdict,
    View,
    value,
)


def make_check(
    hedges: Sequence[Hedge], limits: Limits, lanes: Mapping[Name, Lane], gates: Gates = GATES
) -> Callable[[Plan, Snapshot, Memory], Verdict]:
    """`lanes` by venue. The targets are worked out again: the plan's own figures are not taken at their word."""

    def check(plan: Plan, snapshot: Snapshot, memory: Memory) -> Verdict:
        evidence = Evidence(hedges=hedges, limits=limits, lanes=lanes, gates=gates, snapshot=snapshot, memory=memory)
        may, dropped = list[Leg](), list[Dropped]()
        for leg in plan.legs:
            reasons = evidence.reasons(leg, tuple(may))
            if reasons:
                dropped.append(Dropped(leg=leg, reasons=reasons, by="gate"))
            else:
                may.append(leg)
        return Verdict(legs=tuple(may), dropped=tuple(dropped))

    return check


@value
class Evidence:
    """All that the legs of one plan are judged by."""

    hedges: Sequence[Hedge]
    limits: Limits
    lanes: Mapping[Name, Lane]
    gates: Gates
    snapshot: Snapshot
    memory: Memory

    def reasons(self, leg: Leg, ahead: tuple[Leg, ...]) -> tuple[Reason, ...]:
        """All reasons of all gates that bind such a leg, not only the first; `ahead` are those that may go."""
        view, terms = self._view(leg), self._terms(leg)
        if view is None or terms is None:
            missing = "the venue was not read" if view is None else "its lane was not read"
            return (Reason(code=Code.NOT_SEEN, subject=leg.venue, value=missing),)
        if sum(isinstance(action, Trade) for action in leg.actions) > 1:
            return (Reason(code=Code.UNSUPPORTED, subject=leg.venue, value="two trades in one leg"),)
        case = self._case(leg, ahead, view, terms)
        return tuple(reason for gate, binds in self.gates if case.effect in binds for reason in gate(case))

    def readings(self, leg: Leg) -> tuple[Measured, ...]:
        """Every gate that binds such a leg, whether it holds it or not; none where the venue was not read."""
        view, terms = self._view(leg), self._terms(leg)
        if view is None or terms is None:
            return ()
        case = self._case(leg, (), view, terms)
        return tuple(measured(gate, case) for gate, binds in self.gates if case.effect in binds)

    def _view(self, leg: Leg) -> View | None:
        return next((view for view in self.snapshot.views if view.venue == leg.venue), None)

    def _terms(self, leg: Leg) -> Terms | None:
        return next((terms for terms in self.snapshot.terms if terms.lane == self.lanes.get(leg.venue)), None)

    def _case(self, leg: Leg, ahead: tuple[Leg, ...], view: View, terms: Terms) -> Case:
        hedge = self._hedge(leg, view)
        return Case(
            leg=leg,
            ahead=ahead,
            view=after(view, ahead, mates(view, self.snapshot)),
            terms=terms,
            exit_gas=self._exit_gas(terms),
            venues=self.lanes.keys(),
            hedge=hedge,
            state=settled_state(hedge, self.snapshot, self.memory, self.limits) if hedge else None,
            snapshot=self.snapshot,
            memory=self.memory,
            limits=self.limits,
        )

    def _exit_gas(self, terms: Terms) -> int:
        lane_mates = (v for v in self.snapshot.views if self.lanes.get(v.venue) == terms.lane)
        return sum(view.exit_gas for view in lane_mates)

    def _hedge(self, leg: Leg, view: View) -> Hedge | None:
        trades = (action for action in leg.actions if isinstance(action, Trade))
        underlyings = {view.market(trade.market).underlying for trade in trades}
        return next((hedge for hedge in self.hedges if hedge.underlying in underlyings), None)


__all__ = ["GATES", "Case", "Effect", "Evidence", "Gate", "Gates", "Measured", "make_check"]
