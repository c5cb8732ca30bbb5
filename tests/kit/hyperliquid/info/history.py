"""Orders, fills and funding of a user."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tests.kit.hyperliquid.amounts import ZERO, shown
from tests.kit.hyperliquid.canonical import cloid
from tests.kit.hyperliquid.info.fields import PAGE, Json, check_dex, span, user
from tests.kit.hyperliquid.orders import Order
from tests.kit.hyperliquid.records import Fill, Transfer
from tests.kit.hyperliquid.refusals import Unreadable
from tests.kit.hyperliquid.state import State

_FILLS = 2000


def open_orders(state: State, body: Json) -> Any:
    """A trigger order looks like a plain one here."""
    check_dex(body)
    return [_plain(order) for order in _open(state, body)]


def frontend_orders(state: State, body: Json) -> Any:
    check_dex(body)
    return [frontend(order) for order in _open(state, body)]


def _open(state: State, body: Json) -> Iterable[Order]:
    return reversed(state.open_orders(user(body)))


def _plain(order: Order) -> Json:
    found = _common(order)
    found |= {"cloid": order.cloid} if order.cloid else {}
    return found | ({"reduceOnly": True} if order.reduce_only else {})


def _common(order: Order) -> Json:
    return {
        "coin": order.coin,
        "side": order.side,
        "limitPx": shown(order.price),
        "sz": shown(order.left),
        "oid": order.id,
        "timestamp": order.placed_ms,
        "origSz": shown(order.size),
    }


def frontend(order: Order) -> Json:
    trigger = order.trigger
    return _common(order) | {
        "triggerCondition": _condition(order),
        "isTrigger": trigger is not None,
        "triggerPx": shown(trigger.price if trigger else ZERO),
        "children": [frontend(child) for child in order.children],
        "isPositionTpsl": order.follows_position,
        "reduceOnly": order.reduce_only,
        "orderType": _type(order),
        "tif": order.tif,
        "cloid": order.cloid,
    }


def _condition(order: Order) -> str:
    if order.trigger is None:
        return "N/A"
    return f"Price {'above' if order.trigger.is_stop is order.is_buy else 'below'} {shown(order.trigger.price)}"


def _type(order: Order) -> str:
    if order.trigger is None:
        return "Limit"
    return f"{'Stop' if order.trigger.is_stop else 'Take Profit'} {'Market' if order.trigger.is_market else 'Limit'}"


def order_status(state: State, body: Json) -> Json:
    """By oid, or by cloid: then the newest, for a cloid may be used again."""
    owner, wanted = user(body), body.get("oid")
    if isinstance(wanted, str):
        wanted = cloid(wanted)
    elif type(wanted) is not int:
        raise Unreadable
    own = (order for order in reversed(state.orders.values()) if order.user == owner)
    found = next((order for order in own if wanted in (order.id, order.cloid)), None)
    if found is None:
        return {"status": "unknownOid"}
    order = {"order": frontend(found), "status": found.status, "statusTimestamp": found.status_ms}
    return {"status": "order", "order": order}


def fills(state: State, body: Json) -> Any:
    """The newest first."""
    found = [fill for fill in state.records.fills if fill.user == user(body)]
    return _fills(list(reversed(found))[:_FILLS], body)


def fills_by_time(state: State, body: Json) -> Any:
    """The oldest of the span first."""
    start, end = span(body)
    found = [fill for fill in state.records.fills if fill.user == user(body) and start <= fill.time_ms <= end]
    return _fills(found[:PAGE], body)


def _fills(found: list[Fill], body: Json) -> Any:
    if not body.get("aggregateByTime"):
        return [_fill([fill]) for fill in found]
    grouped: dict[tuple[int, int, bool], list[Fill]] = {}
    for fill in found:
        grouped.setdefault((fill.time_ms, fill.order_id, fill.is_taker), []).append(fill)
    return [_fill(parts) for parts in grouped.values()]


def _fill(parts: list[Fill]) -> Json:
    first = min(parts, key=lambda fill: fill.trade_id)
    size = sum((fill.size for fill in parts), ZERO)
    price = sum((fill.price * fill.size for fill in parts), ZERO) / size
    found: Json = {
        "coin": first.coin,
        "px": shown(price.quantize(Decimal("0.00000001"))),
        "sz": shown(size),
        "side": "B" if first.is_buy else "A",
        "time": first.time_ms,
        "startPosition": shown(first.start),
        "dir": first.direction,
        "closedPnl": shown(sum((fill.closed_pnl for fill in parts), ZERO)),
        "hash": first.hash,
        "oid": first.order_id,
        "crossed": first.is_taker,
        "fee": shown(sum((fill.fee for fill in parts), ZERO)),
        "tid": first.trade_id,
        "feeToken": "USDC",
    }
    found |= {"cloid": first.cloid} if first.cloid else {}
    return found | ({"liquidation": _liquidation(first)} if first.liquidation else {})


def _liquidation(fill: Fill) -> Json:
    assert fill.liquidation is not None
    whose, mark, method = fill.liquidation
    return {"liquidatedUser": whose, "markPx": shown(mark), "method": method}


def funding(state: State, body: Json) -> Any:
    (start, end), owner = span(body), user(body)
    rows = [row for row in state.records.funding if row.user == owner and start <= row.time_ms <= end]
    return [
        {
            "time": row.time_ms,
            "hash": "0x" + "00" * 32,
            "delta": {
                "type": "funding",
                "coin": row.coin,
                "usdc": shown(row.usdc),
                "szi": shown(row.size),
                "fundingRate": shown(row.rate),
                "nSamples": None,
            },
        }
        for row in rows[:PAGE]
    ]


def ledger(state: State, body: Json) -> Any:
    """Money that came, went or changed its place; funding has a list of its own."""
    (start, end), owner = span(body), user(body)
    moved = sorted((*state.records.deposits, *state.records.transfers), key=lambda row: row.time_ms)
    rows = [row for row in moved if owner in (row.user, row.to) and start <= row.time_ms <= end]
    return [
        {"time": row.time_ms, "hash": f"0x{number:064x}", "delta": _delta(row)}
        for number, row in enumerate(rows[:PAGE], 1)
    ]


def _delta(row: Transfer) -> Json:
    kind, usdc = _LEDGER[row.kind], shown(row.amount)
    if kind in ("deposit", "withdraw"):
        return {"type": kind, "usdc": usdc} | ({"nonce": row.time_ms, "fee": shown(row.fee)} if row.fee else {})
    if kind == "accountClassTransfer":
        return {"type": kind, "usdc": usdc, "toPerp": row.dexes[1] == ""}
    between = {"user": row.user, "destination": row.to}
    if kind in ("internalTransfer", "subAccountTransfer"):
        return {"type": kind, "usdc": usdc} | between
    token = {"token": "USDC", "amount": usdc, "usdcValue": usdc}
    dexes = {"sourceDex": row.dexes[0], "destinationDex": row.dexes[1]} if kind == "send" else {}
    return {"type": kind} | token | between | dexes


_LEDGER = {
    "deposit": "deposit",
    "withdraw3": "withdraw",
    "usdClassTransfer": "accountClassTransfer",
    "usdSend": "internalTransfer",
    "subAccountTransfer": "subAccountTransfer",
    "spotSend": "spotTransfer",
    "sendAsset": "send",
    "agentSendAsset": "send",
}
"""What the exchange calls each kind of request in the ledger."""

HANDLERS: dict[str, Callable[[State, Json], Any]] = {
    "openOrders": open_orders,
    "frontendOpenOrders": frontend_orders,
    "orderStatus": order_status,
    "userFills": fills,
    "userFillsByTime": fills_by_time,
    "userFunding": funding,
    "userNonFundingLedgerUpdates": ledger,
}
