"""Our words as JSON and back: for the journal, for --json, for a report file.

Exact both ways: a Decimal travels as a string, bytes as 0x hex, and every dataclass says in "type" what it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from agent.units import Quantity

T = TypeVar("T")
Reader = Callable[[Any], Any]


def plain(thing: object) -> Any:
    """What `json.dumps` takes. TypeError for a thing that is none of our words."""
    if isinstance(thing, Enum):
        return thing.value
    if thing is None or isinstance(thing, bool | int | str):
        return thing
    if isinstance(thing, Quantity | Decimal):
        return str(thing)
    if isinstance(thing, bytes):
        return "0x" + thing.hex()
    if isinstance(thing, tuple | list):
        return [plain(each) for each in thing]
    if isinstance(thing, Mapping):
        return {str(key): plain(each) for key, each in thing.items()}
    kind: Any = type(thing)
    return {"type": kind.__name__, **{name: plain(getattr(thing, name)) for name in _names(kind)}}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} has no plain form")
    return tuple(field.name for field in fields(kind))


def revive(kind: type[T], found: Any) -> T:
    """The thing of that kind that `plain` made this of. ValueError for what it never makes."""
    wanted: Any = kind
    return cast("T", _reader(wanted)(found))


@cache
def _reader(kind: Any) -> Reader:
    """How to read one type, worked out once."""
    kind = getattr(kind, "__supertype__", kind)  # a NewType is its own string
    if get_origin(kind) in (Union, UnionType):
        return _one_of(get_args(kind))
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind))
    if get_origin(kind) is Mapping:
        return _mapping(get_args(kind))
    if get_origin(kind) is Literal:
        return _exactly(*map(type, get_args(kind)))
    if is_dataclass(kind):
        return _dataclass(kind)
    if kind is object:  # a venue's own affair: it stays as it was written
        return lambda found: found
    if kind is bytes:
        return lambda found: bytes.fromhex(found.removeprefix("0x"))
    if kind in (str, int, bool, NoneType):
        return _exactly(kind)
    return cast("Reader", kind)  # a Quantity or an Enum


def _one_of(kinds: tuple[Any, ...]) -> Reader:
    """Dataclasses are told apart by their names; of the rest there is at most one, and None."""
    named = {kind.__name__: _reader(kind) for kind in kinds if kind is not NoneType}
    only = next(iter(named.values()))

    def read(found: Any) -> Any:
        if found is None and NoneType in kinds:
            return None
        return only(found) if len(named) == 1 else named[found["type"]](found)

    return read


def _tuple(kinds: tuple[Any, ...]) -> Reader:
    if kinds[-1] is Ellipsis:
        each = _reader(kinds[0])
        return lambda found: tuple(each(part) for part in found)
    parts = [_reader(kind) for kind in kinds]
    return lambda found: tuple(read(part) for read, part in zip(parts, found, strict=True))


def _mapping(kinds: tuple[Any, ...]) -> Reader:
    key, each = map(_reader, kinds)
    return lambda found: {key(name): each(thing) for name, thing in found.items()}


def _dataclass(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in _names(kind)}

    def read(found: Any) -> Any:
        if not isinstance(found, dict) or found.get("type") != kind.__name__:
            raise ValueError(f"expected a {kind.__name__}, not {found!r}")
        return kind(**{name: read(found[name]) for name, read in readers.items() if name in found})

    return read


def _exactly(*kinds: type) -> Reader:
    def read(found: Any) -> Any:
        if type(found) not in kinds:
            raise ValueError(f"expected {kinds[0].__name__}, not {found!r}")
        return found

    return read
