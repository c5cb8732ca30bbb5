"""Why an order is refused, in the exchange's own words."""

from collections.abc import Sequence
from decimal import Decimal

from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.amounts import ZERO, is_price, is_size
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.orders import Order
from tests.kit.hyperliquid.refusals import BatchRefused, OrderRefused
from tests.kit.hyperliquid.state import State
from tests.kit.hyperliquid.universe import InterestLimit

TICK = "Price must be divisible by tick size."
MINIMUM = "Order must have minimum value of $10."
MARGIN = "Insufficient margin to place order."
REDUCE_ONLY = "Reduce only order would increase position."
POST_ONLY = "Post only order would have immediately matched, bbo was {bbo}."
NO_MATCH = "Order could not immediately match against any resting orders."
TRIGGER = "Invalid TP/SL price."
NO_LIQUIDITY = "No liquidity available for market order."
INTEREST = {
    InterestLimit.CAPPED: (
        "Order would increase open interest while open interest is capped",
        "positionIncreaseAtOpenInterestCapRejected",
    ),
    InterestLimit.AGGRESSIVE: (
        "Order rejected due to price more aggressive than oracle while at open interest cap",
        "tooAggressiveAtOpenInterestCapRejected",
    ),
    InterestLimit.TOO_QUICK: ("Order would increase open interest too quickly", "openInterestIncreaseRejected"),
}
"""Text and status."""
TOO_FAR = "Order price too far from oracle"
TIER = "Order would cause position to exceed margin tier limit at current leverage"
MISSING = "Order was never placed, already canceled, or filled."

_MINIMUM_USD = 10
_PERP_DECIMALS = 6
_RESTING_SOFT, _RESTING_HARD = 1000, 5000
_LIMIT_TIMES_MARKET = 10


def batch(state: State, orders: Sequence[Order]) -> None:
    """Pre-validation: what the payload alone shows. Raises BatchRefused."""
    shape = state.unknowns.shape
    if not orders:
        raise BatchRefused(shape.format(what="empty batch"))
    if any(order.trigger and not order.reduce_only for order in orders):
        raise BatchRefused(shape.format(what="TP/SL that is not reduce-only"))
    if any(_is_far(state, order) for order in orders):
        raise BatchRefused(TOO_FAR, "oracleRejected")
    if state.unknowns.decimals_are_prevalidated and any(_has_too_many_decimals(state, order) for order in orders):
        raise BatchRefused(TICK, "tickRejected")


def _is_far(state: State, order: Order) -> bool:
    oracle = state.assets[order.asset].oracle
    return order.trigger is None and abs(order.price / oracle - 1) > state.unknowns.price_band


def _has_too_many_decimals(state: State, order: Order) -> bool:
    allowed = _PERP_DECIMALS - state.assets[order.asset].size_decimals
    return order.price != order.price.quantize(Decimal(1).scaleb(-allowed))


def order(state: State, account: Account, new: Order) -> None:
    """Raises OrderRefused."""
    _check_form(state, account, new)
    _check_direction(state, account, new)
    _check_number(state, account, new)
    if not new.reduce_only:
        _check_opening(state, account, new)


def _check_form(state: State, account: Account, new: Order) -> None:
    asset, unknowns = state.assets[new.asset], state.unknowns
    if asset.delisted:
        raise OrderRefused(unknowns.denied.format(what="a delisted asset"))
    prices = (new.price, new.trigger.price) if new.trigger else (new.price,)
    if not all(price > 0 and is_price(price, asset.size_decimals) for price in prices):
        raise OrderRefused(TICK, "tickRejected")
    if (not new.size and not new.follows_position) or not is_size(new.size, asset.size_decimals):
        raise OrderRefused(unknowns.shape.format(what="size"))
    if new.size * new.price < _MINIMUM_USD and not new.follows_position and not _is_small_close(state, account, new):
        raise OrderRefused(MINIMUM, "minTradeNtlRejected")
    if new.size * new.price > _LIMIT_TIMES_MARKET * max_market_order(asset.max_leverage):
        raise OrderRefused(unknowns.shape.format(what="notional"))


def _is_small_close(state: State, account: Account, new: Order) -> bool:
    closes = new.reduce_only and new.size == abs(account.size(new.asset))
    return closes and state.unknowns.small_close_allowed


def max_market_order(leverage: int) -> Decimal:
    """USD, by the asset's highest leverage."""
    steps = ((25, 30_000_000), (20, 5_000_000), (10, 2_000_000))
    return Decimal(next((most for least, most in steps if leverage >= least), 500_000))


def _check_direction(state: State, account: Account, new: Order) -> None:
    if new.reduce_only and new.trigger is None and account.size(new.asset) * new.sign >= 0:
        raise OrderRefused(REDUCE_ONLY, "reduceOnlyRejected")
    if new.trigger and new.trigger.is_met(state.assets[new.asset].mark, new.is_buy):
        raise OrderRefused(TRIGGER, "badTriggerPxRejected")


def _check_number(state: State, account: Account, new: Order) -> None:
    resting = len(state.open_orders(account.address))
    room = min(_RESTING_HARD, _RESTING_SOFT + int(account.volume / 5_000_000))
    if resting >= room or (resting >= _RESTING_SOFT and (new.reduce_only or new.trigger)):
        raise OrderRefused(state.unknowns.denied.format(what="one more open order"), "tooManyOpenOrdersRejected")


def _check_opening(state: State, account: Account, new: Order) -> None:
    asset, before = state.assets[new.asset], account.size(new.asset)
    after = before + new.sign * new.size
    if abs(after) <= abs(before):
        return
    if asset.interest_limit:
        raise OrderRefused(*INTEREST[asset.interest_limit])
    if asset.margin.tier(abs(after) * asset.mark).max_leverage < state.leverage(account, new.asset).value:
        raise OrderRefused(TIER, "perpMaxPositionRejected")
    if not Margin(state, account).can_open(new.asset, after - before):
        raise OrderRefused(MARGIN, "perpMarginRejected")


def reducible(account: Account, new: Order) -> Decimal:
    """How much of it reduces: all of it, unless it must not open anything."""
    if not new.reduce_only:
        return new.left
    return min(new.left, abs(account.size(new.asset))) if account.size(new.asset) * new.sign < 0 else ZERO
