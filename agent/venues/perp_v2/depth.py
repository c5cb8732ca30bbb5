"""What a trade would cost, fees included: the pool's own arithmetic on its price and active liquidity.

Uniswap v3 white paper, section 6.2.3: inside one liquidity range, base of size d moves the square root of the
price s to  s' = L s / (L + d s)  when sold and to  s' = L s / (L - d s)  when bought, at an average price of s s'.
The exchange neutralises the pool's own fee and takes its fee f in the quote: a sale brings s s' (1 - f) per coin,
a purchase costs s s' / (1 - f).

Exact while no tick with liquidity of its own is crossed; beyond that it is an estimate, and the rehearsal and the
bound inside the call judge the trade itself. It ends where the exchange itself would refuse the trade.
"""

from collections.abc import Iterable
from decimal import Decimal

from agent.model import DepthPoint, value
from agent.units import Base, Price, Ratio
from agent.venues.perp_v2.methods import WAD

ONE = Decimal(1)
_Q96 = Decimal(2**96)
_TICK = Decimal("1.0001")
_MOVES = tuple(Decimal(move) / 10_000 for move in (5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000))
"""A point where a trade would move the pool's price by each of these: dense where slippage limits usually lie."""


@value
class PoolState:
    root: Decimal
    """Square root of the pool's price, dollars per coin."""
    liquidity: Decimal
    """L of the white paper, in coins and dollars."""
    fee: Ratio
    lowest: Decimal
    """The pool's price beyond which the exchange refuses a sale, as a square root."""
    highest: Decimal


def price_x96(root_x96: int) -> Price:
    """A price from its square root in Uniswap's Q64.96."""
    return Price((root_x96 / _Q96) ** 2)


def pool_state(
    root_x96: int, liquidity: int, fee: Ratio, index: Price, max_spread: Ratio, max_ticks: int
) -> PoolState:
    """With both of the exchange's price limits: the spread to the index that a trade may not widen beyond (EX_OPB),
    and the ticks since the last block that the exchange noted, which are taken from here (EX_OPLAS).
    A spread above 100 % bounds purchases alone."""
    root = root_x96 / _Q96
    step, spread = _TICK ** (max_ticks / Decimal(2)), max_spread.raw
    return PoolState(
        root=root,
        liquidity=Decimal(liquidity).scaleb(-WAD),
        fee=fee,
        lowest=max(root / step, (index.raw * max(Decimal(0), ONE - spread)).sqrt()),
        highest=min(root * step, (index.raw * (ONE + spread)).sqrt()),
    )


def depth_of(pool: PoolState, lot: Base) -> tuple[DepthPoint, ...]:
    """Sales, then purchases, each from one lot on. The exchange bounds what a trade fetches as a whole."""
    sales = [(-size, price) for size in _sizes(pool, lot, -1) if (price := sale(pool, size))]
    purchases = [(size, price) for size in _sizes(pool, lot, 1) if (price := purchase(pool, size))]
    return tuple(DepthPoint.whole(size, price) for size, price in (*sales, *purchases))


def sale(pool: PoolState, size: Base) -> Price | None:
    """What each coin brings; None where the exchange would refuse."""
    after = pool.liquidity * pool.root / (pool.liquidity + size.raw * pool.root)
    return Price(pool.root * after * (ONE - pool.fee.raw)) if after >= pool.lowest else None


def purchase(pool: PoolState, size: Base) -> Price | None:
    """What each coin costs; None where the exchange would refuse."""
    left = pool.liquidity - size.raw * pool.root
    if left <= 0 or (after := pool.liquidity * pool.root / left) > pool.highest:
        return None
    return Price(pool.root * after / (ONE - pool.fee.raw))


def _sizes(pool: PoolState, lot: Base, direction: int) -> Iterable[Base]:
    """One lot, then what moves the price by each step, in whole lots."""
    moved = ((ONE + direction * move).sqrt() for move in _MOVES)
    sizes = (Base(pool.liquidity / pool.root * abs(ONE - ONE / factor)).to_lot(lot) for factor in moved)
    return sorted({lot, *(size for size in sizes if size > lot)}, key=lambda size: size.raw)
