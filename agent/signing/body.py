"""The body of a request, read strictly: what is hashed is what stands there, and it stands there in one way only."""

import json
import re
from collections.abc import Mapping
from typing import Any

from agent.errors import Refused
from agent.firewall import Rule
from agent.model import value

_KEYS = ["action", "nonce", "vaultAddress", "expiresAfter"]
_LOWER = re.compile("0x[0-9a-f]{40}")


@value
class Body:
    """`vault` is the sub-account that is signed for; the expiry is in the exchange's milliseconds."""

    action: Mapping[str, Any]
    nonce: int
    vault: str | None
    expires_after: int | None


def spelled(found: object) -> bytes:
    """Compact JSON, keys in the order they have."""
    return json.dumps(found, separators=(",", ":")).encode()


def parse(raw: bytes) -> Body:
    """Refused: floats, keys twice, blanks, another order or spelling, and whatever is not such a body at all."""
    try:
        found = json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
    except ValueError as error:
        raise Refused(Rule.NOT_CANONICAL, str(error)) from None
    if not isinstance(found, dict) or list(found) != _KEYS or spelled(found) != raw:
        raise Refused(Rule.NOT_CANONICAL, raw[:80].decode(errors="replace"), f"compact JSON of {', '.join(_KEYS)}")
    action, nonce, vault, expires_after = found.values()
    if not isinstance(action, dict) or next(iter(action), "") != "type":
        raise Refused(Rule.NOT_CANONICAL, "action", "an object whose first key is its type")
    if vault is not None and not (isinstance(vault, str) and _LOWER.fullmatch(vault)):
        raise Refused(Rule.NOT_CANONICAL, f"vaultAddress {vault!r}", "null, or an address in lower case")
    for name, number in (("nonce", nonce), ("expiresAfter", 0 if expires_after is None else expires_after)):
        if type(number) is not int or number < 0:  # JSON's true is Python's 1
            raise Refused(Rule.NOT_CANONICAL, f"{name} {number!r}", "a whole number")
    return Body(action=action, nonce=nonce, vault=vault, expires_after=expires_after)


def _no_float(text: str) -> None:
    raise ValueError(f"{text} is no whole number: sizes and prices travel as strings")
