"""Protective stops: strictly between the price at which a rescue begins and the one that liquidates.

Off unless asked for: a stop takes the hedge off near the top. What the ladder saves in time never reaches it; it is
for the hours in which nothing of ours runs. One that rests in that range, for all of the position, is left alone; any
other is replaced. When one fires, the position is not what our fills add up to, and a person is asked.
"""

from agent.hedge.band import untradable
from agent.hedge.margin import ends_at, notional
from agent.hedge.parameters import Limits
from agent.model import Cancel, Leg, Market, Memory, OpenOrder, Plan, Protect, View, value
from agent.units import Base, Price, Ratio


@value
class Corridor:
    """Where the stop of a short may lie."""

    rescue: Price
    """From here on the leverage is above the rescue level."""
    end: Price

    @property
    def middle(self) -> Price:
        return self.rescue + (self.end - self.rescue) * Ratio("0.5")

    def holds(self, order: OpenOrder) -> bool:
        return order.trigger is not None and self.rescue < order.trigger < self.end


def protect(view: View, memory: Memory, limits: Limits) -> Plan:
    """The leg for each market whose stop is missing, misplaced or left over; only where a stop can rest."""
    if not (limits.protective_stops and view.stops) or view.halted or memory.hold:
        return Plan()
    legs = (_leg(view, market, limits) for market in view.markets if not view.working(market.name))
    return Plan(legs=tuple(leg for leg in legs if leg))


def _leg(view: View, market: Market, limits: Limits) -> Leg | None:
    resting = [each for each in view.orders if each.market == market.name and _guards(each, view, market)]
    corridor = corridor_of(view, market, limits)
    if corridor and len(resting) == 1 and corridor.holds(resting[0]) and _whole(view, resting[0], market):
        return None
    gone = tuple(Cancel(order_id=order.id) for order in resting)
    new = _placed(view, market, corridor) if corridor else ()
    if new or not view.size(market.name):
        return Leg(venue=view.venue, actions=(*gone, *new)) if gone or new else None
    return None  # one that lies wrong is better than none, where no better one can be placed


def corridor_of(view: View, market: Market, limits: Limits) -> Corridor | None:
    """None for what is no short, and where the venue liquidates before a rescue begins.

    From  others + |size| * P = rescue_leverage * (equity - |size| * (P - mark)).
    """
    size = abs(view.size(market.name))
    held = next((p for p in view.positions if p.market == market.name and p.size.sign() < 0), None)
    end = (held.liquidation or ends_at(view, market)) if held else None
    if end is None:
        return None
    at_mark, most = size * market.mark, limits.rescue_leverage
    carried = (view.equity + at_mark) * most - (notional(view) - at_mark)
    rescue = market.mark * (carried / (at_mark * (Ratio(1) + most)))
    return Corridor(rescue=rescue, end=end) if rescue < end else None


def _placed(view: View, market: Market, corridor: Corridor) -> tuple[Protect, ...]:
    """None where it would fire at once."""
    size = -view.size(market.name)
    reached = corridor.middle <= max(market.mark, market.index)
    return (
        ()
        if reached or untradable(size, market)
        else (Protect(market=market.name, size=size, trigger=corridor.middle),)
    )


def _guards(order: OpenOrder, view: View, market: Market) -> bool:
    """A short's stop lies above the mark: what lies below takes a profit, and is nobody's business here."""
    takes_profit = order.trigger is not None and order.trigger < market.mark and view.size(market.name) < Base(0)
    return order.role == "protective" and not takes_profit


def _whole(view: View, order: OpenOrder, market: Market) -> bool:
    return abs(order.size + view.size(market.name)) <= market.lot
