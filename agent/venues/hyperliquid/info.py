"""The questions to the exchange, and its answers as values. Numbers arrive as strings and become Decimals."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from agent.model import Name
from agent.reading import Read

T = TypeVar("T")


def ask(source: Name, decode: Callable[[Any], T], **fields: object) -> Read[T]:
    """One question. What it cannot make sense of is a ValueError, with the answer's first letters."""
    request = json.dumps(fields, separators=(",", ":")).encode()

    def sane(raw: bytes) -> T:
        try:
            return decode(json.loads(raw))
        except (KeyError, TypeError, AttributeError, IndexError, InvalidOperation) as error:
            raise ValueError(f"{fields['type']}: {raw[:80]!r} makes no sense ({error!r})") from error

    return Read(source=source, request=request, decode=sane)


def number(text: object) -> Decimal:
    """From a decimal string; never from a float."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no decimal string")
    found = Decimal(text)
    if not found.is_finite():
        raise InvalidOperation(f"{text!r} is not finite")
    return found


def maybe(text: object) -> Decimal | None:
    return None if text is None else number(text)


def whole(found: object) -> int:
    if type(found) is not int:
        raise TypeError(f"{found!r} is no whole number")
    return found


def word(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r} is no word")
    return found


def table(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise TypeError(f"{str(found)[:40]!r} is no table")
    return found
