"""What a trade of some size would fetch: the order book walked level by level, the taker's fee included."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent.model import value
from agent.venues.hyperliquid.structs import Book, Level


@value
class Walk:
    """How far an order gets: coins filled, and their average price before the fee."""

    filled: Decimal
    average: Decimal


def walk(levels: Sequence[Level], size: Decimal, bound: Decimal | None, *, buys: bool) -> Walk:
    """An order that takes what is there now, down to its bound, and gives up the rest."""
    filled = paid = Decimal(0)
    for level in levels:
        if filled == size or (bound is not None and (level.price > bound if buys else level.price < bound)):
            break
        taken = min(level.size, size - filled)
        filled, paid = filled + taken, paid + taken * level.price
    return Walk(filled=filled, average=paid / filled if filled else Decimal(0))


def depth(book: Book, fee: Decimal, lot: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """All-in average price by signed size in the exchange's coins, at each level's end."""
    for levels, side in ((book.bids, Decimal(-1)), (book.asks, Decimal(1))):
        total = Decimal(0)
        for level in levels:
            total += level.size
            average = walk(levels, total, None, buys=side > 0).average
            if total >= lot:
                yield side * total, average * (1 + side * fee)
