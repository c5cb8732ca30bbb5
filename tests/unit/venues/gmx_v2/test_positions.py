"""Our positions: coins, entry, margin, and the price at which the exchange would take them."""

from decimal import Decimal

import pytest

from agent.units import Base, Price, Ratio, Usd
from tests.unit.venues.gmx_v2.figures import (
    ETH,
    LONGS_ON_COINS,
    ONE,
    OTHER_MARKET,
    SHORTS_ON_COINS,
    WAD,
    WETH,
    Scene,
    changed,
    infos,
    open_orders,
)
from tests.unit.venues.gmx_v2.scene import look
from tests.unit.venues.gmx_v2.transcript import STEP


@pytest.mark.parametrize(
    ("at", "market", "safe"),
    [
        ("one", ETH, "one.liq.lastSafe"),
        ("two", SHORTS_ON_COINS, "two.liqWeth.lastSafe"),
        ("liq", ETH, "liq.prices.lastSafe"),
    ],
)
def test_liquidation__of_a_recorded_position__is_where_the_contracts_change_their_mind(
    at: str, market: str, safe: str
) -> None:
    """Between the last price that the real contracts call safe and the next one: to their last digit."""
    [position] = [each for each in look(Scene(at=at)).positions if each.market == market]
    [prices] = STEP[safe]["prices"].values()
    assert position.liquidation is not None
    assert int(position.liquidation.raw.scaleb(12)) == int(prices["index"]["max"])
    following = STEP[safe.replace("lastSafe", "firstLiquidatable")]
    assert (STEP[safe]["decoded"]["0"], following["decoded"]["0"]) == (False, True)


@pytest.mark.parametrize(
    "step", [each for each in STEP if each.startswith(("one.liq.", "two.liqWeth.", "liq.prices."))]
)
def test_liquidation__at_every_recorded_price__says_what_the_contracts_say(step: str) -> None:
    at = step.split(".")[0]
    market = SHORTS_ON_COINS if at == "two" else ETH
    [position] = [each for each in look(Scene(at=at)).positions if each.market == market]
    [prices] = STEP[step]["prices"].values()
    assert position.liquidation is not None
    gone = Decimal(prices["index"]["max"]) > position.liquidation.raw.scaleb(12)
    assert gone is STEP[step]["decoded"]["0"]


def test_liquidation__impact_that_waits_against_us__comes_sooner() -> None:
    """0.01 ETH of it cost 60 US dollars at the price where it ends."""
    [info] = infos("one")
    worse = changed(info, pendingImpactAmount=-WAD // 100)
    [before], [after] = look(Scene()).positions, look(Scene(infos=(worse,))).positions
    assert before.liquidation is not None
    assert after.liquidation is not None
    room = before.liquidation.raw * 5
    assert abs(after.liquidation.raw - room / Decimal("5.01")) < Decimal("0.001")


def test_liquidation__funding_that_is_due__comes_off_the_collateral() -> None:
    """1,000 US dollars on 5 ETH. The exchange settles it before it liquidates; its own view, isPositionLiquidatable,
    leaves out what has accrued since the position was last touched."""
    owing = changed(infos("one")[0], fundingFeeAmount=1_000 * 10**6)
    [before], [after] = look(Scene()).positions, look(Scene(infos=(owing,))).positions
    assert before.liquidation is not None
    assert after.liquidation is not None
    assert abs(before.liquidation.raw - after.liquidation.raw - 200) < Decimal("0.000001")


def test_liquidation__of_a_long__is_left_to_the_line() -> None:
    long = changed(infos("one")[0], isLong=True, collateralToken=WETH)
    [position] = look(Scene(infos=(long,))).positions
    assert (position.market, position.size, position.liquidation) == (LONGS_ON_COINS, Base(5), None)


def test_position__a_recorded_short__has_its_coins_and_its_entry() -> None:
    [position] = look(Scene()).positions
    assert (position.market, position.size, position.entry) == (ETH, Base(-5), Price(3000))
    [later] = look(Scene(at="increased")).positions
    recorded = STEP["increased.positions"]["decoded"]["0"][0]["numbers"]
    assert later.size == -Base.from_int(int(recorded["sizeInTokens"]), 18)
    entry = Decimal(recorded["sizeInUsd"]) / Decimal(recorded["sizeInTokens"]) / 10**12
    assert abs(later.entry.raw - entry) < Decimal("1e-20")


@pytest.mark.parametrize("at", ["one", "accrued", "increased", "two", "decreased"])
def test_delta__of_shorts__is_less_their_coins_whatever_the_price(at: str) -> None:
    recorded = [int(info["position"]["numbers"]["sizeInTokens"]) for info in infos(at)]
    for eth in (2000, 3000, 4000):
        sizes = [position.size for position in look(Scene(at=at, eth=eth * 10**8)).positions]
        assert sizes == [-Base.from_int(size, 18) for size in recorded]


def test_positions__with_both_collaterals__are_two_markets_and_the_second_is_not_ours() -> None:
    view = look(Scene(at="two"))
    assert [position.market for position in view.positions] == [ETH, SHORTS_ON_COINS]
    assert [market.name for market in view.markets] == [ETH, SHORTS_ON_COINS]
    assert [bool(market.depth) for market in view.markets] == [True, False]
    assert view.strange == f"the account has a short with collateral {WETH} here, which is not ours"


def test_unconfigured__a_position_in_another_market__unless_another_venue_keeps_it() -> None:
    other = changed(infos("one")[0], market=OTHER_MARKET)
    view = look(Scene(infos=(*infos("one"), other)))
    assert (view.unconfigured, view.strange) == (f"the account has a short in market {OTHER_MARKET}", None)
    assert len(view.positions) == 1
    shared = look(Scene(infos=(*infos("one"), other), siblings=frozenset({OTHER_MARKET})))
    assert shared.unconfigured is None


@pytest.mark.parametrize("at", ["one", "accrued", "increased"])
def test_equity__is_collateral_less_costs_with_the_result_after_impact(at: str) -> None:
    [info] = infos(at)
    left = info["position"]["numbers"]["collateralAmount"] - info["fees"]["totalCostAmount"]
    expected = Usd.from_int(left, 6) + Usd.from_int(info["pnlAfterPriceImpactUsd"], 30)
    assert look(Scene(at=at)).equity == expected


def test_equity__collateral_on_its_way__counts_until_it_is_executed_or_back() -> None:
    orders = open_orders("open.orders")
    assert look(Scene(infos=(), orders=orders)).equity == Usd(15_000)
    assert look(Scene(infos=())).equity == Usd(0)


def test_equity__a_rich_second_position__does_not_hide_how_thin_ours_is() -> None:
    [thin] = infos("liq")
    rich = changed(infos("one")[0], isLong=True)
    alone, together = look(Scene(at="liq")), look(Scene(at="liq", infos=(rich, thin)))
    ours = next(each for each in together.positions if each.market == ETH)
    assert together.positions[0].size == Base(5)
    coins = Ratio(1) + Ratio(Base(5).raw / -ours.size.raw)
    assert abs(together.equity.raw - (alone.equity * coins).raw) < Decimal("1e-20")


def test_equity__a_second_position_in_the_red__is_taken_off() -> None:
    red = changed(infos("one")[0], isLong=True, pnlAfterPriceImpactUsd=-20_000 * ONE)
    worth = look(Scene()).equity - Usd(5015)
    assert abs(look(Scene(infos=(red, *infos("one")))).equity.raw - worth.raw) < 10
