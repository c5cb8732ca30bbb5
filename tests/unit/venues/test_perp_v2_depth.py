"""The all-in price by size: its order, and where it ends."""

from decimal import Decimal

import pytest

from agent.units import Base, Price, Ratio
from agent.venues.perp_v2.depth import PoolState, depth_of, pool_state
from tests.unit.venues.scene import root

LOT = Base("0.001")
TICKS_1000 = Decimal("1.0001") ** 1000
LIQUIDITY = 10**24


def pool(price: int = 2_000, index: int = 2_000, liquidity: int = LIQUIDITY, max_ticks: int = 1_000) -> PoolState:
    return pool_state(root(price), liquidity, Ratio("0.001"), Price(index), Ratio("0.1"), max_ticks)


def test_depth__both_sides__begin_with_one_lot_and_worsen_with_size() -> None:
    depth = depth_of(pool(), LOT)
    sales = [point for point in depth if point.size.sign() < 0]
    purchases = [point for point in depth if point.size.sign() > 0]
    assert (sales[0].size, purchases[0].size) == (-LOT, LOT)
    assert sales == sorted(sales, key=lambda point: point.size.raw, reverse=True)
    assert purchases == sorted(purchases, key=lambda point: point.size.raw)
    assert sales == sorted(sales, key=lambda point: point.average.raw, reverse=True)
    assert purchases == sorted(purchases, key=lambda point: point.average.raw)
    assert all(point.size == point.size.to_lot(LOT) and point.bound == point.average for point in depth)
    assert sales[0].average < Price(2000) < purchases[0].average


def moved_to(start: int, size: Base) -> Decimal:
    """The pool's price after a trade: white paper, section 6.2.3."""
    per_root = 1 / Decimal(start).sqrt() - size.raw / (LIQUIDITY // 10**18)
    return 1 / per_root**2


@pytest.mark.parametrize(
    ("price", "lowest", "highest"),
    [
        (2_000, Decimal(2_000) / TICKS_1000, Decimal(2_200)),
        (2_100, Decimal(2_100) / TICKS_1000, Decimal(2_200)),
        (1_900, Decimal(1_800), Decimal(1_900) * TICKS_1000),
    ],
)
def test_depth__ends__at_the_spread_to_the_index_or_after_a_thousand_ticks(
    price: int, lowest: Decimal, highest: Decimal
) -> None:
    """Whatever comes first; twice the last point would be beyond it."""
    sizes = sorted((point.size for point in depth_of(pool(price=price), LOT)), key=lambda size: size.raw)
    assert lowest <= moved_to(price, sizes[0])
    assert moved_to(price, sizes[0] * Ratio(2)) < lowest
    assert moved_to(price, sizes[-1]) <= highest < moved_to(price, sizes[-1] * Ratio(2))


def test_depth__a_pool_already_beyond_the_spread__takes_only_what_brings_it_back() -> None:
    depth = depth_of(pool(price=2_300), LOT)
    assert depth
    assert {point.size.sign() for point in depth} == {-1}


@pytest.mark.parametrize("spread", ["1", "1.5"])
def test_depth__a_spread_of_the_whole_price_or_more__bounds_purchases_alone(spread: str) -> None:
    wide = pool_state(root(2_000), LIQUIDITY, Ratio("0.001"), Price(1_000), Ratio(spread), 1_000)
    assert wide.lowest == wide.root / Decimal("1.0001") ** 500
    assert depth_of(wide, LOT)[0].size == -LOT


def test_depth__a_pool_without_liquidity__is_empty() -> None:
    assert depth_of(pool(liquidity=0), LOT) == ()
