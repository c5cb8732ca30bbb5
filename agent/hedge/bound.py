"""What a trade may cost: price bounds, and the dollar figure that the limits count."""

from agent.hedge.outside import spot_price
from agent.model import Market, Snapshot
from agent.units import Base, Price, Ratio, Usd

ONE = Ratio(1)


def touch_price(market: Market, direction: Base) -> Price:
    """All-in price of a very small trade: from the venue's depth, else mark and fee."""
    side = [price for size, price in market.depth if size.sign() == direction.sign()]
    return side[0] if side else market.mark * slipped(market.fee, direction)


def worst_price(market: Market, direction: Base, slippage: Ratio) -> Price:
    """The price bound of a trade in that direction. Not rounded: a venue rounds it in the user's favour."""
    return touch_price(market, direction) * slipped(slippage, direction)


def slipped(share: Ratio, direction: Base) -> Ratio:
    """A sale may bring less, a purchase may cost more."""
    return ONE - share if direction.sign() < 0 else ONE + share


def counted_price(market: Market, worst: Price, snapshot: Snapshot) -> Price:
    """The highest price that anyone could put on a unit: limits in dollars hold by every measure."""
    return max(market.mark, worst, spot_price(market, snapshot))


def fill_price(market: Market, size: Base) -> Price | None:
    """The expected all-in price at that size, from the next larger point of the depth; None beyond the last."""
    side = [(abs(at), price) for at, price in market.depth if at.sign() == size.sign()]
    return next((price for at, price in side if at >= abs(size)), None)


def worth(size: Base, price: Price) -> Usd:
    return abs(size) * price
