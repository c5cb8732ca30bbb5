"""A rebalance never increases |position - target| by more than max(lot, venue minimum), whatever the moment.

The same assertions are then put to decisions that are wrong in ways that real hedgers were, and must fail.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING

import pytest
from hypothesis import given

from agent.hedge import Limits, make_check, make_decide
from agent.model import Leg, Memory, Plan, Snapshot, Trade, Verdict
from agent.units import Base, Price
from tests.fuzz.moments import LANES, LIMITS, SEARCH, Moment, moments

Decide = Callable[[Snapshot, Memory], Plan]
Check = Callable[[Plan, Snapshot, Memory], Verdict]
Break = Callable[[Decide], Decide]


def sizes(legs: tuple[Leg, ...]) -> list[Base]:
    return [action.size for leg in legs for action in leg.actions if isinstance(action, Trade)]


def assert_approaches(moment: Moment, legs: tuple[Leg, ...], limits: Limits) -> None:
    """Every prefix of the legs; and no leg moves more than one leg may."""
    position = moment.position
    allowed = abs(position - moment.target) + moment.slack
    for size in sizes(legs):
        position += size
        assert abs(position - moment.target) <= allowed
        assert abs(size) * moment.market.mark <= limits.max_leg


def assert_rounded_towards_zero(moment: Moment, legs: tuple[Leg, ...]) -> None:
    """Together the trades are whole lots, and never more than the way to the target."""
    traded = sum(sizes(legs), Base(0))
    assert abs(traded) <= abs(moment.target - moment.position)
    assert all(size == size.to_lot(moment.market.lot) for size in sizes(legs))


def every_rebalance(breaks: Break) -> None:
    @SEARCH
    @given(moments())
    def holds(moment: Moment) -> None:
        decide = breaks(make_decide([moment.hedge], LIMITS))
        legs = decide(moment.seen, moment.memory).legs
        assert_approaches(moment, legs, LIMITS)
        assert_rounded_towards_zero(moment, legs)

    holds()


def every_checked_rebalance(breaks: Break, check_of: Callable[[Moment], Check]) -> None:
    """The gates are the second wall: they hold even a broken decision back."""

    @SEARCH
    @given(moments())
    def holds(moment: Moment) -> None:
        plan = breaks(make_decide([moment.hedge], LIMITS))(moment.seen, moment.memory)
        assert_approaches(moment, check_of(moment)(plan, moment.seen, moment.memory).legs, LIMITS)

    holds()


def resized(change: Callable[[Base], Base]) -> Break:
    def broken(decide: Decide) -> Decide:
        def wrong(seen: Snapshot, memory: Memory) -> Plan:
            plan = decide(seen, memory)
            return replace(plan, legs=tuple(_resized(leg, change) for leg in plan.legs))

        return wrong

    return broken


def _resized(leg: Leg, change: Callable[[Base], Base]) -> Leg:
    actions = (replace(a, size=change(a.size)) if isinstance(a, Trade) else a for a in leg.actions)
    return replace(leg, actions=tuple(actions))


def blinded(**hidden: tuple[()]) -> Break:
    """Decides as if the venue had not shown this."""

    def broken(decide: Decide) -> Decide:
        def wrong(seen: Snapshot, memory: Memory) -> Plan:
            views = (replace(view, **hidden) for view in seen.views)  # type: ignore[arg-type]
            return decide(replace(seen, views=tuple(views)), memory)

        return wrong

    return broken


def in_whole_coins(size: Base) -> Base:
    return Base(size.raw.to_integral_value(ROUND_CEILING) if size.sign() > 0 else size.raw.to_integral_value())


BREAKAGES: dict[str, Break] = {
    "the sign is flipped": resized(lambda size: -size),
    "three times as much is traded": resized(lambda size: size + size + size),
    "the position always reads 0": blinded(positions=()),
    "working orders are ignored": blinded(orders=()),
    "the size is in dollars": resized(lambda size: Base((size * Price(2000)).raw)),
}


def nothing(decide: Decide) -> Decide:
    return decide


def gates(moment: Moment) -> Check:
    return make_check([moment.hedge], LIMITS, LANES)


def no_gates(moment: Moment) -> Check:
    return lambda plan, seen, memory: Verdict(legs=plan.legs)


def test_rebalance__any_moment__approaches_its_target_in_every_prefix() -> None:
    every_rebalance(nothing)


@pytest.mark.parametrize("name", BREAKAGES)
def test_rebalance__named_breakage__is_caught(name: str) -> None:
    with pytest.raises(AssertionError):
        every_rebalance(BREAKAGES[name])


def test_rounding__a_size_rounded_up__is_caught() -> None:
    with pytest.raises(AssertionError):
        every_rebalance(resized(in_whole_coins))


@pytest.mark.parametrize("name", BREAKAGES)
def test_gates__named_breakage_of_the_decision__let_nothing_away_from_the_target(name: str) -> None:
    every_checked_rebalance(BREAKAGES[name], gates)


@pytest.mark.parametrize("name", BREAKAGES)
def test_gates__taken_away__the_breakage_gets_through(name: str) -> None:
    with pytest.raises(AssertionError):
        every_checked_rebalance(BREAKAGES[name], no_gates)


def test_moments__the_search__meets_trades_both_ways() -> None:
    """Guards the properties above against holding for want of trades."""
    met = {"more": 0, "less": 0, "passed": 0}

    @SEARCH
    @given(moments())
    def count(moment: Moment) -> None:
        plan = make_decide([moment.hedge], LIMITS)(moment.seen, moment.memory)
        met["more"] += any(size < Base(0) for size in sizes(plan.legs))
        met["less"] += any(size > Base(0) for size in sizes(plan.legs))
        met["passed"] += bool(sizes(gates(moment)(plan, moment.seen, moment.memory).legs))

    count()
    assert min(met.values()) > 20, met
