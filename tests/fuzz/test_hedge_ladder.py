"""The runway and the rescue ladder, for any account: never liquidated early, always less leverage, never from spot.

The venue here is written down once more, from its own end: collateral, one entry price, and a rule.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge import Limits, make_decide
from agent.hedge.margin import notional
from agent.hedge.outlook import after
from agent.hedge.runway import missing_for_runway, runways
from agent.model import Action, Fund, Kind, Leg, Memory, Past, Plan, Position, Snapshot, Trade, View
from agent.units import Base, Price, Ratio, Usd
from tests.fuzz.moments import SEARCH, amounts
from tests.unit.hedge import scene

NOTHING = Past()
ASSUMED = Ratio("0.8")
Decide = Callable[[Snapshot, Memory, Limits], Plan]


@st.composite
def accounts(draw: st.DrawFn) -> View:
    """Shorts, from full margin to bankruptcy, whose venue may show a liquidation price a little apart from ours."""
    size, mark = draw(amounts("-20", "-0.01", 2)), draw(amounts("500", "4000", 2))
    equity = draw(amounts("-0.1", "1.2", 4)) * -size * mark
    market = replace(
        scene.market(str(mark)),
        lot=Base(draw(st.sampled_from(["0.0001", "0.01", "1"]))),
        minimum=Usd(draw(st.sampled_from([0, 10]))),
        fee=Ratio(draw(st.sampled_from(["0", "0.001"]))),
        maintenance_margin=Ratio(draw(st.sampled_from(["0.0625", "0.01"]))),
    )
    view = scene.view(str(size), str(equity), at=market)
    [found] = runways(view, NOTHING, ASSUMED)
    apart = Ratio(draw(st.sampled_from(["0.99", "1.01"])))
    own = found.liquidation * apart if found.liquidation and draw(st.booleans()) else None
    held = Position(market=scene.ETH, size=Base(size), entry=Price(mark), liquidation=own)
    return replace(view, positions=(held,), reserve=Usd(draw(st.sampled_from([0, 10, 1_000, 100_000]))))


def seen(view: View) -> Snapshot:
    mark = str(view.markets[0].mark)
    return scene.snapshot(view, spot=str(-view.size(scene.ETH)), price=mark)


def decides(snapshot: Snapshot, memory: Memory, limits: Limits) -> Plan:
    return make_decide([scene.hedge()], limits)(snapshot, memory)


def rescued(of: Decide, view: View, limits: Limits = scene.LIMITS) -> tuple[Leg, ...]:
    known = Memory(positions={(view.venue, scene.ETH): view.size(scene.ETH)})
    return tuple(leg for leg in of(seen(view), known, limits).legs if leg.kind is Kind.RESCUE)


# --- the liquidation price


def every_path(shown: Callable[[View], Price | None]) -> None:
    """On any path of marks a short is not liquidated before the price that is shown is touched, and is beyond it."""

    @SEARCH
    @given(accounts(), st.lists(amounts("-0.2", "0.3", 3), min_size=1, max_size=12))
    def holds(view: View, moves: list[Decimal]) -> None:
        view = replace(view, positions=(replace(view.positions[0], liquidation=None),))
        market, size, mark = view.markets[0], view.size(scene.ETH).raw, view.markets[0].mark.raw
        ends, collateral = shown(view), view.equity.raw + view.size(scene.ETH).raw * -mark
        for move in moves:
            mark *= 1 + move
            equity, needed = collateral + size * mark, -size * mark * market.maintenance_margin.raw
            alive = equity >= needed
            assert alive is (ends is not None and mark <= ends.raw) or abs(equity - needed) < Decimal("1e-50")

    holds()


def of_the_ladder(view: View) -> Price | None:
    return runways(view, NOTHING, ASSUMED)[0].liquidation


def without_margin(view: View) -> Price | None:
    bare = replace(view.markets[0], maintenance_margin=Ratio(0))
    return of_the_ladder(replace(view, markets=(bare,)))


def test_liquidation__any_path_of_marks__never_comes_before_the_stated_price() -> None:
    every_path(of_the_ladder)


def test_liquidation__a_price_that_forgets_the_margin__is_caught() -> None:
    with pytest.raises(AssertionError):
        every_path(without_margin)


# --- the runway


def every_runway(of: Callable[[View, Ratio], Ratio | None]) -> None:
    """Longer with more equity, shorter with more volatility; and what it is said to lack makes it that long."""

    @SEARCH
    @given(accounts(), amounts("1", "50000", 2), amounts("0.1", "3", 2), amounts("0.01", "30", 2))
    def holds(view: View, more: Decimal, wilder: Decimal, days: Decimal) -> None:
        view = replace(view, positions=(replace(view.positions[0], liquidation=None),))
        helped = replace(view, equity=view.equity + Usd(more))
        now, then, wild = of(view, ASSUMED), of(helped, ASSUMED), of(view, ASSUMED + Ratio(wilder))
        assert now is not None
        assert then is not None
        assert wild is not None
        assert then > now or now == then == Ratio(0)
        assert wild < now or now == Ratio(0)
        lacking = missing_for_runway(view, Ratio(days), NOTHING, ASSUMED)
        enough = of(replace(view, equity=view.equity + lacking), ASSUMED)
        assert enough is not None
        assert enough >= Ratio(days) * Ratio("0.999999")

    holds()


def test_runway__any_short__grows_with_the_distance_and_falls_with_the_volatility() -> None:
    every_runway(lambda view, assumed: runways(view, NOTHING, assumed)[0].days)


def test_runway__one_that_ignores_the_volatility__is_caught() -> None:
    with pytest.raises(AssertionError):
        every_runway(lambda view, assumed: runways(view, NOTHING, ASSUMED)[0].days)


# --- the ladder


def every_rescue(of: Decide) -> None:
    """Even at its worst price each leg lowers the leverage, none turns the position round, and the reserve suffices.

    Compared without dividing: notional * equity after is below notional after * equity.
    """

    @SEARCH
    @given(accounts(), st.sampled_from(["50000", "2000"]))
    def holds(view: View, order: str) -> None:
        limits = replace(scene.LIMITS, max_order=Usd(order), max_leg=Usd(order))
        for leg in rescued(of, view, limits):
            then = after(view, [leg])
            assert Base(0) >= then.size(scene.ETH) >= view.size(scene.ETH)
            assert then.reserve >= Usd(0)
            lower = notional(then).raw * view.equity.raw < notional(view).raw * then.equity.raw
            worst = notional(view) * Ratio("0.0511")  # 5 % of slippage on the price with its fee
            assert lower or not then.size(scene.ETH) or view.equity <= worst  # else all of it goes, order by order
            view = then

    holds()


def grows_instead(snapshot: Snapshot, memory: Memory, limits: Limits) -> Plan:
    plan = decides(snapshot, memory, limits)
    return replace(plan, legs=tuple(replace(leg, actions=tuple(map(_flipped, leg.actions))) for leg in plan.legs))


def _flipped(action: Action) -> Action:
    return replace(action, size=-action.size) if isinstance(action, Trade) else action


def takes_home(snapshot: Snapshot, memory: Memory, limits: Limits) -> Plan:
    plan = decides(snapshot, memory, limits)
    return replace(plan, legs=tuple(replace(leg, actions=tuple(map(_taken, leg.actions))) for leg in plan.legs))


def _taken(action: Action) -> Action:
    return replace(action, amount=-action.amount) if isinstance(action, Fund) else action


def test_ladder__any_account__only_ever_lowers_the_leverage() -> None:
    every_rescue(decides)


@pytest.mark.parametrize("breakage", [grows_instead, takes_home])
def test_ladder__named_breakage__is_caught(breakage: Decide) -> None:
    with pytest.raises(AssertionError):
        every_rescue(breakage)


def every_round(of: Decide) -> None:
    """Round after round, each at what the last one left, it ends; what was closed is not opened again, and no action
    of a rescue can name a wallet."""

    @SEARCH
    @given(accounts())
    def holds(view: View) -> None:
        closed = False
        for _ in range(40):
            known = Memory(positions={(view.venue, scene.ETH): view.size(scene.ETH)})
            snapshot = replace(seen(view), held=(scene.held("20"),))
            legs = of(snapshot, known, scene.LIMITS).legs
            began = [leg for leg in legs if leg.kind is Kind.RESCUE]
            trades = [(leg.kind, a) for leg in legs for a in leg.actions if isinstance(a, Trade)]
            closed = closed or any(kind is Kind.RESCUE for kind, _ in trades)
            assert not closed or all(kind is Kind.RESCUE for kind, _ in trades)
            assert all(isinstance(a, (Fund, Trade)) for leg in began for a in leg.actions)
            if not legs:
                return
            view = after(view, legs)
        raise AssertionError("it never ended")

    holds()


def test_ladder__any_account__ends_and_adds_nothing_meanwhile() -> None:
    every_round(decides)


def test_ladder__one_that_never_does_enough__is_caught() -> None:
    def halves(snapshot: Snapshot, memory: Memory, limits: Limits) -> Plan:
        plan = decides(snapshot, memory, limits)
        cents = (replace(leg, actions=tuple(map(_cent, leg.actions))) for leg in plan.legs)
        return replace(plan, legs=tuple(cents))

    with pytest.raises(AssertionError):
        every_round(halves)


def _cent(action: Action) -> Action:
    return replace(action, amount=Usd("0.01")) if isinstance(action, Fund) else action
