"""What a trade of some size would fetch: the order book walked level by level, the taker's fee included."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent.model import value
from agent.venues.hyperliquid.structs import Book, Level


@value
class Walk:
    """How far an order gets: coins filled, their average price before the fee, and the levels that are left."""

    filled: Decimal
    average: Decimal
    left: tuple[Level, ...]


def walk(levels: Sequence[Level], size: Decimal, limit: Decimal, *, buys: bool) -> Walk:
    """An order that takes what is there now, down to its limit, and gives up the rest."""
    filled = paid = Decimal(0)
    left = list[Level]()
    for level in levels:
        beyond = level.price > limit if buys else level.price < limit
        taken = Decimal(0) if beyond else min(level.size, size - filled)
        filled, paid = filled + taken, paid + taken * level.price
        if level.size > taken:
            left.append(Level(price=level.price, size=level.size - taken))
    return Walk(filled=filled, average=paid / filled if filled else Decimal(0), left=tuple(left))


@value
class Step:
    """One level's end, in the exchange's coins: the signed size up to it, and all-in prices."""

    size: Decimal
    average: Decimal
    last: Decimal
    """Of the last coin: an order's limit holds for each of its fills here."""


def depth(book: Book, fee: Decimal, lot: Decimal) -> Iterator[Step]:
    for levels, side in ((book.bids, Decimal(-1)), (book.asks, Decimal(1))):
        total = paid = Decimal(0)
        for level in levels:
            total, paid, with_fee = total + level.size, paid + level.size * level.price, 1 + side * fee
            if total >= lot:
                yield Step(size=side * total, average=paid / total * with_fee, last=level.price * with_fee)
