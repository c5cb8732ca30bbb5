"""The documented form of each L1 action. The exchange hashes an action in this form, whatever form it came in.

So an absent optional that is sent as null, a trailing zero, an upper-case address or a key out of order is hashed
differently here than it was signed, and names another signer.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from tests.kit.hyperliquid.amounts import plain, read
from tests.kit.hyperliquid.refusals import Unreadable

Shape: TypeAlias = Callable[[Any], Any]
_ABSENT = object()


def text(given: Any) -> str:
    if not isinstance(given, str):
        raise Unreadable
    return given


def boolean(given: Any) -> bool:
    if not isinstance(given, bool):
        raise Unreadable
    return given


def integer(given: Any) -> int:
    if type(given) is not int or not -(2**63) <= given < 2**64:
        raise Unreadable
    return given


def number(given: Any) -> str:
    return plain(read(given))


def _mapping(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Unreadable
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise Unreadable
    return given


def hexadecimal(size: int) -> Shape:
    def shape(given: Any) -> str:
        found = text(given).lower()
        if len(found) != 2 + 2 * size or not found.startswith("0x") or not _is_hex(found[2:]):
            raise Unreadable
        return found

    return shape


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdef" for digit in digits)


address, cloid = hexadecimal(20), hexadecimal(16)


def choice(*names: str) -> Shape:
    def shape(given: Any) -> str:
        if given not in names:
            raise Unreadable
        return text(given)

    return shape


def array(each: Shape) -> Shape:
    return lambda given: [each(item) for item in _list(given)]


def optional(shape: Shape) -> Shape:
    """Left out when absent; null counts as absent."""
    return lambda given: _ABSENT if given in (None, _ABSENT) else shape(given)


def flag(given: Any) -> Any:
    """Left out when false."""
    return True if given not in (_ABSENT, None) and boolean(given) else _ABSENT


def struct(**fields: Shape) -> Shape:
    """Keys in the order of the fields; keys that are none are ignored."""

    def shape(given: Any) -> dict[str, Any]:
        found = {name: each(_mapping(given).get(name, _ABSENT)) for name, each in fields.items()}
        return {name: part for name, part in found.items() if part is not _ABSENT}

    return shape


def one_of(**variants: Shape) -> Shape:
    """An object with a single key that says what it holds."""

    def shape(given: Any) -> dict[str, Any]:
        [name] = _mapping(given) if len(_mapping(given)) == 1 else [""]
        if name not in variants:
            raise Unreadable
        return {name: variants[name](given[name])}

    return shape


def grouping(given: Any) -> Any:
    return struct(p=integer)(given) if isinstance(given, dict) else choice("na", "normalTpsl", "positionTpsl")(given)


def order_id(given: Any) -> Any:
    return cloid(given) if isinstance(given, str) else integer(given)


_LIMIT = struct(tif=choice("Gtc", "Ioc", "Alo", "FrontendMarket"))
_TRIGGER = struct(isMarket=boolean, triggerPx=number, tpsl=choice("tp", "sl"))
_KIND = one_of(limit=_LIMIT, trigger=_TRIGGER)
ORDER = struct(a=integer, b=boolean, p=number, s=number, r=boolean, t=_KIND, c=optional(cloid))
_BUILDER = struct(b=address, f=integer)

L1_ACTIONS: dict[str, Shape] = {
    "order": struct(type=text, orders=array(ORDER), grouping=grouping, builder=optional(_BUILDER)),
    "cancel": struct(type=text, cancels=array(struct(a=integer, o=integer)), f=flag),
    "cancelByCloid": struct(type=text, cancels=array(struct(asset=integer, cloid=cloid))),
    "modify": struct(type=text, oid=order_id, order=ORDER, a=flag),
    "batchModify": struct(type=text, modifies=array(struct(oid=order_id, order=ORDER)), a=flag),
    "updateLeverage": struct(type=text, asset=integer, isCross=boolean, leverage=integer),
    "updateIsolatedMargin": struct(type=text, asset=integer, isBuy=boolean, ntli=integer),
    "topUpIsolatedOnlyMargin": struct(type=text, asset=integer, leverage=number),
    "scheduleCancel": struct(type=text, time=optional(integer)),
    "noop": struct(type=text),
    "agentSetAbstraction": struct(type=text, abstraction=choice("i", "u", "p")),
    "agentSendAsset": struct(
        type=text, destination=address, sourceDex=text, destinationDex=text, token=text, amount=number,
        fromSubAccount=text, nonce=integer,
    ),
    "reserveRequestWeight": struct(type=text, weight=integer, destination=optional(address)),
    "createSubAccount": struct(type=text, name=text),
    "subAccountTransfer": struct(type=text, subAccountUser=address, isDeposit=boolean, usd=integer),
}  # fmt: skip


def canonical(action: dict[str, Any]) -> dict[str, Any]:
    """Raises Unreadable for what is no L1 action."""
    shape = L1_ACTIONS.get(action.get("type", ""))
    if shape is None:
        raise Unreadable
    found: dict[str, Any] = shape(action)
    return found
