"""Orders meet the book: price, then time; the maker's price; the taker's own resting orders expire."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from tests.kit.hyperliquid import checks
from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.amounts import ZERO, plain, usd
from tests.kit.hyperliquid.clearing import direction, note_change, trade
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.orders import MAKER, Order
from tests.kit.hyperliquid.records import Fill
from tests.kit.hyperliquid.refusals import OrderRefused
from tests.kit.hyperliquid.state import State

_IMMEDIATE = ("Ioc", "FrontendMarket")


def place(state: State, order: Order) -> dict[str, Any]:
    """The order's own status in the answer. Raises OrderRefused."""
    try:
        checks.order(state, state.account(order.user), order)
        return execute(state, order)
    except OrderRefused as refusal:
        order.settle(refusal.status, state.now_ms)
        if state.unknowns.keeps_rejected:
            state.orders[order.id] = order
        raise


def execute(state: State, order: Order, cause: str = "order") -> dict[str, Any]:
    """Raises OrderRefused where an order that must trade, or must not, cannot be kept."""
    book = state.assets[order.asset].book
    if order.tif is None:
        state.orders[order.id] = order
        return {"resting": _reference(order)}
    if order.tif == "Alo" and book.crossing(order):
        raise OrderRefused(checks.POST_ONLY.format(bbo=_bbo(state, order)), "badAloPxRejected")
    account = state.account(order.user)
    before = account.size(order.asset)
    _walk(state, account, order, cause)
    note_change(state, account, order.asset, before, cause, (order.id, order.cloid, order.nonce))
    return _settle(state, account, order)


def supply(state: State, level: Order) -> None:
    """A scripted level: trades with what accounts have resting in its way, and rests with what is left."""
    book = state.assets[level.asset].book
    while level.left and (resting := book.crossing(level)) and resting.user != MAKER:
        if size := min(level.left, _offered(state, resting)):
            _fill_maker(state, resting, size)
            level.left -= size
            state.assets[level.asset].last = resting.price
    if level.left:
        book.add(level)


def cancel(state: State, order: Order, status: str = "canceled") -> None:
    state.assets[order.asset].book.remove(order)
    order.settle(status, state.now_ms)
    for child in order.children:
        child.settle("canceled", state.now_ms)
        state.orders[child.id] = child


def _walk(state: State, account: Account, order: Order, cause: str) -> None:
    book, allowed = state.assets[order.asset].book, _allowed(state, account, order, cause)
    while allowed and (resting := book.crossing(order)):
        if resting.user == order.user:
            cancel(state, resting, "selfTradeCanceled")
        elif size := min(allowed, _offered(state, resting)):
            _match(state, account, order, resting, size, cause)
            allowed -= size


def _allowed(state: State, account: Account, order: Order, cause: str) -> Decimal:
    allowed, faults = checks.reducible(account, order), state.faults
    if cause != "order" or order.tif not in _IMMEDIATE:
        return allowed
    if faults.unmatched:
        faults.unmatched -= 1
        return ZERO
    if faults.shares:
        lot = Decimal(1).scaleb(-state.assets[order.asset].size_decimals)
        return min(allowed, (order.size * faults.shares.pop(0)).quantize(lot, ROUND_DOWN))
    return allowed


def _offered(state: State, resting: Order) -> Decimal:
    """What a resting order can still trade; one that cannot any more is cancelled, and offers nothing."""
    if resting.user == MAKER:
        return resting.left
    account = state.account(resting.user)
    offered = checks.reducible(account, resting)
    if not offered:
        cancel(state, resting, "reduceOnlyCanceled")
    elif not resting.reduce_only and not _still_can_open(state, account, resting):
        cancel(state, resting, "marginCanceled")
        return ZERO
    return offered


def _still_can_open(state: State, account: Account, resting: Order) -> bool:
    """Without the margin that the order itself holds."""
    left, resting.left = resting.left, ZERO
    try:
        return Margin(state, account).can_open(resting.asset, resting.sign * left)
    finally:
        resting.left = left


def _match(state: State, account: Account, order: Order, resting: Order, size: Decimal, cause: str) -> None:
    asset = state.assets[order.asset]
    _fill(state, account, order, size, resting.price, cause)
    if resting.user == MAKER:
        resting.left -= size
        if not resting.left:
            asset.book.remove(resting)
    else:
        _fill_maker(state, resting, size)
    asset.last = resting.price
    asset.volume, asset.volume_usd = asset.volume + size, asset.volume_usd + size * resting.price


def _fill_maker(state: State, resting: Order, size: Decimal) -> None:
    owner = state.account(resting.user)
    before = owner.size(resting.asset)
    _fill(state, owner, resting, size, resting.price, "maker")
    note_change(state, owner, resting.asset, before, "order", (resting.id, resting.cloid, resting.nonce))
    if not resting.left:
        state.assets[resting.asset].book.remove(resting)
        _filled(state, resting)
    _tidy(state, owner, resting.asset)


def _fill(state: State, account: Account, order: Order, size: Decimal, price: Decimal, cause: str) -> None:
    before, change, is_taker = account.size(order.asset), order.sign * size, cause != "maker"
    profit = trade(state, account, order.asset, change, price)
    fee = usd(size * price * (account.taker_fee if is_taker else account.maker_fee))
    account.cash -= fee
    account.volume += size * price
    order.left, order.spent = order.left - size, order.spent + size * price
    liquidation = (account.address, state.assets[order.asset].mark, "market") if cause == "liquidation" else None
    state.records.fills.append(
        Fill(
            user=account.address, coin=order.coin, price=price, size=size, is_buy=order.is_buy, time_ms=state.now_ms,
            start=before, direction=direction(before, change), closed_pnl=profit, order_id=order.id,
            is_taker=is_taker, fee=fee, trade_id=state.next_id(), cloid=order.cloid, liquidation=liquidation,
        )
    )  # fmt: skip


def _settle(state: State, account: Account, order: Order) -> dict[str, Any]:
    if order.tif in _IMMEDIATE and not order.filled:
        raise _unmatched(order)
    state.orders[order.id] = order
    if not order.left:
        _filled(state, order)
    elif order.tif in _IMMEDIATE:
        order.settle(state.unknowns.partial_ioc_status, state.now_ms)
    else:
        state.assets[order.asset].book.add(order)
    _tidy(state, account, order.asset)
    if order.is_open:
        return {"resting": _reference(order)}
    average = (order.spent / order.filled).quantize(Decimal("0.00000001"))
    return {"filled": {"totalSz": plain(order.filled), "avgPx": plain(average), **_reference(order)}}


def _unmatched(order: Order) -> OrderRefused:
    if order.tif == "FrontendMarket" or order.trigger:
        return OrderRefused(checks.NO_LIQUIDITY, "marketOrderNoLiquidityRejected")
    return OrderRefused(checks.NO_MATCH, "iocCancelRejected")


def _filled(state: State, order: Order) -> None:
    """Its children are placed, its siblings go."""
    order.settle("filled", state.now_ms)
    for child in order.children:
        state.orders[child.id] = child
    for sibling in (state.orders[number] for number in order.siblings if number in state.orders):
        if sibling.is_open:
            cancel(state, sibling, "siblingFilledCanceled")


def _tidy(state: State, account: Account, asset: int) -> None:
    """Without a position, what rests to reduce it goes; a stop that waits on its own stays."""
    if account.size(asset):
        return
    for order in state.open_orders(account.address):
        if order.asset == asset and order.reduce_only and (order.tif or order.follows_position):
            cancel(state, order, "reduceOnlyCanceled")


def _reference(order: Order) -> dict[str, Any]:
    return {"oid": order.id} | ({"cloid": order.cloid} if order.cloid else {})


def _bbo(state: State, order: Order) -> str:
    book = state.assets[order.asset].book
    bid, ask = book.best(True), book.best(False)
    return f"{plain(bid.price) if bid else 'none'}@{plain(ask.price) if ask else 'none'}"
