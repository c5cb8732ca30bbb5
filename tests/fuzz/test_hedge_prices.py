"""Price bounds are never rounded against the user; the liquidation price is where equity meets the margin."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from agent.hedge import liquidation_price, make_decide
from agent.model import Market, Trade, View
from agent.units import Base, Price, Ratio
from tests.fuzz.moments import LIMITS, SEARCH, Moment, amounts, moments
from tests.unit.hedge.scene import market, view

Bound = Callable[[Trade], Price]
Liquidation = Callable[[View, Market], Price | None]


def every_bound(bound: Bound) -> None:
    """A sale accepts no less, and a purchase no more, than max_slippage off the all-in price of a small trade."""

    @SEARCH
    @given(moments())
    def holds(moment: Moment) -> None:
        plan = make_decide([moment.hedge], LIMITS)(moment.seen, moment.memory)
        for trade in (a for leg in plan.legs for a in leg.actions if isinstance(a, Trade)):
            mark, fee, slip = moment.market.mark.raw, moment.market.fee.raw, LIMITS.max_slippage.raw
            if trade.size < Base(0):
                assert bound(trade).raw >= mark * (1 - fee) * (1 - slip)
            else:
                assert bound(trade).raw <= mark * (1 + fee) * (1 + slip)

    holds()


BOUNDS: dict[str, Bound] = {
    "rounded down to a cent": lambda t: Price(t.worst.raw.quantize(Decimal("0.01"), "ROUND_FLOOR")),
    "rounded up to a cent": lambda t: Price(t.worst.raw.quantize(Decimal("0.01"), "ROUND_CEILING")),
    "the sides are swapped": lambda t: t.worst * Ratio("0.98" if t.size < Base(0) else "1.02"),
    "no bound": lambda t: Price(0) if t.size < Base(0) else Price(10**9),
}


def test_bound__any_trade__is_never_against_the_user() -> None:
    every_bound(lambda trade: trade.worst)


@pytest.mark.parametrize("name", BOUNDS)
def test_bound__named_breakage__is_caught(name: str) -> None:
    with pytest.raises(AssertionError):
        every_bound(BOUNDS[name])


def every_liquidation(of: Liquidation) -> None:
    @SEARCH
    @given(amounts("-20", "20"), amounts("1", "60000", 2), amounts("1", "5000", 2), amounts("0.01", "0.2", 3))
    def holds(size: Decimal, equity: Decimal, mark: Decimal, fraction: Decimal) -> None:
        traded = replace(market(str(mark)), maintenance_margin=Ratio(fraction))
        account = view(str(size), str(equity), at=traded)
        price = of(account, traded)
        if price is None:
            assert size == 0 or (size > 0 and equity > size * mark * (1 - Decimal("1e-50")))
            return
        left = equity + size * (price.raw - mark)
        assert abs(left - abs(size) * price.raw * fraction) < Decimal("1e-50")
        healthy = equity >= abs(size) * mark * fraction
        assert healthy is ((price.raw >= mark) if size < 0 else (price.raw <= mark))

    holds()


def ignores_the_margin(account: View, traded: Market) -> Price | None:
    """Where equity is gone: past the point at which the venue has long taken over."""
    return liquidation_price(account, replace(traded, maintenance_margin=Ratio(0)))


def takes_a_short_for_a_long(account: View, traded: Market) -> Price | None:
    flipped = tuple(replace(p, size=-p.size) for p in account.positions)
    return liquidation_price(replace(account, positions=flipped), traded)


def test_liquidation__any_account__is_where_equity_meets_the_maintenance_margin() -> None:
    every_liquidation(liquidation_price)


@pytest.mark.parametrize("breakage", [ignores_the_margin, takes_a_short_for_a_long])
def test_liquidation__named_breakage__is_caught(breakage: Liquidation) -> None:
    with pytest.raises(AssertionError):
        every_liquidation(breakage)
