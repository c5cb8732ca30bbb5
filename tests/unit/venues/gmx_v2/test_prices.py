"""What everything is valued at: the exchange's price service, Chainlink where it is silent, and nothing stale."""

from dataclasses import replace
from typing import Any

import pytest

from agent.errors import Mismatch, Unreadable
from agent.model import View
from agent.units import Base, Price
from agent.venues.gmx_v2.observe import Own
from agent.venues.gmx_v2.structs import PriceRange
from tests.unit.venues.gmx_v2.figures import ETH_FEED, USDC, USDC_FEED, WETH, Scene
from tests.unit.venues.gmx_v2.scene import look

NOW_MS = Scene().now_s * 1000
ETHER: dict[str, Any] = {
    "tokenAddress": WETH,
    "tokenSymbol": "ETH",
    "minPrice": "3000500000000000",
    "maxPrice": "3001500000000000",
    "oracleDecimals": 12,
    "updatedAt": NOW_MS - 1_000,
}
DOLLAR: dict[str, Any] = {
    "tokenAddress": USDC.lower(),
    "minPrice": "999900000000000000000000",
    "maxPrice": "1000100000000000000000000",
    "updatedAt": NOW_MS - 1_000,
}
FED = "valued at Chainlink's feeds on chain, because "


def quoted(tickers: object) -> View:
    return look(Scene(tickers=tickers))


def index_of(view: View) -> PriceRange:
    assert isinstance(view.own, Own)
    return view.own.prices.index_token_price


def test_tickers__fresh__are_the_contracts_own_prices() -> None:
    view = quoted([ETHER, DOLLAR])
    assert index_of(view) == PriceRange(min=3000500000000000, max=3001500000000000)
    assert (view.markets[0].mark, view.markets[0].index) == (Price(3001), Price(3001))
    assert view.remarks == ()


def test_tickers__none_configured__the_feeds_without_a_word() -> None:
    view = look(Scene())
    assert (view.markets[0].mark, view.remarks) == (Price(3000), ())


def test_tickers__in_seconds__are_as_fresh() -> None:
    each = [{**ticker, "updatedAt": NOW_MS // 1000} for ticker in (ETHER, DOLLAR)]
    assert quoted(each).remarks == ()


def test_tickers__what_is_said_of_other_tokens__is_not_looked_at() -> None:
    other = {"tokenAddress": "0x" + "0" * 40, "minPrice": "0", "maxPrice": None, "updatedAt": "never"}
    assert quoted([other, ETHER, DOLLAR]).remarks == ()


@pytest.mark.parametrize(
    ("tickers", "why"),
    [
        (Unreadable("no route to host"), "no route to host"),
        ([ETHER], f"gmx tickers: no price of {USDC}"),
        ([{**ETHER, "updatedAt": NOW_MS - 61_000}, DOLLAR], f"gmx tickers: the price of {WETH} is 61 s old"),
        ([{**ETHER, "minPrice": "0"}, DOLLAR], "a price between 0 and 3001500000000000 is none"),
        ([{**ETHER, "minPrice": "3002000000000000"}, DOLLAR], "is none"),
        ([{**ETHER, "minPrice": "many"}, DOLLAR], "cannot decode the answer"),
        ([{"minPrice": "1"}], "make no sense"),
        ({"code": 503}, "make no sense"),
        ([7], "make no sense"),
        (None, ""),
        (b"<html>busy</html>", "cannot decode the answer"),
        (b"\xff\xfe", "cannot decode the answer"),
    ],
)
def test_tickers__of_no_use__the_feeds_and_a_remark(tickers: object, why: str) -> None:
    view = quoted(tickers)
    assert view.markets[0].mark == Price(3000)
    assert [remark.startswith(FED) and why in remark for remark in view.remarks] == [True] * bool(why)


@pytest.mark.parametrize(("field", "feed"), [("eth", ETH_FEED), ("usdc", USDC_FEED)])
def test_feed__that_answers_nothing_usable__is_unreadable_and_named(field: str, feed: str) -> None:
    with pytest.raises(Unreadable, match=f"feed {feed} on arbitrum answers 0, which is not a price"):
        look(Scene(**{field: 0}))  # type: ignore[arg-type]


def test_feed__stale__is_unreadable_and_says_how_old() -> None:
    assert look(Scene(fed_s=3600)).markets[0].mark == Price(3000)
    with pytest.raises(Unreadable, match=f"gmx: the feed {ETH_FEED} on arbitrum is 3601 s old, more than 3600 s"):
        look(Scene(fed_s=3601))


def test_feed__stale_while_the_service_answers__is_not_needed() -> None:
    scene = Scene(tickers=[ETHER, DOLLAR], fed_s=999_999)
    assert look(scene).markets[0].mark == Price(3001)
    with pytest.raises(Unreadable, match="999999 s old"):
        look(replace(scene, tickers=[]))


OLD = Scene(tickers=Unreadable("no route to host"), fed_s=999_999, flatten=True)
STALE = f"because gmx: the feed {ETH_FEED} on arbitrum is 999999 s old, more than 3600 s"
"""Nothing is fresh: a run reads nothing, a flatten goes on."""


def test_flatten__service_down_and_feeds_stale__closes_at_what_the_feeds_said_last_and_says_so() -> None:
    view = look(replace(OLD, eth=2900 * 10**8))
    assert ([position.size for position in view.positions], view.markets[0].mark) == ([Base(-5)], Price(2900))
    valued, advice = view.remarks
    assert valued == f"valued at the last price that is known, however old, {STALE}"
    assert "beyond limits.max_exit_slippage" in advice
    with pytest.raises(Unreadable, match="999999 s old"):
        look(replace(OLD, flatten=False))


@pytest.mark.parametrize(("behind_ms", "mark"), [(999_998_000, 3001), (1_000_000_000, 2900)])
def test_flatten__two_old_prices__takes_the_younger(behind_ms: int, mark: int) -> None:
    old = {**ETHER, "updatedAt": NOW_MS - behind_ms}
    assert look(replace(OLD, tickers=[old], eth=2900 * 10**8)).markets[0].mark == Price(mark)


def test_flatten__no_price_at_all__closes_at_what_the_position_was_entered_at() -> None:
    view = look(replace(OLD, eth=0, usdc=0))
    assert (view.markets[0].mark, [position.entry for position in view.positions]) == (Price(3000), [Price(3000)])
    assert view.remarks[0].startswith("valued at the price that the position was entered at, because ")
    with pytest.raises(Unreadable, match="which is not a price"):
        look(replace(OLD, eth=0, infos=()))


def test_flatten__prices_are_fresh__is_the_same_look() -> None:
    assert look(Scene(tickers=[ETHER, DOLLAR], flatten=True)) == quoted([ETHER, DOLLAR])


def test_flatten__a_feed_with_other_decimals__stays_an_error() -> None:
    with pytest.raises(Mismatch, match="has 8 decimals, but 18 are configured"):
        look(replace(OLD, feed_decimals=18))


def test_feed__a_price_between_two_units_of_the_contracts__is_a_range_around_it() -> None:
    """8 decimals of the feed are 10,000 units of an 18-decimal coin: exact, on both sides."""
    assert index_of(look(Scene(eth=299_999_999_999))) == PriceRange(
        min=2_999_999_999_990_000, max=2_999_999_999_990_000
    )
