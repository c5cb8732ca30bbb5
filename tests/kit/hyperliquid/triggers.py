"""Stops and take-profits wait outside the book until the mark price reaches them."""

from decimal import Decimal

from tests.kit.hyperliquid import checks, matching
from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.orders import Order
from tests.kit.hyperliquid.refusals import OrderRefused
from tests.kit.hyperliquid.state import State

_SLIPPAGE = Decimal("0.1")
"""What a market trigger tolerates."""


def check(state: State, asset: int) -> None:
    """After the mark has moved."""
    mark = state.assets[asset].mark
    for order in list(state.orders.values()):
        waits = order.asset == asset and order.is_open and order.tif is None
        if waits and order.trigger and order.trigger.is_met(mark, order.is_buy):
            _fire(state, order, mark)


def _fire(state: State, order: Order, mark: Decimal) -> None:
    trigger, account = order.trigger, state.account(order.user)
    assert trigger is not None
    _resize(order, account)
    order.settle("triggered", state.now_ms)
    if not checks.reducible(account, order):
        order.settle("reduceOnlyRejected", state.now_ms)
        return
    order.tif = "Ioc" if trigger.is_market else "Gtc"
    if trigger.is_market:
        order.price = mark * (1 + order.sign * _SLIPPAGE)
    try:
        matching.execute(state, order)
    except OrderRefused as refusal:
        order.settle(refusal.status, state.now_ms)


def _resize(order: Order, account: Account) -> None:
    if order.follows_position:
        order.size = order.left = abs(account.size(order.asset))
