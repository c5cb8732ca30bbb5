"""Coins of ours that the exchange holds, and the orders on their way."""

import pytest

from agent.model import OpenOrder, View
from agent.units import Base, Usd
from agent.venues.gmx_v2.keys import Keys
from agent.venues.gmx_v2.structs import OrderType
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    ETH,
    MARKET,
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


def exposure(view: View) -> dict[str, Base]:
    return {holding.asset: holding.amount for holding in view.collateral}


def test_exposure__collateral_and_funding_in_coins__count_beside_the_positions() -> None:
    held = exposure(look(Scene(at="two")))
    collateral = int(infos("two")[1]["position"]["numbers"]["collateralAmount"])
    stored = STEP["increased.claimable"]["reads"][0]["decoded"]
    pending = sum(int(info["fees"]["funding"]["claimableLongTokenAmount"]) for info in infos("two"))
    assert held["collateral"] == Base.from_int(collateral, 18)
    assert held["claimable funding"] == Base.from_int(int(stored) + pending, 18)


def test_exposure__funding_that_is_not_stored_yet__counts() -> None:
    """0.061643835616438356 ETH: 184.93 US dollars in six hours."""
    held = exposure(look(Scene(at="accrued")))
    assert held["claimable funding"] == Base("0.061643835616438356")


def test_exposure__funding_stored_and_pending__is_added_up() -> None:
    key = Keys.CLAIMABLE_FUNDING_AMOUNT(MARKET, WETH, ACCOUNT)
    held = exposure(look(Scene(at="accrued", store={key: WAD})))
    assert held["claimable funding"] == Base("1.061643835616438356")


def test_exposure__impact_that_waits__has_its_own_sign() -> None:
    [info] = infos("one")
    ours, theirs = (changed(info, pendingImpactAmount=amount) for amount in (WAD, -WAD))
    assert exposure(look(Scene(infos=(ours,))))["pending price impact"] == Base(1)
    assert exposure(look(Scene(infos=(theirs,))))["pending price impact"] == Base(-1)


def test_exposure__coins_in_the_order_vault__count_dollars_do_not() -> None:
    [order] = open_orders("open.orders")
    coins = changed(order, initialCollateralToken=WETH, initialCollateralDeltaAmount=2 * WAD)
    assert exposure(look(Scene(infos=(), orders=(coins,)))) == {"collateral of open orders": Base(2)}
    assert exposure(look(Scene(infos=(), orders=(order,)))) == {}


def test_exposure__a_decrease_that_withdraws_coins__moves_nothing_in_yet() -> None:
    [order] = open_orders("open.orders")
    out = changed(
        order,
        initialCollateralToken=WETH,
        initialCollateralDeltaAmount=WAD,
        orderType=int(OrderType.MARKET_DECREASE),
    )
    assert exposure(look(Scene(infos=(), orders=(out,)))) == {}


def test_order__an_increase__counts_as_position_at_the_price_of_now() -> None:
    [recorded] = open_orders("open.orders")
    view = look(Scene(infos=(), orders=(recorded,)))
    since = recorded["order"]["numbers"]["updatedAtTime"]
    assert view.orders == (
        OpenOrder(
            id="0x" + recorded["orderKey"].hex(),
            market=ETH,
            size=Base(-5),
            role="working",
            since_ms=since * 1000,
            cancels_from_ms=(since + 300) * 1000,
        ),
    )
    assert view.working(ETH) == Base(-5)


@pytest.mark.parametrize(("share", "size"), [(15_000, "5"), (3_000, "1"), (99_000, "5")])
def test_order__a_decrease__counts_in_shares_of_its_position(share: int, size: str) -> None:
    [order] = open_orders("open.orders")
    less = changed(order, orderType=int(OrderType.MARKET_DECREASE), sizeDeltaUsd=share * ONE)
    view = look(Scene(orders=(less,), eth=4000 * 10**8))
    assert view.working(ETH) == Base(size)


def test_order__a_decrease_of_nothing__counts_nothing() -> None:
    [order] = open_orders("open.orders")
    less = changed(order, orderType=int(OrderType.MARKET_DECREASE))
    assert look(Scene(infos=(), orders=(less,))).working(ETH) == Base(0)


def test_order__a_resting_stop__protects_and_can_be_cancelled_at_once() -> None:
    [order] = look(Scene(orders=open_orders("sl.orders"))).orders
    assert (order.role, order.cancels_from_ms) == ("protective", order.since_ms)


def test_order__a_frozen_one__can_be_cancelled_at_once_and_still_counts() -> None:
    [frozen] = open_orders("limit.ordersFrozen")
    assert frozen["order"]["flags"]["isFrozen"]
    view = look(Scene(orders=(frozen,)))
    [order] = view.orders
    assert view.remarks == (f"order {order.id} is frozen: no keeper executes it before it is changed or cancelled",)
    assert (order.role, order.cancels_from_ms) == ("working", order.since_ms)
    assert order.size.sign() < 0


def test_order__of_another_market__is_not_ours() -> None:
    [order] = open_orders("open.orders")
    view = look(Scene(infos=(), orders=(changed(order, market=OTHER_MARKET),)))
    assert (view.orders, view.equity) == ((), Usd(0))


def test_order__on_coins__is_of_the_market_of_that_name() -> None:
    [order] = open_orders("open.orders")
    [found] = look(Scene(infos=(), orders=(changed(order, initialCollateralToken=WETH),))).orders
    assert found.market == SHORTS_ON_COINS


def test_stamp__is_the_pinned_block() -> None:
    view = look(Scene())
    assert (view.stamp.block, view.stamp.time_ms) == (100, Scene().now_s * 1000)
