"""Contract calls from one line of text, with the names of what they carry. Pure.

    Function("getPrice(address token) returns ((uint256 min, uint256 max) price)")

Bytes are read in one spelling only, the encoder's own: an answer in another layout, whose fields would slip into each
other's places, is longer or shorter than what its values encode to.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Generic, TypeVar, cast, get_type_hints

import eth_abi.abi
from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address

from agent.errors import Mismatch
from agent.evm import Method
from agent.model import Address, Name, value
from agent.reading import Read

T = TypeVar("T")

Named = dict[str, Any]
"""By the names of the wire ("sizeInUsd"): structs are `Named`, lists are tuples, addresses have their checksum."""


@value
class Param:
    """One argument, output or struct field; without a name it is called by its place ("0")."""

    name: str
    type: str
    parts: tuple["Param", ...] = ()


def params(text: str) -> tuple[Param, ...]:
    """From "address market, (uint256 min, uint256 max)[] prices"."""
    return tuple(_param(part.strip(), place) for place, part in enumerate(_split(text)))


def _param(text: str, place: int) -> Param:
    inside, closed, after = text.rpartition(")")
    kind, _, name = after.partition(" ")
    parts = params(inside[1:])
    return Param(name=name or str(place), type=types(parts) + kind if closed else kind, parts=parts)


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for n, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            yield text[start:n]
            start = n + 1
    if text:
        yield text[start:]


def types(of: Sequence[Param]) -> str:
    """As signatures have them: "(address,(uint256,uint256)[])"."""
    return f"({','.join(param.type for param in of)})"


def decode(of: Sequence[Param], raw: bytes) -> Named:
    """ValueError where the bytes are not exactly what their values encode to."""
    kinds = [param.type for param in of]
    try:
        values = eth_abi.abi.decode(kinds, raw)
    except (DecodingError, OverflowError) as error:
        raise ValueError(f"{len(raw)} bytes do not decode: {error}") from error
    again = eth_abi.abi.encode(kinds, values)
    if again != raw:
        raise ValueError(f"{len(raw)} bytes decode to values that encode to {len(again)} other bytes")
    return _names(of, values)


def encode(of: Sequence[Param], values: Sequence[object]) -> bytes:
    """A struct may be given as a value class, as `Named` or as a tuple."""
    bare = [_bare(param, each) for param, each in zip(of, values, strict=True)]
    return eth_abi.abi.encode([param.type for param in of], bare)


def _names(of: Sequence[Param], values: Sequence[Any]) -> Named:
    return {param.name: _named(param, each) for param, each in zip(of, values, strict=True)}


def _named(param: Param, raw: Any) -> Any:
    if param.type.endswith("[]"):
        item = replace(param, type=param.type[:-2])
        return tuple(_named(item, each) for each in raw)
    if param.parts:
        return _names(param.parts, raw)
    return Address(to_checksum_address(raw)) if param.type == "address" else raw


def _bare(param: Param, given: Any) -> Any:
    if param.type.endswith("[]"):
        item = replace(param, type=param.type[:-2])
        return [_bare(item, each) for each in given]
    if not param.parts:
        return given
    if isinstance(given, tuple):
        return tuple(_bare(part, each) for part, each in zip(param.parts, given, strict=True))
    return tuple(_bare(part, _part_of(given, part)) for part in param.parts)


def _part_of(given: Any, part: Param) -> Any:
    """A value class is flat: what the wire groups ("addresses", "numbers") it has itself."""
    if isinstance(given, Mapping):
        return given[part.name]
    return getattr(given, snake(part.name), given) if part.parts else getattr(given, snake(part.name))


def fill(kind: type[T], wire: Named) -> T:
    """A value class from what was read, by name and through the groups of the wire.

    Only a field with a default may be missing. Names that the class does not have are left out; a name that stands at
    two places is an error, as is one that is missing.
    """
    found: dict[str, list[Any]] = {}
    for name, each in _leaves(wire):
        found.setdefault(name, []).append(each)
    if not (is_dataclass(kind) and isinstance(kind, type)):
        raise TypeError(f"{kind} is not a value class")
    wanted = {field.name for field in fields(kind)} & set(found)
    if twice := [name for name in wanted if len(found[name]) > 1]:
        raise ValueError(f"{kind.__name__}: {twice[0]} stands there twice")
    try:
        return cast("T", kind(**{name: _filled(_hints(kind)[name], found[name][0]) for name in wanted}))
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error


def _filled(hint: Any, wire: Any) -> Any:
    return fill(hint, wire) if isinstance(wire, dict) else wire


def _leaves(wire: Named) -> Iterator[tuple[str, Any]]:
    """All names at all depths, also those of the groups."""
    for name, each in wire.items():
        yield snake(name), each
        if isinstance(each, dict):
            yield from _leaves(each)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def snake(name: str) -> str:
    """size_in_usd for sizeInUsd."""
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name.strip("_").replace(".", "_")).lower()


class Function(Method):
    """A contract method whose arguments and outputs have names."""

    def __init__(self, text: str) -> None:
        head, _, outputs = text.partition(" returns ")
        self.name, _, inputs = head.partition("(")
        self.takes, self.gives = params(inputs[:-1]), params(outputs[1:-1])
        super().__init__(self.name + types(self.takes), *(param.type for param in self.gives))

    def data(self, *args: object) -> bytes:
        return self.selector + encode(self.takes, args)

    def args(self, data: bytes) -> Named:
        """What a call carries. ValueError when the bytes are not such a call in its one spelling."""
        if data[:4] != self.selector:
            raise ValueError(f"0x{data[:4].hex()} is not the selector of {self.name}")
        return decode(self.takes, data[4:])

    def outputs_of(self, raw: bytes) -> Named:
        return decode(self.gives, raw)

    def value_of(self, raw: bytes) -> Any:
        """The output, or a tuple when there are several."""
        values = tuple(self.outputs_of(raw).values())
        return values[0] if len(values) == 1 else values

    def _decode(self, to: Address, raw: bytes) -> Any:
        if not raw and self.gives:
            raise Mismatch(f"{self.name} at {to} answered nothing: is there such a contract on this chain?")
        try:
            return self.value_of(raw)
        except ValueError as error:
            raise ValueError(f"{self.name} at {to}: {error}") from error


class View(Function, Generic[T]):
    """A method whose answer becomes a value: `build` is given what `Function.value_of` gives."""

    def __init__(self, text: str, build: Callable[[Any], T]) -> None:
        super().__init__(text)
        self._build = build

    def value_of(self, raw: bytes) -> T:
        return self._build(super().value_of(raw))

    def at(self, source: Name, to: Address, *args: object) -> Read[T]:
        return super().at(source, to, *args)


def one(kind: type[T]) -> Callable[[Named], T]:
    """Builds a value of that class."""
    return lambda wire: fill(kind, wire)


def many(kind: type[T]) -> Callable[[Sequence[Named]], tuple[T, ...]]:
    """Builds a tuple of values of that class."""
    return lambda wires: tuple(fill(kind, wire) for wire in wires)
