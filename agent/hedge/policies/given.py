"""A policy's parameters as a configuration writes them, read as the type that the policy declares."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from agent.units import Quantity


def read(kind: Any, given: object) -> object:
    """ValueError says what it must be, and what it is instead."""
    if get_origin(kind) is Literal:
        return _choice(get_args(kind), given)
    if get_origin(kind) is Mapping:
        return _by_date(get_args(kind)[1], given)
    if kind is int:
        return _whole(given)
    return _quantity(kind, given)


def _quantity(kind: type[Quantity], given: object) -> Quantity:
    if isinstance(given, Quantity):
        if type(given) is not kind:
            raise ValueError(f"must be a {kind.__name__}, not {given!r}")
        return given
    if isinstance(given, str | int | Decimal) and not isinstance(given, bool):
        try:
            return kind(given)
        except (ArithmeticError, ValueError):
            pass
    raise ValueError(f"must be a number, like 0.5, not {_shown(given)}")


def _whole(given: object) -> int:
    if isinstance(given, str) and given.isascii() and given.isdigit():
        return int(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    raise ValueError(f"must be a whole number, like 30, not {_shown(given)}")


def _choice(allowed: tuple[str, ...], given: object) -> str:
    if given in allowed:
        return str(given)
    raise ValueError(f"must be one of {', '.join(allowed)}, not {_shown(given)}")


def _by_date(kind: type[Quantity], given: object) -> Mapping[date, Quantity]:
    if not isinstance(given, Mapping):
        raise ValueError(f'must be a table, like {{ 2027-01-31 = "0.5" }}, not {_shown(given)}')
    return {_date(day): _at(day, kind, number) for day, number in given.items()}


def _date(given: object) -> date:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"has a date that is none: {_shown(given)}; write it like 2027-01-31") from None


def _at(day: object, kind: type[Quantity], given: object) -> Quantity:
    try:
        return _quantity(kind, given)
    except ValueError as error:
        raise ValueError(f"at {day} {error}") from None


def _shown(given: object) -> str:
    """As it was written."""
    return repr(given) if isinstance(given, str) else str(given)
