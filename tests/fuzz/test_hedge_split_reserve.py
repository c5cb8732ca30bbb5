"""Venues that draw on one reserve: it is spent once, and nobody is asked for collateral while another has some."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge import Hedge, Limits, make_decide
from agent.hedge.gates import make_check
from agent.hedge.offer import Offer
from agent.model import Code, Fund, Memory, Name, Plan, Snapshot, Trade, View, value
from agent.units import Ratio, Usd
from tests.fuzz.moments import LANES, SEARCH, VENUES, amounts
from tests.unit.hedge import scene

LIMITS = Limits(
    max_order=Usd(10**9),
    max_leg=Usd(10**9),
    max_daily_turnover=Usd(10**9),
    max_slippage=Ratio("0.01"),
    sweep_leverage=Ratio(0),
)
"""Nothing goes in slices."""
MARK, LEAST = Decimal(2000), Decimal(50)


@value
class Purse:
    """Some venues with little of their own, of which the first two share a reserve."""

    hedge: Hedge
    seen: Snapshot

    @property
    def drift(self) -> Decimal:
        return self.seen.held[0].holdings[0].amount.raw

    @property
    def reserve(self) -> Decimal:
        return self.seen.views[0].reserve.raw


@st.composite
def purses(draw: st.DrawFn) -> Purse:
    """A third that has what it needs, or has not, and costs as much or more."""
    names, reserve = draw(st.permutations(VENUES)), Usd(draw(amounts("1500", "9000", 2)))
    pool = [_view(draw, name, ("0", "2000"), ("0", "0.001")) for name in names[:2]]
    pool = [replace(each, reserve=reserve, reserve_at="USDC to hot") for each in pool]
    alone = [_view(draw, name, ("0", "12000"), ("0.001", "0.004")) for name in names[2:][: draw(st.integers(0, 4))]]
    hedge = scene.hedge(venues=draw(st.permutations([view.venue for view in (*pool, *alone)])))
    hedge = replace(hedge, horizon_days=draw(st.sampled_from([1, 30])))
    return Purse(hedge=hedge, seen=scene.snapshot(*pool, *alone, spot=str(draw(amounts("2", "12")))))


def _view(draw: st.DrawFn, name: Name, equity: tuple[str, str], fee: tuple[str, str]) -> View:
    market = replace(scene.market(str(MARK)), fee=Ratio(draw(amounts(*fee, 4))))
    return scene.view(equity=str(draw(amounts(*equity, 2))), venue=name, at=market)


def decided(purse: Purse) -> Plan:
    return make_decide([purse.hedge], LIMITS)(purse.seen, Memory())


def counted_twice(purse: Purse) -> Plan:
    views = (replace(view, reserve_at=view.venue) for view in purse.seen.views)
    return decided(replace(purse, seen=replace(purse.seen, views=tuple(views))))


def carried(purse: Purse) -> Decimal:
    """Coins that equity and reserve carry together at the leverage for opening: no less than this."""
    views, leverage = purse.seen.views, LIMITS.open_leverage.raw

    def per_dollar(view: View) -> Decimal:
        worst = MARK * (1 - view.markets[0].fee.raw) * (1 - LIMITS.max_slippage.raw)
        return leverage / (MARK + (MARK - worst) * leverage)

    own = sum(view.equity.raw * per_dollar(view) for view in views)
    return own + purse.reserve * min(per_dollar(view) for view in views[:2])


def assert_spent_once(purse: Purse, plan: Plan) -> None:
    posted = sum(a.amount.raw for leg in plan.legs for a in leg.actions if isinstance(a, Fund))
    assert posted <= purse.reserve
    assert make_check([purse.hedge], LIMITS, LANES)(plan, purse.seen, Memory()).dropped == ()


def assert_all_is_used(purse: Purse, plan: Plan) -> None:
    """But for what is too small to trade."""
    sold = sum(-a.size.raw for leg in plan.legs for a in leg.actions if isinstance(a, Trade))
    slack = len(purse.seen.views) * LEAST / MARK
    assert sold <= purse.drift
    assert sold >= min(purse.drift, carried(purse)) - slack


def assert_nobody_is_asked_early(purse: Purse, plan: Plan) -> None:
    asked = any(reason.code is Code.COLLATERAL for reason in plan.reasons)
    slack = len(purse.seen.views) * LEAST / MARK
    assert not asked or purse.drift > carried(purse) - slack


Check = Callable[[Purse, Plan], None]
CHECKS: tuple[Check, ...] = (assert_spent_once, assert_all_is_used, assert_nobody_is_asked_early)


def every_purse(checks: tuple[Check, ...], of: Callable[[Purse], Plan]) -> None:
    @SEARCH
    @given(purses())
    def holds(purse: Purse) -> None:
        plan = of(purse)
        for check in checks:
            check(purse, plan)

    holds()


def test_reserve__shared_by_two__is_spent_once_and_wholly_before_anyone_is_asked() -> None:
    every_purse(CHECKS, decided)


def test_reserve__named_breakage__counted_at_each_venue__is_caught() -> None:
    with pytest.raises(AssertionError):
        every_purse((assert_spent_once,), counted_twice)


@pytest.mark.parametrize("check", [assert_all_is_used, assert_nobody_is_asked_early])
def test_reserve__named_breakage__divided_as_if_each_had_it__is_caught(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Offer, "shares_with", lambda self, other: False)
    with pytest.raises(AssertionError):
        every_purse((check,), decided)
