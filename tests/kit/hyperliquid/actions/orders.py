"""order, cancel, cancelByCloid, modify, batchModify, scheduleCancel."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ParamSpec

from tests.kit.hyperliquid import checks, matching
from tests.kit.hyperliquid.orders import Order, Trigger
from tests.kit.hyperliquid.refusals import BatchRefused, OrderRefused, Refused
from tests.kit.hyperliquid.requests import Json, Request
from tests.kit.hyperliquid.state import State

P = ParamSpec("P")
_DONE: Json = {"type": "default"}
_SOONEST_MS, _SCHEDULES_A_DAY, _DAY_MS = 5_000, 10, 86_400_000


def order(state: State, request: Request) -> Json:
    group = request.action["grouping"]
    orders = [_order(state, request, given, group == "positionTpsl") for given in request.action["orders"]]
    try:
        checks.batch(state, orders)
    except BatchRefused as refusal:
        return _for_all(state, refusal)
    place = _with_children if group == "normalTpsl" else _each
    return _statuses("order", place(state, orders))


def _for_all(state: State, refusal: BatchRefused) -> Json:
    if state.unknowns.batch_as_err:
        raise Refused(refusal.text)
    return _statuses("order", [{"error": refusal.text}])


def _order(state: State, request: Request, given: Json, follows: bool = False) -> Order:
    asset, size, now = state.asset(given["a"]), Decimal(given["s"]), state.now_ms
    limit, trigger = given["t"].get("limit"), given["t"].get("trigger")
    return Order(
        id=state.next_id(), user=request.account.address, asset=given["a"], coin=asset.name, is_buy=given["b"],
        price=Decimal(given["p"]), size=size, left=size, reduce_only=given["r"], tif=limit and limit["tif"],
        trigger=trigger and _trigger(trigger), cloid=given.get("c"), nonce=request.nonce, follows_position=follows,
        placed_ms=now, status_ms=now,
    )  # fmt: skip


def _trigger(given: Json) -> Trigger:
    price = Decimal(given["triggerPx"])
    return Trigger(price=price, is_market=given["isMarket"], is_stop=given["tpsl"] == "sl")


def _each(state: State, orders: Sequence[Order]) -> list[Any]:
    placed = [_try(matching.place, state, order) for order in orders]
    return [
        "waitingForTrigger" if o.follows_position and "resting" in r else r
        for o, r in zip(orders, placed, strict=True)
    ]


def _with_children(state: State, orders: Sequence[Order]) -> list[Any]:
    """The first is the parent. The others are placed once it is filled, and the first to fill ends the others."""
    parent, *children = orders
    for child in children:
        child.siblings = [each.id for each in children if each is not child]
    parent.children = children
    placed = _try(matching.place, state, parent)
    if not parent.left:
        return [placed, *("waitingForTrigger" for _ in children)]
    if parent.is_open and "error" not in placed:
        return [placed, *("waitingForFill" for _ in children)]
    return [placed, *({"error": checks.MISSING} for _ in children)]


def cancel(state: State, request: Request) -> Json:
    def one(given: Json) -> Any:
        found = state.orders.get(given["o"])
        return _cancel(state, request, found if found and found.asset == given["a"] else None)

    return _statuses("cancel", [_try(one, given) for given in request.action["cancels"]])


def cancel_by_cloid(state: State, request: Request) -> Json:
    def one(given: Json) -> Any:
        return _cancel(state, request, _by_cloid(state, request, given["cloid"], given["asset"]))

    return _statuses("cancel", [_try(one, given) for given in request.action["cancels"]])


def _by_cloid(state: State, request: Request, cloid: str, asset: int | None = None) -> Order | None:
    """The newest that is still open."""
    own = reversed(state.open_orders(request.account.address))
    return next((each for each in own if each.cloid == cloid and asset in (None, each.asset)), None)


def _cancel(state: State, request: Request, found: Order | None) -> str:
    if found is None or found.user != request.account.address or not found.is_open:
        raise OrderRefused(checks.MISSING)
    matching.cancel(state, found)
    return "success"


def modify(state: State, request: Request) -> Json:
    """Raises Refused where the order is gone, or the new one is refused."""
    placed = _modify(state, request, request.action)
    if "error" in placed:
        raise Refused(placed["error"])
    return _DONE


def batch_modify(state: State, request: Request) -> Json:
    return _statuses("order", [_modify(state, request, given) for given in request.action["modifies"]])


def _modify(state: State, request: Request, given: Json) -> Any:
    """Cancels and places anew, with a new id; with `a` it is placed even where there was nothing to cancel."""
    oid, new = given["oid"], _order(state, request, given["order"])
    old = _by_cloid(state, request, oid) if isinstance(oid, str) else state.orders.get(oid)
    gone = _try(_cancel, state, request, old)
    if "error" in gone and not request.action.get("a"):
        return gone
    return _try(_checked, state, new)


def _checked(state: State, new: Order) -> Any:
    checks.batch(state, [new])
    return matching.place(state, new)


def schedule_cancel(state: State, request: Request) -> Json:
    """All open orders go at that time, at the earliest in 5 s, at most 10 times a day."""
    account, when = request.account, request.action.get("time")
    day, done = account.schedules_today
    spent = day == state.now_ms // _DAY_MS and done >= _SCHEDULES_A_DAY
    if when is not None and (when < state.now_ms + _SOONEST_MS or spent):
        raise Refused(state.unknowns.denied.format(what="a schedule like this"))
    account.schedule_ms = when
    return _DONE


def run_schedules(state: State) -> None:
    for account in state.accounts.values():
        if account.schedule_ms is None or account.schedule_ms > state.now_ms:
            continue
        account.schedule_ms = None
        day, done = account.schedules_today
        today = state.now_ms // _DAY_MS
        account.schedules_today = (today, (done if day == today else 0) + 1)
        for each in state.open_orders(account.address):
            matching.cancel(state, each, "scheduledCancel")


def _try(act: Callable[P, Any], *args: P.args, **named: P.kwargs) -> Any:
    try:
        return act(*args, **named)
    except OrderRefused as refusal:
        return {"error": refusal.text}


def _statuses(kind: str, statuses: list[Any]) -> Json:
    return {"type": kind, "data": {"statuses": statuses}}


HANDLERS: dict[str, Callable[[State, Request], Json]] = {
    "order": order,
    "cancel": cancel,
    "cancelByCloid": cancel_by_cloid,
    "modify": modify,
    "batchModify": batch_modify,
    "scheduleCancel": schedule_cancel,
}
