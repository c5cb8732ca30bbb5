"""Orders that wait for a keeper, in our words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from agent.model import Address, OpenOrder
from agent.units import Base
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.structs import INCREASES, OrderProps, OrderType

_DECREASES = (OrderType.MARKET_DECREASE, OrderType.LIMIT_DECREASE, OrderType.STOP_LOSS_DECREASE)
_MARKET = (OrderType.MARKET_INCREASE, OrderType.MARKET_DECREASE)


def open_orders(seen: Seen) -> Iterator[OpenOrder]:
    for key, order in seen.orders:
        if order.order_type in (*INCREASES, *_DECREASES):
            yield OpenOrder(
                id="0x" + key.hex(),
                market=seen.setup.name_of(_collateral(seen, order), is_long=order.is_long),
                size=_size(seen, order),
                role=_role(order),
                since_ms=order.updated_at_time * 1000,
                cancels_from_ms=_cancels_from_s(seen, order) * 1000,
                trigger=seen.setup.price(order.trigger_price) if _role(order) == "protective" else None,
            )


def _role(order: OrderProps) -> Literal["working", "protective"]:
    """What may only close the position at a trigger protects it; whatever else is open may trade."""
    resting = (OrderType.LIMIT_DECREASE, OrderType.STOP_LOSS_DECREASE)
    return "protective" if order.order_type in resting else "working"


def _size(seen: Seen, order: OrderProps) -> Base:
    """What it would change a position by: at today's price an increase, a decrease in shares of its position."""
    side = Decimal(1 if order.is_long else -1)
    if order.order_type in INCREASES:
        price = seen.setup.price(seen.priced.index.min)
        return Base(side * (seen.setup.dollars_of(order.size_delta_usd) / price).raw)
    matching = (each for each in seen.held if _reduces(order, each.collateral_token, each.is_long))
    position = next(matching, None)
    if position is None:
        return Base(0)
    share = min(Decimal(1), Decimal(order.size_delta_usd) / position.size_in_usd)
    return Base(-side * share * seen.setup.coins(position.size_in_tokens).raw)


def _collateral(seen: Seen, order: OrderProps) -> Address:
    """What it swaps into something else first ends up as the last market's coin: taken as ours."""
    return order.initial_collateral_token if not order.swap_path else seen.setup.collateral


def _reduces(order: OrderProps, collateral: str, is_long: bool) -> bool:
    return order.initial_collateral_token == collateral and order.is_long == is_long


def _cancels_from_s(seen: Seen, order: OrderProps) -> int:
    """A market order can be cancelled when no keeper may execute it any more; a resting one at any time."""
    return order.updated_at_time + (seen.found[seen.market.request_expiry_s] if order.order_type in _MARKET else 0)
