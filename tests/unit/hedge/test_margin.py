"""What a position ties up, where it is liquidated, and the price bound of a trade."""

from dataclasses import replace

import pytest

from agent.hedge import distance, headroom, initial_margin, leverage, liquidation_price, notional
from agent.hedge.bound import takeable, touch_price, worst_price
from agent.hedge.margin import carried, maintenance_margin, missing_collateral
from agent.model import Name, Position
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import market, thin, view

BTC = replace(market("50000"), name=Name("BTC"), underlying=Name("BTC"))


def test_account__a_short_of_ten_at_two_thousand__is_counted_at_the_mark() -> None:
    account = view("-10", equity="10000")

    assert notional(account) == Usd(20_000)
    assert initial_margin(account) == Usd(2_000)
    assert maintenance_margin(account) == Usd(1_250)
    assert headroom(account) == Usd(8_750)
    assert leverage(account) == Ratio(2)


@pytest.mark.parametrize("equity", ["0", "-5"])
def test_leverage__no_equity_left__is_no_number(equity: str) -> None:
    assert leverage(view("-10", equity=equity)) is None
    assert missing_collateral(view("-10", equity=equity), Ratio(2)) == Usd(10_000) - Usd(equity)


@pytest.mark.parametrize(
    ("mark", "equity", "loss", "remaining"), [("2000", "10000", "4000", "6000"), ("2400", "6000", "0", "6000")]
)
def test_leverage__a_two_times_short_after_a_fifth_up__is_four_times(
    mark: str, equity: str, loss: str, remaining: str
) -> None:
    assert Usd(equity) - Usd(loss) == Usd(remaining)
    assert leverage(view("-10", equity=remaining, at=market("2400"))) == Ratio(4)


def test_liquidation__a_two_times_short_at_three_thousand__reads_in_the_price_of_the_coin() -> None:
    account = view("-10", equity="13668.75", at=market("3000"))

    price = liquidation_price(account, account.markets[0])

    assert price == Price(4110)  # 13,668.75 - 10 * 1,110 = 2,568.75 = 6.25 % of 41,100
    assert distance(price, Price(3000)) == "+37 % (4,110)"


def test_liquidation__a_long__lies_below() -> None:
    account = view("10", equity="10000")

    price = liquidation_price(account, account.markets[0])

    assert price is not None
    assert price < Price(2000)
    assert distance(Price(1500), Price(2000)) == "-25 % (1,500)"


def test_liquidation__no_position_or_a_fully_paid_long__is_none() -> None:
    assert liquidation_price(view(), market()) is None
    assert liquidation_price(view("10", equity="20000"), market()) is None


def test_liquidation__another_position_on_the_account__takes_its_share_of_the_equity() -> None:
    alone = view("-10", equity="10000")
    shared = replace(
        alone,
        markets=(*alone.markets, BTC),
        positions=(*alone.positions, Position(market=BTC.name, size=Base("-0.1"), entry=Price(50000))),
    )
    one, two = liquidation_price(alone, alone.markets[0]), liquidation_price(shared, shared.markets[0])

    assert one is not None
    assert two is not None
    assert two < one


def test_carried__fills_at_its_worst_price__still_ends_at_the_leverage() -> None:
    account = view(equity="10000")
    worst = Price(1980)

    size = carried(account, account.markets[0], worst, Base(-1), Ratio(2))

    left = Usd(10_000) - size * (Price(2000) - worst)
    assert abs((size * Price(2000) - left * Ratio(2)).raw) < Usd("0.01").raw


def test_carried__already_above_the_leverage__is_nothing() -> None:
    assert carried(view("-20", equity="1000"), market(), Price(1980), Base(-1), Ratio(2)) == Base(0)


def test_touch_price__depth_is_known__is_its_smallest_point_on_that_side() -> None:
    book = thin(("-1", "1999"), ("-10", "1990"), ("1", "2001"), ("10", "2010"))

    assert touch_price(book, Base(-5)) == Price(1999)
    assert touch_price(book, Base(5)) == Price(2001)


def test_touch_price__no_depth__is_the_mark_and_the_fee() -> None:
    fee = replace(market(), fee=Ratio("0.001"))

    assert touch_price(fee, Base(-5)) == Price(1998)
    assert touch_price(fee, Base(5)) == Price(2002)


def test_worst_price__a_sale_and_a_purchase__lie_on_their_own_sides() -> None:
    assert worst_price(market(), Base(-5), Ratio("0.01")) == Price(1980)
    assert worst_price(market(), Base(5), Ratio("0.01")) == Price(2020)


@pytest.mark.parametrize(
    ("size", "worst", "taken"),
    [
        ("3.00005", "2020", "3.00005"),  # all of it, exactly
        ("9", "2020", "4.555"),  # whole lots of the largest point within the bound
        ("9", "2050", "9"),
        ("90", "2050", "10"),
        ("9", "2000", "0"),
        ("-9", "1980", "0"),  # none is shown on that side
    ],
)
def test_takeable__depth_is_known__is_what_goes_within_the_bound(size: str, worst: str, taken: str) -> None:
    book = thin(("1", "2001"), ("4.5559", "2020"), ("10", "2050"))

    assert takeable(book, Base(size), Price(worst)) == Base(taken)


def test_takeable__no_depth_is_known__is_all() -> None:
    assert takeable(market(), Base("-9.00005"), Price(1980)) == Base("-9.00005")
