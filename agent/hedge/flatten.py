"""Close everything: needs no spot, no outside price and no records."""

from collections.abc import Callable

from agent.hedge.bound import takeable, worst_price
from agent.hedge.orders import cancel, overdue, waiting
from agent.hedge.parameters import Limits
from agent.hedge.strangers import used_elsewhere
from agent.hedge.unnamed import unconfigured
from agent.model import Code, Kind, Leg, Memory, OpenOrder, Plan, Position, Reason, Snapshot, Trade, View
from agent.model.words import price, side, sliced
from agent.units import Base


def make_flatten(limits: Limits) -> Callable[[Snapshot, Memory], Plan]:
    """Every position of every readable venue to exactly 0, reduce-only, working orders cancelled first.

    A market too thin for all of it takes it in rounds. A key that someone else uses is no obstacle, but is said.
    """

    def flatten(snapshot: Snapshot, memory: Memory) -> Plan:
        plans = [_flatten(view, limits) for view in snapshot.views]
        foreign = (reason for terms in snapshot.terms if (reason := used_elsewhere(terms)))
        alien = (reason for view in snapshot.views for reason in unconfigured(view))
        return Plan(
            legs=tuple(leg for plan in plans for leg in plan.legs),
            reasons=(*(reason for plan in plans for reason in plan.reasons), *foreign, *alien),
        )

    return flatten


def unfinished(snapshot: Snapshot, memory: Memory) -> tuple[Reason, ...]:
    """Under the hold of a flatten nothing is open: what still is must not pass for a hedge."""
    if memory.hold is None:
        return ()
    open_ = ((view, f"{side(p.size)} {p.market}") for view in snapshot.views for p in view.positions if p.size)
    return tuple(Reason(code=Code.EXIT_UNFINISHED, subject=view.venue, value=found) for view, found in open_)


def _flatten(view: View, limits: Limits) -> Plan:
    """A market with an order still working is closed in a later round: both could fill, and the position flip."""
    working = [order for order in view.orders if order.role == "working"]
    going = [order for order in working if _in_the_way(view, order) or overdue(order, view, limits)]
    stops = [order for order in view.orders if order.role == "protective"]
    busy = {order.market for order in working}
    closing = [_close(view, p, limits) for p in view.positions if p.size and p.market not in busy]
    told = [reason for _, reasons in closing for reason in reasons]
    return Plan(
        legs=(*cancel(view, [*going, *stops], Kind.FLATTEN), *(leg for leg, _ in closing)),
        reasons=(*(waiting(view, order) for order in working), *told, *(_tried_anyway(view) if closing else ())),
    )


def _tried_anyway(view: View) -> tuple[Reason, ...]:
    return (Reason(code=Code.HALTED, subject=view.venue, value=view.halted),) if view.halted else ()


def _in_the_way(view: View, order: OpenOrder) -> bool:
    """It would not end the position, and it can be taken back."""
    return not _closes(view, order) and view.stamp.time_ms >= order.cancels_from_ms


def _closes(view: View, order: OpenOrder) -> bool:
    """Together with its fellows it ends the position: it is left alone to be filled."""
    return view.size(order.market) + view.working(order.market) == Base(0)


def _close(view: View, position: Position, limits: Limits) -> tuple[Leg, tuple[Reason, ...]]:
    """What the depth takes; where it takes nothing all of it is tried: the venue has the last word."""
    market, size = view.market(position.market), -position.size
    worst = worst_price(market, size, limits.max_exit_slippage)
    taken = takeable(market, size, worst) or size
    trade = Trade(market=position.market, size=taken, worst=worst, reduce_only=True)
    part = () if taken == size else (sliced(market.name, taken, size, f"depth within {price(worst)}"),)
    return Leg(venue=view.venue, actions=(trade,), kind=Kind.FLATTEN), part
