"""The orders that we create: sizes to the last unit, and price bounds with the fee in them."""

from dataclasses import replace

import pytest

from agent.evm import MAX_UINT256
from agent.model import (
    Fund,
    Protect,
    Trade,
)
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2.methods import SubaccountRouter
from agent.venues.gmx_v2.orders import read_call
from agent.venues.gmx_v2.structs import OrderType
from tests.unit.venues.gmx_v2.desk import BUY, SELL, draft, order_of, recorded
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    ETH,
    LONGS_ON_COINS,
    MARKET,
    ONE,
    SHORTS_ON_COINS,
    USDC,
    WETH,
    Scene,
    changed,
    infos,
    open_orders,
)
from tests.unit.venues.gmx_v2.scene import look
from tests.unit.venues.gmx_v2.transcript import STEP


def test_increase__states_the_dollars_of_its_coins_as_recorded() -> None:
    order = order_of(Scene(infos=()), SELL)
    assert order.size_delta_usd == recorded("open.create")["sizeDeltaUsd"] == 15_000 * ONE
    assert (order.order_type, order.is_long, order.auto_cancel) == (OrderType.MARKET_INCREASE, False, False)
    assert (order.receiver, order.cancellation_receiver) == (ACCOUNT, ACCOUNT)
    assert (order.market, order.initial_collateral_token, order.swap_path) == (MARKET, USDC, ())


def test_decrease__of_exactly_one_coin__is_rounded_up_as_recorded() -> None:
    """Rounded down, the contracts took 0.999999999999999999."""
    order = order_of(Scene(at="two"), BUY)
    assert order.size_delta_usd == recorded("decrease.create")["sizeDeltaUsd"]
    before, after = (
        int(STEP[f"{at}.positions"]["decoded"]["0"][0]["numbers"]["sizeInTokens"]) for at in ("two", "decreased")
    )
    assert before - after == 10**18
    assert (order.order_type, order.initial_collateral_delta_amount) == (OrderType.MARKET_DECREASE, 0)


@pytest.mark.parametrize("at", ["one", "increased", "decreased", "limited"])
def test_decrease__of_all_the_coins__is_the_whole_position_to_the_last_unit(at: str) -> None:
    view = look(Scene(at=at))
    [position] = [each for each in view.positions if each.market == ETH]
    order = order_of(Scene(at=at), replace(BUY, size=-position.size))
    [info] = [each for each in infos(at) if each["position"]["addresses"]["collateralToken"] == USDC]
    assert order.size_delta_usd == info["position"]["numbers"]["sizeInUsd"]


def test_decrease__of_the_recorded_close__has_its_size() -> None:
    [position] = [each for each in look(Scene(at="dust")).positions if each.market == ETH]
    order = order_of(Scene(at="dust"), replace(BUY, size=-position.size))
    assert order.size_delta_usd == recorded("close.create")["sizeDeltaUsd"]


def test_decrease__of_a_position_on_coins__names_them() -> None:
    order = order_of(Scene(at="two"), replace(BUY, market=SHORTS_ON_COINS))
    assert (order.initial_collateral_token, order.is_long) == (WETH, False)


def test_decrease__of_a_long__has_a_least_price() -> None:
    long = changed(infos("one")[0], isLong=True, collateralToken=WETH)
    order = order_of(
        Scene(infos=(long,)), Trade(market=LONGS_ON_COINS, size=Base(-5), worst=Price(2970), reduce_only=True)
    )
    assert (order.is_long, order.size_delta_usd) == (True, 15_000 * ONE)
    assert order.acceptable_price == -(-2970 * 10**16 // 9994)


def test_top_up__is_an_increase_of_nothing_as_recorded() -> None:
    order = order_of(Scene(), Fund(amount=Usd(1000)))
    known = recorded("topup.create")
    assert (order.size_delta_usd, order.initial_collateral_delta_amount, order.acceptable_price) == (
        known["sizeDeltaUsd"],
        known["initialCollateralDeltaAmount"],
        known["acceptablePrice"],
    )
    assert order.order_type == OrderType.MARKET_INCREASE


def test_withdrawal__is_a_decrease_of_nothing_as_recorded() -> None:
    order = order_of(Scene(), Fund(amount=Usd(-700)))
    known = recorded("withdraw.create")
    assert (order.size_delta_usd, order.initial_collateral_delta_amount, order.acceptable_price) == (
        known["sizeDeltaUsd"],
        known["initialCollateralDeltaAmount"],
        known["acceptablePrice"],
    )
    assert order.order_type == OrderType.MARKET_DECREASE


def test_stop__guards_exactly_its_coins_and_ends_with_the_position() -> None:
    order = order_of(Scene(), Protect(market=ETH, size=Base(-5), trigger=Price(3355)))
    assert (order.order_type, order.auto_cancel) == (OrderType.STOP_LOSS_DECREASE, True)
    assert (order.trigger_price, order.acceptable_price) == (recorded("sl.create")["triggerPrice"], MAX_UINT256)
    assert (order.size_delta_usd, order.initial_collateral_delta_amount) == (15_000 * ONE, 0)


def test_stop__that_rests_already__is_changed() -> None:
    [resting] = open_orders("sl.orders")
    [tx] = draft(Scene(orders=(resting,)), Protect(market=ETH, size=Base(-1), trigger=Price(3400)))
    call = read_call(SubaccountRouter, tx.data)
    assert (call.method, call.args["key"], tx.value) == ("updateOrder", resting["orderKey"], 0)
    assert (call.args["sizeDeltaUsd"], call.args["triggerPrice"]) == (3_000 * ONE, 3400 * 10**12)
    assert (call.args["acceptablePrice"], call.args["autoCancel"]) == (MAX_UINT256, True)


def test_increase__its_bound__brings_the_worst_price_after_the_fee() -> None:
    least = order_of(Scene(infos=()), SELL).acceptable_price
    assert least * 9994 >= 2970 * 10**16 > (least - 1) * 9994


def test_decrease__its_bound__costs_no_more_than_the_worst_price_after_the_fee() -> None:
    most = order_of(Scene(), BUY).acceptable_price
    assert most * 10_006 <= 3030 * 10**16 < (most + 1) * 10_006
