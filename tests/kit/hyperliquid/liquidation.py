"""What the exchange closes without being asked: liquidations on the mark price, the backstop, ADL."""

from decimal import ROUND_UP, Decimal

from tests.kit.hyperliquid import matching
from tests.kit.hyperliquid.accounts import Account, Position
from tests.kit.hyperliquid.amounts import ZERO, usd
from tests.kit.hyperliquid.clearing import note_change, trade
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.orders import Order
from tests.kit.hyperliquid.records import Fill
from tests.kit.hyperliquid.refusals import OrderRefused
from tests.kit.hyperliquid.state import State

_LARGE, _PART = Decimal(100_000), Decimal("0.2")
_COOLDOWN_MS = 30_000
_BACKSTOP = Decimal(2) / 3
_ANY_PRICE = {True: Decimal(10**12), False: Decimal("0.000001")}


def check(state: State) -> None:
    """One round, as one block does it."""
    for account in list(state.accounts.values()):
        for position in [each for each in account.positions.values() if each.margin is not None]:
            margin = Margin(state, account)
            _judge(state, account, [position], margin.isolated_equity(position), margin.maintenance(position))
        margin = Margin(state, account)
        _judge(state, account, margin.cross, margin.equity, margin.cross_maintenance)


def _judge(state: State, account: Account, positions: list[Position], equity: Decimal, bound: Decimal) -> None:
    if not positions or equity >= bound:
        return
    is_cross, assets = positions[0].margin is None, {position.asset for position in positions}
    for order in state.open_orders(account.address):
        if is_cross or order.asset in assets:
            matching.cancel(state, order, "liquidatedCanceled")
    if equity < bound * _BACKSTOP:
        _back_stop(state, account, positions)
        return
    for position in positions:
        at_market(state, account, position)


def at_market(state: State, account: Account, position: Position) -> None:
    """All of it; of more than 100,000 USD a fifth, unless such a part went within the last 30 s."""
    size, now = abs(position.size), state.now_ms
    cooling = account.liquidated_ms is not None and now < account.liquidated_ms + _COOLDOWN_MS
    if Margin(state, account).notional(position) > _LARGE and not cooling:
        lot = Decimal(1).scaleb(-state.assets[position.asset].size_decimals)
        size, account.liquidated_ms = (size * _PART).quantize(lot, ROUND_UP), now
    order = _order(state, account, position, size)
    try:
        matching.execute(state, order, "liquidation")
    except OrderRefused:
        order.settle("marketOrderNoLiquidityRejected", now)


def _order(state: State, account: Account, position: Position, size: Decimal) -> Order:
    is_buy, now = position.size < 0, state.now_ms
    return Order(
        id=state.next_id(), user=account.address, asset=position.asset, coin=state.assets[position.asset].name,
        is_buy=is_buy, price=_ANY_PRICE[is_buy], size=size, left=size, reduce_only=True, tif="Ioc",
        placed_ms=now, status_ms=now,
    )  # fmt: skip


def _back_stop(state: State, account: Account, positions: list[Position]) -> None:
    """The vault takes positions and margin: nothing of either comes back."""
    is_cross = positions[0].margin is None
    for position in list(positions):
        price = state.assets[position.asset].mark
        kept = account.cash
        _close(state, account, position, abs(position.size), price, "backstop")
        account.cash = ZERO if is_cross else kept


def back_stop(state: State, account: Account, position: Position) -> None:
    _back_stop(state, account, Margin(state, account).cross if position.margin is None else [position])


def deleverage(state: State, account: Account, asset: int, size: Decimal | None, price: Decimal | None) -> None:
    """ADL: a position in profit is closed at the oracle's price against someone who ran out of margin."""
    position = account.positions[asset]
    closed = abs(position.size) if size is None else min(size, abs(position.size))
    _close(state, account, position, closed, price or state.assets[asset].oracle, "adl")


def _close(state: State, account: Account, position: Position, size: Decimal, price: Decimal, cause: str) -> None:
    """Past the book and without a fee."""
    asset, before, change = position.asset, position.size, -size.copy_sign(position.size)
    profit = trade(state, account, asset, change, price)
    number = state.next_id()
    state.records.fills.append(
        Fill(
            user=account.address, coin=state.assets[asset].name, price=price, size=size, is_buy=change > 0,
            time_ms=state.now_ms, start=before, direction=_direction(before, cause), closed_pnl=usd(profit),
            order_id=number, is_taker=cause != "adl", fee=ZERO, trade_id=number, cloid=None,
            liquidation=(account.address, state.assets[asset].mark, cause) if cause == "backstop" else None,
        )
    )  # fmt: skip
    note_change(state, account, asset, before, cause)


def _direction(before: Decimal, cause: str) -> str:
    if cause == "adl":
        return "Auto-Deleveraging"
    return f"Liquidated {'Long' if before > 0 else 'Short'}"
