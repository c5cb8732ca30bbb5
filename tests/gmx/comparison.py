"""Where two answers of the same shape differ.

GMX takes powers in a fixed-point approximation, and we multiply: what holds a price impact agrees to fifteen digits,
and everything else to the last.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eth_abi.abi import decode
from eth_utils.abi import collapse_if_tuple

_LISTS = ("address", "uint256", "int256", "bool", "bytes32", "bytes", "string")
_GROUPS = ",".join(f"((string,{kind})[],(string,{kind}[])[])" for kind in _LISTS)
EVENT = ["address", "string", f"({_GROUPS})"]

NEAR = frozenset({"priceImpactUsd", "totalImpactUsd", "pnlAfterPriceImpactUsd", "remainingCollateralUsd"})
_DIGITS = 10**15

Leaf = tuple[str, Any]


def decoded(outputs: Sequence[Mapping[str, Any]], data: bytes) -> list[Leaf]:
    """The single values that an answer consists of, each with its path."""
    values = decode([collapse_if_tuple(dict(output)) for output in outputs], data)
    return [leaf for output, one in zip(outputs, values, strict=True) for leaf in _leaves(output, one, "")]


def event(data: bytes) -> tuple[str, list[Leaf]]:
    """Its name, and its items by group and key."""
    _, name, groups = decode(EVENT, data)
    found: list[Leaf] = []
    for kind, (items, lists) in zip(_LISTS, groups, strict=True):
        found += [(f"{kind} {item}", value) for item, value in items]
        found += [(f"{kind}[] {item}", tuple(values)) for item, values in lists]
    return name, found


def differences(
    theirs: Sequence[Leaf], ours: Sequence[Leaf], exempt: frozenset[str] = frozenset(), near: frozenset[str] = NEAR
) -> Iterator[str]:
    """`exempt` and `near` name leaves by the last part of their path."""
    if [path for path, _ in theirs] != [path for path, _ in ours]:
        yield f"shape: {[path for path, _ in theirs]} != {[path for path, _ in ours]}"
        return
    for (path, expected), (_, found) in zip(theirs, ours, strict=True):
        last = re.split(r"[ .]", path)[-1]
        if last not in exempt and not _same(expected, found, near=last in near):
            yield f"{path}: {_shown(expected)} != {_shown(found)}"


def _same(expected: Any, found: Any, *, near: bool) -> bool:
    if near:
        return bool(abs(expected - found) * _DIGITS <= abs(expected))
    return bool(expected == found)


def words(data: bytes) -> list[Leaf]:
    """A custom error: its selector, and its arguments as numbers."""
    body = data[4:]
    return [("selector", data[:4]), *((str(i), int.from_bytes(body[i : i + 32])) for i in range(0, len(body), 32))]


def _leaves(output: Mapping[str, Any], value: Any, path: str) -> Iterator[Leaf]:
    here, kind = f"{path}.{output.get('name', '')}", output["type"]
    if kind.endswith("]"):
        inner = {**output, "type": kind[: kind.rindex("[")]}
        yield f"{here}.length", len(value)
        for place, one in enumerate(value):
            yield from _leaves(inner, one, f"{here}[{place}]")
    elif kind == "tuple":
        for component, one in zip(output["components"], value, strict=True):
            yield from _leaves(component, one, here)
    else:
        yield here, value


def _shown(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
