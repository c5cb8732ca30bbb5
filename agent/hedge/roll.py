"""Moves a hedge to a cheaper venue: a slice is opened there first, then the same is closed where it costs too much.

Between the two the hedge is too large by one slice and never too small; who stops in between leaves an over-hedge,
and the next run closes that where holding costs most. Only from a burden (burden.py), and only where closing there
and opening here together cost less, over the horizon, than staying.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.hedge.allocation import grow, shrink, takes
from agent.hedge.band import untradable
from agent.hedge.bound import towards, worth
from agent.hedge.burden import Burden
from agent.hedge.carry import over
from agent.hedge.costs import all_in, closing
from agent.hedge.doubts import closed
from agent.hedge.offer import share_left
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import Place
from agent.model import Code, HedgeState, Kind, Leg, Plan, Reason, Snapshot
from agent.model.words import coins, usd
from agent.units import Base, Usd


def roll(
    hedge: Hedge,
    state: HedgeState,
    heavy: Sequence[Burden],
    listed: Sequence[Place],
    snapshot: Snapshot,
    limits: Limits,
) -> Plan:
    """The next step of a roll, or nothing."""
    places = [burden.place for burden in heavy if burden.place.position.sign() == state.target.sign() != 0]
    dear = {burden.place.view.venue for burden in heavy}
    cheap = [each for each in listed if each.view.venue not in dear]
    open_ = [each for each in cheap if not closed(each, state.target, snapshot, limits)]
    if state.working:  # what is not filled yet covers nothing that is closed elsewhere
        return Plan()
    back = tuple(place for place in places if not untradable(_at_most(state.drift, [place]), place.market))
    if back:  # less than a venue trades, as lots leave it, holds up nothing
        return _rolling(shrink(_at_most(state.drift, back), back, snapshot, limits))
    best = max(_ways(hedge, state, places, open_, limits), key=lambda way: way[0].raw, default=None)
    if best is None or best[0] <= Usd(0):
        return Plan()
    gain, size, source, there = best
    plan = _rolling(grow(size, there, snapshot, limits, hedge.min_trade))
    return replace(plan, reasons=(*plan.reasons, _why(hedge, gain, size, source, there)))


def _ways(
    hedge: Hedge, state: HedgeState, places: Sequence[Place], open_: Sequence[Place], limits: Limits
) -> Iterable[tuple[Usd, Base, Place, Place]]:
    """What each pair of venues would save over the horizon, beyond the tolerance, and how much it would move."""
    for source in places:
        for there in open_:
            room = min(
                abs(source.position), takes(there, source.position, limits), share_left(hedge, there, state.target)
            )
            size = towards(room, source.position).to_lot(there.market.lot)
            if size:
                yield _gain(hedge, size, source, there), size, source, there


def _gain(hedge: Hedge, size: Base, source: Place, there: Place) -> Usd:
    days, notional = hedge.horizon_days, worth(size, there.market.mark)
    costs = closing(source.market, -size, days) + all_in(there.market, size, days)
    return Usd(0) - costs - notional * over(hedge.tolerance, days)


def _at_most(drift: Base, back: Sequence[Place]) -> Base:
    return towards(min(abs(drift), sum((place.reducible(drift) for place in back), Base(0))), drift)


def _rolling(plan: Plan) -> Plan:
    return replace(plan, legs=tuple(Leg(venue=leg.venue, actions=leg.actions, kind=Kind.ROLL) for leg in plan.legs))


def _why(hedge: Hedge, gain: Usd, size: Base, source: Place, there: Place) -> Reason:
    said = f"{coins(abs(size))} from {source.view.venue} to {there.view.venue} saves {usd(gain)}"
    return Reason(code=Code.ROLL, subject=hedge.underlying, value=f"{said} over {hedge.horizon_days} days")
