"""A price-time book. It holds orders; who may trade and what a trade does is decided elsewhere."""

from bisect import insort
from collections.abc import Iterator
from decimal import Decimal

from tests.kit.hyperliquid.amounts import ZERO
from tests.kit.hyperliquid.orders import MAKER, Order


class Book:
    def __init__(self) -> None:
        self._sides: dict[bool, list[Order]] = {True: [], False: []}

    def side(self, is_buy: bool) -> list[Order]:
        """Best first."""
        return self._sides[is_buy]

    def best(self, is_buy: bool) -> Order | None:
        return next(iter(self._sides[is_buy]), None)

    def add(self, order: Order) -> None:
        insort(self._sides[order.is_buy], order, key=_priority)

    def remove(self, order: Order) -> None:
        side = self._sides[order.is_buy]
        side[:] = [each for each in side if each is not order]

    def clear_makers(self) -> None:
        for side in self._sides.values():
            side[:] = [order for order in side if order.user != MAKER]

    def crossing(self, order: Order) -> Order | None:
        """The resting order that it would trade with first."""
        best = self.best(not order.is_buy)
        return best if best is not None and crosses(order, best.price) else None

    def levels(self, is_buy: bool) -> Iterator[tuple[Decimal, Decimal, int]]:
        """Price, size and number of orders, best first."""
        at: dict[Decimal, list[Decimal]] = {}
        for order in self._sides[is_buy]:
            at.setdefault(order.price, []).append(order.left)
        return ((price, sum(sizes, ZERO), len(sizes)) for price, sizes in at.items())

    def impact(self, is_buy: bool, notional: Decimal) -> Decimal | None:
        """The average price at which `notional` USD would trade against that side; None where it is too thin."""
        left, size = notional, ZERO
        for price, available, _ in self.levels(is_buy):
            taken = min(available, left / price)
            size, left = size + taken, left - taken * price
            if taken < available:
                return notional / size
        return notional / size if size and left <= 0 else None


def crosses(order: Order, price: Decimal) -> bool:
    return price <= order.price if order.is_buy else price >= order.price


def _priority(order: Order) -> tuple[Decimal, int]:
    return (-order.price if order.is_buy else order.price, order.id)
