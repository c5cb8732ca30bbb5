"""A flatten ends at position 0 with no working orders, only ever reduces, and needs nothing but the venue."""

from collections.abc import Callable
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge import make_check, make_flatten
from agent.model import Cancel, Fund, Gap, Leg, Memory, Plan, Position, Snapshot, Trade, View
from agent.units import Base
from tests.fuzz.moments import LANES, SEARCH, Moment, moments
from tests.unit.hedge.scene import ETH, LIMITS

Decide = Callable[[Snapshot, Memory], Plan]
ROUNDS = 6


def trades(plan: Plan) -> list[tuple[Leg, Trade]]:
    return [(leg, action) for leg in plan.legs for action in leg.actions if isinstance(action, Trade)]


def bare(seen: Snapshot) -> Snapshot:
    """Spot, outside prices and all else that a flatten must not need are gone."""
    return replace(seen, held=(), quotes=(), gaps=(Gap(source=ETH, why="down"),))


def moved(view: View, size: Base) -> View:
    held = tuple(replace(p, size=p.size + size) for p in view.positions)
    return replace(view, positions=held or (Position(market=ETH, size=size, entry=view.markets[0].mark),))


def carried_out(seen: Snapshot, legs: tuple[Leg, ...], fills: st.DataObject) -> Snapshot:
    """The venue's side: orders that were not cancelled may fill at any time, trades fill at once."""
    return replace(seen, views=tuple(_carried_out(view, legs, fills) for view in seen.views))


def _carried_out(view: View, legs: tuple[Leg, ...], fills: st.DataObject) -> View:
    actions = [action for leg in legs if leg.venue == view.venue for action in leg.actions]
    cancelled = {action.order_id for action in actions if isinstance(action, Cancel)}
    left = tuple(order for order in view.orders if order.id not in cancelled)
    filled: bool = fills.draw(st.booleans())
    if left and filled:
        view, left = moved(view, view.working(ETH)), ()
    for action in actions:
        if isinstance(action, Trade):
            view = moved(view, action.size)
    return replace(view, orders=left)


def every_flatten(decide: Decide) -> None:
    @SEARCH
    @given(moments(), st.data())
    def holds(moment: Moment, fills: st.DataObject) -> None:
        seen = bare(moment.seen)
        for _ in range(ROUNDS):
            plan = decide(seen, Memory())
            assert not [a for leg in plan.legs for a in leg.actions if isinstance(a, Fund)]
            legs = make_check([], LIMITS, LANES)(plan, seen, Memory()).legs
            assert legs == plan.legs
            assert_only_reduces(seen, plan)
            seen = carried_out(seen, legs, fills)
            seen = aged(seen)
        assert all(view.size(ETH) == Base(0) for view in seen.views)
        assert all(view.orders == () for view in seen.views)

    holds()


def aged(seen: Snapshot) -> Snapshot:
    """Long enough for an order that nobody fills to be overdue in the next round."""
    views = (replace(v, orders=tuple(replace(o, since_ms=0) for o in v.orders)) for v in seen.views)
    return replace(seen, views=tuple(views))


def assert_only_reduces(seen: Snapshot, plan: Plan) -> None:
    views = {view.venue: view for view in seen.views}
    for leg, trade in trades(plan):
        position = views[leg.venue].size(trade.market)
        assert trade.reduce_only
        assert position + trade.size == Base(0)


flatten = make_flatten(LIMITS)


def changed(change: Callable[[Trade], Trade]) -> Decide:
    def broken(seen: Snapshot, memory: Memory) -> Plan:
        plan = flatten(seen, memory)
        legs = (
            replace(leg, actions=tuple(change(a) if isinstance(a, Trade) else a for a in leg.actions))
            for leg in plan.legs
        )
        return replace(plan, legs=tuple(legs))

    return broken


def without_cancels(seen: Snapshot, memory: Memory) -> Plan:
    """Closes, and leaves what is working to be filled afterwards."""
    plan = flatten(replace(seen, views=tuple(replace(v, orders=()) for v in seen.views)), memory)
    return replace(plan, legs=tuple(leg for leg in plan.legs if not isinstance(leg.actions[0], Cancel)))


def with_quotes_only(seen: Snapshot, memory: Memory) -> Plan:
    """Waits for an outside price."""
    return flatten(seen, memory) if seen.quotes else Plan()


BREAKAGES: dict[str, Decide] = {
    "the sign is flipped": changed(lambda t: replace(t, size=-t.size)),
    "only whole coins are closed": changed(lambda t: replace(t, size=t.size.to_lot(Base(1)))),
    "reduce-only is forgotten": changed(lambda t: replace(t, reduce_only=False)),
    "working orders are left alone": without_cancels,
    "an outside price is waited for": with_quotes_only,
}


def test_flatten__any_moment__ends_flat_and_only_reduces() -> None:
    every_flatten(flatten)


@pytest.mark.parametrize("name", BREAKAGES)
def test_flatten__named_breakage__is_caught(name: str) -> None:
    with pytest.raises(AssertionError):
        every_flatten(BREAKAGES[name])
