"""The market as a short sees it: rates with their signs, margins, room, depth, gas."""

from decimal import Decimal

import pytest

from agent.model import View
from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2.keys import Keys
from tests.unit.venues.gmx_v2.figures import MARKET, ONE, USDC, WETH, Scene, executes_at
from tests.unit.venues.gmx_v2.scene import look

YEAR_S = 31_536_000


def exposure(view: View) -> dict[str, Base]:
    return {holding.asset: holding.amount for holding in view.collateral}


def test_funding__longs_pay__a_short_receives_what_was_recorded_in_six_hours() -> None:
    """300,000 of longs at 0.9 a year against 15,000 of shorts: 184.93 US dollars, as the contracts paid."""
    [market] = look(Scene(at="accrued")).markets
    assert market.funding.interval_s == 1
    received = Decimal(15_000) * market.funding.value.raw * 21_600
    assert received.quantize(Decimal("0.01")) == Decimal("184.93")
    paid = exposure(look(Scene(at="accrued")))["claimable funding"] * Price(3000)
    assert abs(received - paid.raw) < Decimal("0.0001")


def test_funding__shorts_pay__the_factor_is_on_their_own() -> None:
    factor = 9 * ONE // 10 // YEAR_S
    info = {"longsPayShorts": False, "fundingFactorPerSecond": factor}
    [market] = look(Scene(market_info=info)).markets
    assert market.funding.value == -Ratio.from_int(factor, 30)
    assert market.funding.value * Ratio(YEAR_S) < Ratio("-0.899999")


def test_funding__one_side_holds_nothing__nothing_is_paid() -> None:
    none = {Keys.OPEN_INTEREST(MARKET, WETH, True): 0}
    paid = {"longsPayShorts": True, "fundingFactorPerSecond": 10**22}
    assert look(Scene(market_info=paid, store=none)).markets[0].funding.value == Ratio(0)
    assert look(Scene(market_info=paid, infos=())).markets[0].funding.value == Ratio(0)


def test_borrow__is_a_cost_each_second() -> None:
    [market] = look(Scene(market_info={"borrowingFactorPerSecondForShorts": 317 * 10**19})).markets
    assert (market.borrow.value, market.borrow.interval_s) == (Ratio("0.00000000317"), 1)


def test_margins__are_the_factors_of_the_market_and_grow_with_its_interest() -> None:
    [market] = look(Scene()).markets
    assert (market.initial_margin, market.maintenance_margin) == (Ratio("0.005"), Ratio("0.005"))
    assert (market.minimum, market.fee, market.mark) == (Usd(1), Ratio("0.0006"), Price(3000))
    grows = {Keys.MIN_COLLATERAL_FACTOR_FOR_OPEN_INTEREST_MULTIPLIER(MARKET, False): 10**24}
    [dearer] = look(Scene(store=grows)).markets
    assert dearer.initial_margin == Ratio("0.015")


def bound(**figures: int) -> dict[bytes, int]:
    keys = {
        "interest": Keys.MAX_OPEN_INTEREST(MARKET, False),
        "reserve": Keys.RESERVE_FACTOR(MARKET, False),
        "open": Keys.OPEN_INTEREST_RESERVE_FACTOR(MARKET, False),
        "pool": Keys.POOL_AMOUNT(MARKET, USDC),
    }
    return {keys[name]: figure for name, figure in figures.items()}


def room(store: dict[bytes, int]) -> Usd:
    """The largest sale that the depth shows, in dollars."""
    [market] = look(Scene(store=store)).markets
    sizes = [abs(point.size) for point in market.depth if point.size.sign() < 0]
    return max(sizes) * Price(3000)


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        (bound(), 6_000_000 * Decimal("2.7") - 15_000),
        (bound(interest=30_000 * ONE), Decimal(15_000)),
        (bound(reserve=ONE // 100), Decimal(60_000 - 15_000)),
        (bound(open=ONE // 200), Decimal(30_000 - 15_000)),
        (bound(pool=100_000 * 10**6), Decimal(270_000 - 15_000)),
    ],
)
def test_capacity__open_interest_and_both_reserves__the_smallest_binds(
    store: dict[bytes, int], expected: Decimal
) -> None:
    assert abs(room(store).raw - expected) < Decimal("1e-20")


@pytest.mark.parametrize("store", [bound(interest=15_000 * ONE), bound(open=1), bound(pool=0)])
def test_full__no_room_left__sales_are_not_in_the_depth_purchases_are(store: dict[bytes, int]) -> None:
    view = look(Scene(store=store))
    assert view.full == "the market takes 0 USD more of shorts"
    assert view.halted is None
    assert {point.size.sign() for point in view.markets[0].depth} == {1}


def test_full__with_room__is_none() -> None:
    assert look(Scene()).full is None


def test_full__a_collateral_coin_below_its_dollar__takes_no_more() -> None:
    assert look(Scene(usdc=97_000_000)).full == "a dollar of collateral is worth 0.970 USD"
    assert look(Scene(usdc=99_000_000)).full is None


def test_depth__both_sides__end_at_all_that_there_is() -> None:
    [market] = look(Scene()).markets
    bought = [point.size for point in market.depth if point.size.sign() > 0]
    assert bought == sorted(bought)
    assert (bought[0], bought[-1]) == (Base("0.001"), Base(5))


@pytest.mark.parametrize(("improves", "fee"), [(True, "0.0004"), (False, "0.0006")])
def test_depth__its_price__has_the_fee_against_us(improves: bool, fee: str) -> None:
    at = executes_at(3001 * 10**12, improves=improves)
    [market] = look(Scene(executes=at)).markets
    sold = next(point for point in market.depth if point.size.sign() < 0)
    bought = next(point for point in market.depth if point.size.sign() > 0)
    assert sold.average == sold.bound == Price(3001) * (Ratio(1) - Ratio(fee))
    assert bought.average == bought.bound == Price(3001) * (Ratio(1) + Ratio(fee))


def test_exit_gas__covers_a_creation_and_what_a_keeper_is_paid() -> None:
    """3,000,000 + 600,000 + 3 * 250,000 = 4,350,000 gas for the keeper, matched to the wei by the contracts."""
    assert look(Scene(infos=())).exit_gas == 1_500_000 + 4_350_000
    assert look(Scene(at="two")).exit_gas == 2 * 5_850_000


def test_exit_gas__where_increases_take_more__pays_for_one() -> None:
    assert look(Scene(store={Keys.INCREASE_ORDER_GAS_LIMIT(): 5_000_000})).exit_gas == 1_500_000 + 6_350_000
