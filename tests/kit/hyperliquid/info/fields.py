"""The parts of a request, read strictly: what is missing or malformed is Unreadable, and answered with 422."""

from typing import Any

from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.canonical import address
from tests.kit.hyperliquid.refusals import Broken, Unreadable
from tests.kit.hyperliquid.state import State

Json = dict[str, Any]
PAGE = 500
"""Rows of a time range; go on from the last one's time."""
_NEVER = 2**63


def user(body: Json) -> str:
    return str(address(body.get("user")))


def whose(state: State, body: Json) -> Account:
    """The account at that address itself: of an agent, or of nobody, it is an empty one."""
    return state.account(user(body))


def text(body: Json, name: str) -> str:
    given = body.get(name)
    if not isinstance(given, str):
        raise Unreadable
    return given


def whole(body: Json, name: str, default: int | None = None) -> int:
    given = body.get(name, default)
    if type(given) is not int:
        raise Unreadable
    return given


def span(body: Json) -> tuple[int, int]:
    """startTime and endTime, both included; without an end it is open."""
    start, end = whole(body, "startTime"), body.get("endTime")
    return start, _NEVER if end is None else whole(body, "endTime")


def check_dex(body: Json) -> None:
    """Raises Broken: there is the first dex alone."""
    if body.get("dex") not in (None, ""):
        raise Broken
