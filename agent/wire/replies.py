"""What the exchange says to a signed request, in words for the diary. It decides nothing: only a look does."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

_TAKEN = ("taken", "filled ", "resting ")
_OWN = (*_TAKEN, "refused: ")


def taken(answers: Sequence[str]) -> bool:
    """Whether the last of these says that nothing more needs to be sent."""
    return bool(answers) and answers[-1].startswith(_TAKEN)


def arrived(answers: Sequence[str]) -> bool:
    """Whether the exchange itself gave the last of these, whatever it says: nothing got lost on the way."""
    return bool(answers) and answers[-1].startswith(_OWN)


def said(status: int, body: bytes) -> str:
    """HTTP 200 may hold an error for each order; a whole request is refused with one text."""
    try:
        return _http(status) + "; ".join(_words(json.loads(body)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{_http(status)}{' '.join(body[:300].decode(errors='replace').split()) or 'nothing'}"


def _http(status: int) -> str:
    return "" if status == 200 else f"HTTP {status}: "


def _words(found: Any) -> Iterator[str]:
    if found["status"] != "ok":
        yield f"refused: {found['response']}"
        return
    statuses = found["response"].get("data", {}).get("statuses")
    if statuses is None:
        yield "taken"
        return
    yield from map(_status, statuses)


def _status(status: Any) -> str:
    """Of one order or one cancel."""
    if isinstance(status, str):
        return status
    if "error" in status:
        return f"refused: {status['error']}"
    if "filled" in status:
        filled = status["filled"]
        return f"filled {filled['totalSz']} at {filled['avgPx']} (order {filled['oid']})"
    return f"resting (order {status['resting']['oid']})"
