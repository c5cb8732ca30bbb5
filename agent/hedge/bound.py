"""What a trade may cost: price bounds, and the dollar figure that the limits count."""

from agent.hedge.outside import spot_price
from agent.hedge.parameters import Limits
from agent.model import DepthPoint, Market, Snapshot
from agent.units import Base, Price, Ratio, Usd

ONE = Ratio(1)


def touch_price(market: Market, direction: Base) -> Price:
    """All-in price of a very small trade: from the venue's depth, else mark and fee."""
    side = on_side(market, direction)
    return side[0].bound if side else market.mark * slipped(market.fee, direction)


def on_side(market: Market, direction: Base) -> tuple[DepthPoint, ...]:
    """The points of the depth that a trade in that direction meets, the smallest first."""
    return tuple(point for point in market.depth if point.size.sign() == direction.sign())


def worst_price(market: Market, direction: Base, slippage: Ratio) -> Price:
    """The price bound of a trade in that direction. Not rounded: a venue rounds it in the user's favour."""
    return touch_price(market, direction) * slipped(slippage, direction)


def slipped(share: Ratio, direction: Base) -> Ratio:
    """A sale may bring less, a purchase may cost more."""
    return ONE - share if direction.sign() < 0 else ONE + share


def furthest(limits: Limits) -> Ratio:
    """How far a price bound can lie from the outside price when every gate has passed."""
    trading = ONE + limits.max_oracle_deviation + limits.max_basis
    return trading * (ONE + limits.max_slippage) - ONE


def worse(price: Price, bound: Price, direction: Base) -> bool:
    """A sale brings less, or a purchase costs more, than the bound."""
    return price < bound if direction.sign() < 0 else price > bound


def counted_price(market: Market, worst: Price, snapshot: Snapshot) -> Price:
    """The highest price that anyone could put on a unit: limits in dollars hold by every measure."""
    return max(market.mark, worst, spot_price(market, snapshot))


def needed_bound(market: Market, size: Base) -> Price | None:
    """What a bound must allow at that size, from the next larger point of the depth; None beyond the last."""
    return next((point.bound for point in on_side(market, size) if abs(point.size) >= abs(size)), None)


def takeable(market: Market, size: Base, worst: Price) -> Base:
    """How much of a trade the shown depth takes within its bound: all of it exactly, else whole lots.

    All of it, too, where the venue shows no depth.
    """
    within = (point for point in on_side(market, size) if not worse(point.bound, worst, size))
    largest = max((abs(point.size) for point in within), default=Base(0))
    if not market.depth or largest >= abs(size):
        return size
    return towards(largest.to_lot(market.lot), size)


def towards(amount: Base, direction: Base) -> Base:
    return -amount if direction.sign() < 0 else amount


def worth(size: Base, price: Price) -> Usd:
    return abs(size) * price
