"""The body of a Hyperliquid message as values, strictly read: one spelling for one meaning.

What is hashed packs an action's keys in the order they stand in. Keys and order: API documentation, exchange.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from agent.model import value

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,20})(\.[0-9]{0,20}[1-9])?")


@value
class Trigger:
    """What an order waits for."""

    price: Decimal
    at_market: bool
    kind: str


@value
class Order:
    """`size` and `price` count the exchange's own coins. It has a time in force, or a trigger."""

    asset: int
    buys: bool
    price: Decimal
    size: Decimal
    reduce_only: bool
    in_force: str | None
    trigger: Trigger | None
    client_id: str


@value
class Orders:
    orders: tuple[Order, ...]
    grouping: object
    builder: str | None
    """Who would be paid for the front end, in words; None where the key is not there."""


@value
class Cancels:
    """Asset and order id of each."""

    orders: tuple[tuple[int, int], ...]


@value
class Leverage:
    asset: int
    cross: bool
    leverage: int


@value
class Margin:
    """Into the position's own margin (> 0) or out of it, in millionths of a dollar."""

    asset: int
    millionths: int


@value
class Unknown:
    """No action that is ever allowed; what it says is not read."""

    type: str


Said: TypeAlias = Orders | Cancels | Leverage | Margin | Unknown


@value
class Body:
    """`vault` is whatever JSON stands there."""

    action: Said
    nonce: int
    vault: object
    expires_after: int


def read(raw: bytes) -> Body:
    """ValueError for anything but compact JSON of exactly the documented keys, each once, in their order."""
    action, nonce, vault, expires = _fields(_json(raw), action=dict, nonce=int, vaultAddress=object, expiresAfter=int)
    return Body(action=_action(action), nonce=nonce, vault=vault, expires_after=expires)


def _json(raw: bytes) -> object:
    try:
        found = json.loads(raw)
        spelled = json.dumps(found, separators=(",", ":")).encode()
    except RecursionError:
        raise ValueError("nested without end") from None
    if spelled != raw:
        raise ValueError(f"{len(raw)} bytes that are spelled in {len(spelled)}")
    return found


def _fields(found: object, **kinds: type) -> tuple[Any, ...]:
    """`object` is anything. True is no whole number, and nothing is a float: prices and sizes travel as strings."""
    if not isinstance(found, dict) or list(found) != list(kinds):
        raise ValueError(f"{str(found)[:80]}: not an object of {', '.join(kinds)}")
    for name, kind in kinds.items():
        if kind is not object and type(found[name]) is not kind:
            raise ValueError(f"{name}: {str(found[name])[:80]}: not {kind.__name__}")
    return tuple(found.values())


def _number(text: str) -> Decimal:
    """Plain, not negative, without an exponent and without zeros that say nothing."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:80]!r}: not a plain number")
    return Decimal(text)


def _action(found: dict[str, Any]) -> Said:
    kind = found.get("type")
    read_as = _ACTIONS.get(kind) if isinstance(kind, str) else None
    return read_as(found) if read_as else Unknown(type=str(kind)[:80])


def _orders(found: dict[str, Any]) -> Orders:
    builder = {"builder": object} if "builder" in found else {}
    _, orders, grouping, *paid = _fields(found, type=str, orders=list, grouping=object, **builder)
    return Orders(orders=tuple(map(_order, orders)), grouping=grouping, builder=str(paid[0])[:80] if paid else None)


def _order(found: object) -> Order:
    asset, buys, price, size, reduce_only, form, client_id = _fields(
        found, a=int, b=bool, p=str, s=str, r=bool, t=dict, c=str
    )
    waits = "trigger" in form
    return Order(
        asset=asset,
        buys=buys,
        price=_number(price),
        size=_number(size),
        reduce_only=reduce_only,
        in_force=None if waits else _in_force(form),
        trigger=_trigger(form) if waits else None,
        client_id=client_id,
    )


def _in_force(found: object) -> str:
    (limit,) = _fields(found, limit=dict)
    (in_force,) = _fields(limit, tif=str)
    return str(in_force)


def _trigger(found: object) -> Trigger:
    (trigger,) = _fields(found, trigger=dict)
    at_market, price, kind = _fields(trigger, isMarket=bool, triggerPx=str, tpsl=str)
    return Trigger(price=_number(price), at_market=at_market, kind=kind)


def _cancels(found: dict[str, Any]) -> Cancels:
    _, orders = _fields(found, type=str, cancels=list)
    pairs = (_fields(each, a=int, o=int) for each in orders)
    return Cancels(orders=tuple((asset, oid) for asset, oid in pairs))


def _leverage(found: dict[str, Any]) -> Leverage:
    _, asset, cross, leverage = _fields(found, type=str, asset=int, isCross=bool, leverage=int)
    return Leverage(asset=asset, cross=cross, leverage=leverage)


def _margin(found: dict[str, Any]) -> Margin:
    """`isBuy` says nothing as long as an account has one position in a coin; it is documented as true."""
    _, asset, buys, millionths = _fields(found, type=str, asset=int, isBuy=bool, ntli=int)
    if not buys:
        raise ValueError("isBuy: False: not true")
    return Margin(asset=asset, millionths=millionths)


_ACTIONS: dict[str, Callable[[dict[str, Any]], Said]] = {
    "order": _orders,
    "cancel": _cancels,
    "updateLeverage": _leverage,
    "updateIsolatedMargin": _margin,
}
ALLOWED = tuple(_ACTIONS)
