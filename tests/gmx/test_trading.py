"""Money on the local exchange: who pays whom, and that all of it is there in the end."""

from decimal import Decimal

import pytest

from tests.gmx.desk import Desk, events
from tests.kit.devnet.errors import Reverted
from tests.kit.devnet.roles import Role
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.keys import key
from tests.kit.gmx.launch import open_interest
from tests.kit.gmx.orders import OrderType
from tests.kit.gmx.parameters import ONE, USD
from tests.kit.gmx.state import Gmx

pytestmark = pytest.mark.chain

_DAY_S = 86_400


@pytest.fixture
def desk(gmx: Gmx) -> Desk:
    return Desk(gmx=gmx).fund()


def test_short__closed_in_profit__is_paid_by_the_pool(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    keeper.set_price(gmx, Decimal(2_700))
    closed = events(gmx, desk.close())
    assert closed["PositionDecrease"]["basePnlUsd"] == 1_500 * USD
    assert closed["OrderExecuted"]["secondaryOrderType"] == 0
    fees, impact = 15 * USDC_UNIT, 789_750
    assert desk.balance("USDC") == 51_500 * USDC_UNIT - fees - impact
    assert desk.position()[0] == 0


def test_short_with_coin_collateral__closed_in_profit__pays_out_two_tokens(gmx: Gmx, desk: Desk) -> None:
    desk.open(3_000, collateral="WETH", amount=ETHER)
    keeper.set_price(gmx, Decimal(2_700))
    desk.close(collateral="WETH")
    assert desk.balance("USDC") == 50_300 * USDC_UNIT
    assert desk.balance("WETH") == pytest.approx(0.99893 * ETHER, rel=1e-4)


def test_long__that_outweighs_shorts__pays_them_funding_in_its_collateral(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    assert [open_interest(gmx, is_long=side) for side in (True, False)] == [300_000 * USD, 15_000 * USD]
    keeper.pass_time(gmx, _DAY_S)
    desk.close()
    earned = 300_000 * Decimal("0.9") / 365 / 3_000
    assert desk.claimable("WETH") == pytest.approx(int(earned * ETHER), rel=1e-3)
    desk.claim()
    assert (desk.balance("WETH") > 0, desk.claimable("WETH"), desk.balance("USDC") < 50_000 * USDC_UNIT) == (
        True,
        0,
        True,
    )


def test_shorts__that_outweigh_longs__pay_them_funding_out_of_their_collateral(gmx: Gmx, desk: Desk) -> None:
    maker = Desk(gmx=gmx, role=Role.MAKER)
    desk.open(600_000, amount=40_000 * USDC_UNIT)
    before = desk.position()[2]
    keeper.pass_time(gmx, _DAY_S)
    desk.open(0, amount=USDC_UNIT)
    maker.close(collateral="WETH", is_long=True)
    paid = before + USDC_UNIT - desk.position()[2]
    borrowing = paid - maker.claimable("USDC")
    assert maker.claimable("USDC") == pytest.approx(600_000 * 0.9 / 365 * USDC_UNIT, rel=0.05)
    assert 0 < borrowing < paid // 10
    assert desk.claimable("WETH") == 0


def test_long__closed_in_profit__is_paid_in_coins(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT, is_long=True)
    keeper.set_price(gmx, Decimal(3_300))
    closed = events(gmx, desk.close(is_long=True))["PositionDecrease"]
    assert closed["basePnlUsd"] == 1_500 * USD
    assert desk.balance("WETH") == 1_500 * ETHER // 3_300
    assert 49_980 * USDC_UNIT < desk.balance("USDC") < 49_985 * USDC_UNIT


def test_long__that_lost_its_collateral__is_liquidated(gmx: Gmx, desk: Desk) -> None:
    desk.open(9_000, amount=300 * USDC_UNIT, is_long=True)
    keeper.set_price(gmx, Decimal(2_910))
    done = events(gmx, keeper.liquidate(gmx, desk.account, is_long=True))
    assert (done["PositionDecrease"]["isLong"], desk.position(is_long=True)[0]) == (True, 0)


def test_pool__when_everybody_has_left_and_claimed__holds_what_its_books_say(gmx: Gmx, desk: Desk) -> None:
    maker = Desk(gmx=gmx, role=Role.MAKER)
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    desk.open(3_000, collateral="WETH", amount=ETHER)
    keeper.pass_time(gmx, _DAY_S)
    keeper.set_price(gmx, Decimal(3_100), spread=Decimal(1))
    desk.close()
    maker.close(collateral="WETH", is_long=True)
    desk.close(collateral="WETH")
    for each in (desk, maker):
        each.claim()
    for token in ("WETH", "USDC"):
        booked = gmx.contract("DataStore").functions.getUint(key("POOL_AMOUNT", gmx.at("EthMarket"), gmx.at(token)))
        held = gmx.contract(token).functions.balanceOf(gmx.at("EthMarket")).call()
        assert 0 <= held - booked.call() <= 5  # units: what rounding leaves


def test_liquidation__at_the_readers_last_safe_price__reverts_and_one_unit_higher_does_not(
    gmx: Gmx, desk: Desk
) -> None:
    desk.open(9_000, amount=300 * USDC_UNIT)
    low, high = 3_000 * 10**12, 3_200 * 10**12
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_liquidatable(gmx, desk, middle) else (middle, high)
    _set_exact_price(gmx, low)
    with pytest.raises(Reverted, match="0xee919dd9"):
        keeper.liquidate(gmx, desk.account)
    _set_exact_price(gmx, high)
    assert events(gmx, keeper.liquidate(gmx, desk.account))["PositionDecrease"]["orderType"] == 7
    assert desk.position()[0] == 0


def test_stop_loss__when_its_price_comes__closes_by_itself(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    stop = desk.ask(OrderType.STOP_LOSS_DECREASE, 15_000, trigger=3_300 * 10**12, auto_cancel=True)
    with pytest.raises(Reverted, match="0x0481a15a"):
        keeper.execute(gmx, stop)
    keeper.set_price(gmx, Decimal(3_300))
    assert events(gmx, keeper.execute(gmx, stop))["PositionDecrease"]["orderType"] == 6
    assert (desk.position()[0], desk.orders()) == (0, [])


def test_stop_loss__updated__keeps_its_place_in_the_list(gmx: Gmx, desk: Desk) -> None:
    first = desk.ask(OrderType.STOP_LOSS_DECREASE, 15_000, trigger=3_300 * 10**12, auto_cancel=True)
    second = desk.ask(OrderType.STOP_LOSS_DECREASE, 15_000, trigger=3_400 * 10**12)
    changed = (first, 9_000 * USD, 2**256 - 1, 3_350 * 10**12, 0, 0, False)
    gmx.chain.send(gmx.contract("ExchangeRouter"), "updateOrder", *changed, sender=desk.account)
    (one, order), (other, _) = desk.orders()
    assert (one, other) == (first, second)
    assert (order[1][2], order[1][4], order[2][3]) == (9_000 * USD, 3_350 * 10**12, False)


def test_stop_loss__larger_than_what_is_left__is_cut_to_the_position(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    stop = desk.ask(OrderType.STOP_LOSS_DECREASE, 20_000, trigger=3_300 * 10**12)
    keeper.set_price(gmx, Decimal(3_300))
    done = events(gmx, keeper.execute(gmx, stop))
    assert done["OrderSizeDeltaAutoUpdated"]["nextSizeDeltaUsd"] == 15_000 * USD
    assert desk.position()[0] == 0


def test_stop_loss__with_auto_cancel__goes_with_a_liquidated_position(gmx: Gmx, desk: Desk) -> None:
    desk.open(9_000, amount=300 * USDC_UNIT)
    desk.ask(OrderType.STOP_LOSS_DECREASE, 9_000, trigger=3_900 * 10**12, auto_cancel=True)
    keeper.set_price(gmx, Decimal(3_090))
    done = events(gmx, keeper.liquidate(gmx, desk.account))
    assert done["OrderCancelled"]["reason"] == "AUTO_CANCEL"
    assert desk.orders() == []


def test_deleveraging__by_the_keeper__takes_a_part_and_says_so(gmx: Gmx, desk: Desk) -> None:
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    keeper.set_price(gmx, Decimal(2_000))
    done = events(gmx, keeper.adl(gmx, desk.account, 6_000 * USD))
    assert (done["OrderExecuted"]["secondaryOrderType"], done["PositionDecrease"]["sizeDeltaUsd"]) == (1, 6_000 * USD)
    assert (desk.position()[0], desk.position()[1]) == (9_000 * USD, 3 * ETHER)


def test_profit__beyond_what_the_pool_may_pay__is_shared_by_the_winners(gmx: Gmx, desk: Desk) -> None:
    market = gmx.at("EthMarket")
    desk.open(15_000, amount=15_000 * USDC_UNIT)
    kind = key("MAX_PNL_FACTOR_FOR_TRADERS")
    keeper.set_uint(gmx, ONE // 10_000, "MAX_PNL_FACTOR", kind, market, False)  # 600 USD of the pool
    keeper.set_price(gmx, Decimal(2_700))
    closed = events(gmx, desk.close())["PositionDecrease"]
    assert closed["uncappedBasePnlUsd"] == 1_500 * USD
    assert closed["basePnlUsd"] == pytest.approx(600 * USD, rel=1e-5)


def test_front_end__that_takes_a_fee__is_paid_by_the_trader_up_to_the_limit(gmx: Gmx, desk: Desk) -> None:
    front_end = Desk(gmx=gmx, role=Role.STRANGER).account
    keeper.set_uint(gmx, ONE // 10, "UI_FEE_FACTOR", front_end)
    desk.open(15_000, amount=15_000 * USDC_UNIT, ui_fee_receiver=front_end)
    limit = 15_000 * USDC_UNIT // 20_000
    stored = key("CLAIMABLE_UI_FEE_AMOUNT", gmx.at("EthMarket"), gmx.at("USDC"), front_end)
    assert gmx.contract("DataStore").functions.getUint(stored).call() == limit
    assert desk.position()[2] == (15_000 - 6) * USDC_UNIT - limit


def test_collateral__beyond_what_a_side_may_hold__cancels_the_order(gmx: Gmx, desk: Desk) -> None:
    keeper.set_uint(gmx, 2_000 * USDC_UNIT, "MAX_COLLATERAL_SUM", gmx.at("EthMarket"), gmx.at("USDC"), False)
    cancelled = events(gmx, desk.open(3_000, amount=3_000 * USDC_UNIT))["OrderCancelled"]
    assert cancelled["reasonBytes"][:4].hex() == "d1a942ab"
    assert desk.balance("USDC") == 50_000 * USDC_UNIT


def test_prices__older_than_allowed__are_refused_and_the_order_stays(gmx: Gmx, desk: Desk) -> None:
    waiting = desk.ask(OrderType.MARKET_INCREASE, 3_000, amount=3_000 * USDC_UNIT)
    _set_age(gmx, 301)
    with pytest.raises(Reverted, match="0x2b6e7c3f"):
        keeper.execute(gmx, waiting)
    _set_age(gmx, 60)
    with pytest.raises(Reverted, match="0x7d677abf"):  # younger than that, but older than the order
        keeper.execute(gmx, waiting)
    assert keeper.waiting_orders(gmx, desk.account) == [waiting]
    _set_age(gmx, 0)
    keeper.execute_all(gmx, desk.account)
    assert (desk.orders(), desk.position()[0]) == ([], 3_000 * USD)


def _is_liquidatable(gmx: Gmx, desk: Desk, price: int) -> bool:
    reader, at = gmx.contract("Reader").functions, gmx.at
    listed = key("ACCOUNT_POSITION_LIST", desk.account)
    (position,) = gmx.contract("DataStore").functions.getBytes32ValuesAt(listed, 0, 1).call()
    market = reader.getMarket(at("DataStore"), at("EthMarket")).call()
    prices = ((price, price), (price, price), (10**24, 10**24))
    asked = (at("DataStore"), at("ReferralStorage"), position, market, prices, True, True)
    return bool(reader.isPositionLiquidatable(*asked).call()[0])


def _set_exact_price(gmx: Gmx, price: int) -> None:
    keeper.set_price(gmx, Decimal(price).scaleb(-12))


def _set_age(gmx: Gmx, seconds: int) -> None:
    deployer = Desk(gmx=gmx, role=Role.DEPLOYER).account
    gmx.chain.send(gmx.contract("PriceProvider"), "setAge", seconds, sender=deployer)
