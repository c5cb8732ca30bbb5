"""The liquidation price against the contracts' rule written out as they have it, for any price."""

from decimal import Decimal
from itertools import product

import pytest

from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2.margin import Requirement, Short, liquidation_price

RULE = Requirement(least=Usd(1), factor=Ratio("0.005"), most_impact=Ratio("0.01"))
EXACT = Decimal("1e-60")
CASES = list(product(("100", "15000"), ("-400", "-3", "0", "2"), ("-0.5", "-0.01", "0", "0.02"), (True, False)))


def short(collateral: str, impact: str, pending: str, *, in_index: bool) -> Short:
    """5 ETH sold at 3,000; the collateral is worth as many dollars, in ETH or in dollars."""
    price = Price(3000) if in_index else Price(1)
    return Short(
        size=Base(5),
        notional=Usd(15_000),
        collateral=Usd(collateral) / price,
        collateral_price=price,
        costs=Usd(9),
        impact=Usd(impact),
        pending=Base(pending),
    )


def remains(of: Short, at: Decimal, *, in_index: bool) -> Decimal:
    """PositionUtils.isPositionLiquidatable, beyond what is required."""
    posted = of.collateral.raw * (at if in_index else of.collateral_price.raw)
    impact = min(Decimal(0), of.impact.raw + of.pending.raw * at)
    counted = max(impact, -of.notional.raw * RULE.most_impact.raw)
    result = of.notional.raw - of.size.raw * at
    return posted + result + counted - of.costs.raw - RULE.of(of).raw


@pytest.mark.parametrize(("collateral", "impact", "pending", "in_index"), CASES)
def test_liquidation__at_its_price__nothing_remains_beyond_what_must(
    collateral: str, impact: str, pending: str, in_index: bool
) -> None:
    of = short(collateral, impact, pending, in_index=in_index)
    price = liquidation_price(of, RULE, in_index=in_index)
    if in_index and collateral == "15000":
        assert price is None
        assert remains(of, Decimal(10**9), in_index=True) > 0
        return
    assert price is not None
    left = remains(of, price.raw, in_index=in_index)
    if Decimal(impact) > 0 > Decimal(pending):  # a favourable impact is left aside: sooner by what it is worth
        assert -EXACT < left < Decimal(impact) + EXACT
    else:
        assert abs(left) < EXACT


def test_liquidation__what_must_remain__is_the_larger_of_the_two() -> None:
    of = short("100", "0", "0", in_index=False)
    least = Requirement(least=Usd(90), factor=Ratio("0.005"), most_impact=Ratio(0))
    assert liquidation_price(of, least, in_index=False) == Price("3000.2")
    assert liquidation_price(of, RULE, in_index=False) == Price("3003.2")


def test_liquidation__already_below__is_no_negative_price() -> None:
    of = short("0", "0", "0", in_index=False)
    least = Requirement(least=Usd(20_000), factor=Ratio(0), most_impact=Ratio(0))
    assert liquidation_price(of, least, in_index=False) == Price(0)
