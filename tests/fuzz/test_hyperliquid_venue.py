"""Hyperliquid for any figures: prices, sizes, their spelling, margin, and the book beside the exchange."""

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.hedge.bound import takeable
from agent.hedge.costs import trading
from agent.hedge.outlook import cost
from agent.model import Trade
from agent.units import Base, Price, Ratio, Usd
from agent.venues.hyperliquid import book
from agent.venues.hyperliquid.compose import coins_of, limit_of
from agent.venues.hyperliquid.margin import liquidation_price, maintenance
from agent.venues.hyperliquid.rounding import is_legal_price, legal_price, legal_size, wire
from agent.venues.hyperliquid.setup import TAKER_FEE
from agent.venues.hyperliquid.structs import Book, Level, Tier
from tests.kit.hyperliquid import amounts
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ETH, endowed, inside, venue

ONE = Decimal(1)
decimals = st.integers(0, 6)
prices = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**12), st.integers(0, 12))
MICRO = Usd("0.000001")
"""The exchange keeps dollars in millionths."""
TINY = Decimal("1e-20")
PLAIN = re.compile(r"(0|[1-9]\d*)(\.\d*[1-9])?")


# Ticks ------------------------------------------------------------------------------------------------


@given(prices, decimals, st.booleans())
def test_price__any__is_legal_and_never_worse(price: Decimal, size_decimals: int, buys: bool) -> None:
    found = legal_price(price, size_decimals, buys=buys)
    assert amounts.is_price(found, size_decimals)
    assert found <= price if buys else found >= price
    assert not found or is_legal_price(found, size_decimals)


@given(prices, decimals, st.booleans())
def test_price__any__is_the_nearest_legal_one(price: Decimal, size_decimals: int, buys: bool) -> None:
    """No tick lies between it and the bound."""
    found = legal_price(price, size_decimals, buys=buys)
    tick = Decimal(1).scaleb(-max(0, min(6 - size_decimals, 4 - price.adjusted())))
    assert abs(found - price) < tick


@given(prices, decimals)
def test_price__that_is_legal__is_left_as_it_is(price: Decimal, size_decimals: int) -> None:
    legal = legal_price(price, size_decimals, buys=True)
    assert legal_price(legal, size_decimals, buys=False) == legal == legal_price(legal, size_decimals, buys=True)


@given(prices, decimals)
def test_size__any__is_whole_lots_and_never_larger(coins: Decimal, size_decimals: int) -> None:
    found = legal_size(coins, size_decimals)
    assert amounts.is_size(found, size_decimals)
    assert coins - Decimal(1).scaleb(-size_decimals) < found <= coins


@given(prices)
def test_wire__any_number__is_plain_and_the_same_number(number: Decimal) -> None:
    assert PLAIN.fullmatch(wire(number))
    assert Decimal(wire(number)) == number


@given(prices, st.decimals("0.001", 100, places=9), st.booleans())
def test_order__of_thousands__keeps_bound_and_size_in_ones(worst: Decimal, coins: Decimal, buys: bool) -> None:
    [configured] = venue(coins=("kPEPE",)).settings.markets.values()
    size = Base(coins * 10**6)
    trade = Trade(market=ETH, size=size if buys else -size, worst=Price(worst), reduce_only=False)
    limit, placed = limit_of(trade, configured), coins_of(trade.size, configured)
    paid = limit * (ONE + TAKER_FEE if buys else ONE - TAKER_FEE) / 1_000
    assert paid <= worst if buys else paid >= worst
    assert 0 <= size.raw - placed * 1_000 < 1_000


# Margin -----------------------------------------------------------------------------------------------


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    leverages = sorted(draw(st.sets(st.integers(1, 50), min_size=1, max_size=4)), reverse=True)
    bounds = sorted(draw(st.sets(st.integers(1, 200), min_size=len(leverages) - 1, max_size=len(leverages) - 1)))
    lower = [Decimal(0), *(Decimal(bound * 10**6) for bound in bounds)]
    return tuple(Tier(lower=at, max_leverage=most) for at, most in zip(lower, leverages, strict=True))


@given(
    tiers(),
    st.decimals("0.001", 10**6, places=3),
    st.sampled_from((1, -1)),
    st.decimals("0.01", 10**4, places=2),
    st.decimals("0.02", 2, places=4),
)
def test_liquidation__at_the_price_found__what_is_left_is_the_maintenance_margin(
    table: tuple[Tier, ...], coins: Decimal, side: int, mark: Decimal, geared: Decimal
) -> None:
    """And a hair before it there is more: it is the first such price on the way."""
    size, backing = side * coins, coins * mark * geared
    found = liquidation_price(size, mark, backing, table)
    if found is None:
        assert side > 0
        return

    def spare(price: Decimal) -> Decimal:
        return backing + size * (price - mark) - maintenance(coins * price, table)

    assert abs(spare(found)) <= coins * mark * Decimal("1e-20")
    if spare(mark) > 0:
        assert all(spare(mark + (found - mark) * part / 10) > 0 for part in range(10))


# The book -----------------------------------------------------------------------------------------------


levels = st.builds(Level, price=st.integers(1, 40_000).map(Decimal), size=st.integers(0, 900).map(Decimal))
fees = st.decimals("0", "0.01", places=5)


@given(st.lists(levels, max_size=8), st.lists(levels, max_size=8), fees, st.sampled_from([Decimal(1), Decimal(50)]))
def test_depth__of_any_book__never_improves_with_size_and_the_last_coin_is_never_better_than_the_average(
    bids: list[Level], asks: list[Level], fee: Decimal, lot: Decimal
) -> None:
    bids, asks = sorted(bids, key=lambda each: -each.price), sorted(asks, key=lambda each: each.price)
    steps = tuple(book.depth(Book(bids=tuple(bids), asks=tuple(asks)), fee, lot))
    for side, levels in ((-1, bids), (1, asks)):
        seen = [step for step in steps if step.size * side > 0]
        assert [abs(step.size) for step in seen] == sorted(abs(step.size) for step in seen)
        for prices in ([step.average * side for step in seen], [step.last * side for step in seen]):
            assert prices == sorted(prices)
        for step in seen:
            done = book.walk(levels, abs(step.size), step.last / (ONE + side * fee), buys=side > 0)
            assert done.filled == abs(step.size)
            assert abs(step.average - done.average * (ONE + side * fee)) < TINY
            assert step.average * side <= step.last * side + TINY


# The book and the exchange ------------------------------------------------------------------------------


@st.composite
def bids(draw: st.DrawFn) -> list[tuple[Decimal, Decimal]]:
    levels = sorted(draw(st.sets(st.integers(19_400, 19_999), min_size=1, max_size=8)), reverse=True)
    return [(Decimal(at).scaleb(-1), Decimal(draw(st.integers(50, 30_000))).scaleb(-4)) for at in levels]


@settings(max_examples=30, deadline=None)
@given(bids(), st.integers(100, 100_000), st.decimals("0", "0.03", places=5))
def test_sale__of_what_the_depth_shows_within_its_bound__is_filled_whole(
    levels: list[tuple[Decimal, Decimal]], lots: int, slip: Decimal
) -> None:
    """As the model says, at no worse than the bound with the fee, for what venues are compared by; and the account
    pays no more than was counted."""
    exchange = endowed(usdc=10**6)
    exchange.set_book("ETH", levels, [])
    with inside(exchange) as bench:
        scene = Scene(bench)
        view = scene.view()
        market = view.market(ETH)
        worst = market.depth[0].bound * Ratio(ONE - slip)
        size = takeable(market, -Base(Decimal(lots).scaleb(-4)), worst)
        if abs(size) * min(market.mark, worst) < market.minimum:
            return
        trade = Trade(market=ETH, size=size, worst=worst, reduce_only=False)
        rehearsed = scene.rehearse(scene.draft(trade))
        outcome = scene.probe(scene.does(trade))
        assert outcome.settlement is not None
        assert outcome.settlement.price is not None
        assert outcome.settlement.filled == size == rehearsed.size(ETH) == scene.position()
        fetched = outcome.settlement.price * Ratio(ONE - TAKER_FEE)
        assert fetched >= worst
        assert abs(trading(market, size) - abs(size) * (market.mark - fetched)) < MICRO
        after = scene.view()
        assert abs(rehearsed.equity - after.equity).raw < Decimal("0.01")
        assert (view.equity + view.reserve) - (after.equity + after.reserve) <= cost(view, trade) + MICRO
