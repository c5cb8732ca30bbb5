"""Answers made up from a layout: every field a value of its own, so that a shifted field shows."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import Any

import eth_abi.abi

from agent.venues.gmx_v2.abi import Named, Param, View, snake


def answer(view: View[Any], items: int, start: int = 1) -> tuple[bytes, list[Named]]:
    """The bytes of a list of that many structs, or of one struct, and what is in them."""
    [gives] = view.gives
    counter, listed = count(start), gives.type.endswith("[]")
    item = replace(gives, type=gives.type.removesuffix("[]"))
    wires = [_sample(item, counter) for _ in range(items if listed else 1)]
    bare = [_bare(item, wire) for wire in wires]
    return eth_abi.abi.encode([gives.type], [bare if listed else bare[0]]), wires


def _sample(param: Param, counter: Iterator[int]) -> Any:
    if param.type.endswith("[]"):
        item = replace(param, type=param.type[:-2])
        return tuple(_sample(item, counter) for _ in range(2))
    if param.parts:
        return {part.name: _sample(part, counter) for part in param.parts}
    return _leaf(param.type, next(counter))


def _leaf(kind: str, n: int) -> Any:
    leaves = {
        "address": f"0x{n:040d}",
        "bool": n % 2 == 1,
        "bytes32": n.to_bytes(32, "big"),
        "int256": -n,
        "uint8": n % 256,
    }
    return leaves.get(kind, n)


def _bare(param: Param, wire: Any) -> Any:
    if param.type.endswith("[]"):
        return [_bare(replace(param, type=param.type[:-2]), each) for each in wire]
    return tuple(_bare(part, wire[part.name]) for part in param.parts) if param.parts else wire


def shown(given: Any) -> dict[str, Any]:
    """A value class as flat names, to be compared with `flat` of what was encoded."""
    found: dict[str, Any] = {}
    for field in fields(given):
        each = getattr(given, field.name)
        found |= shown(each) if is_dataclass(each) else {} if each is None else {field.name: each}
    return found


def flat(wire: Named) -> dict[str, list[Any]]:
    """All that stands under a name, at any depth."""
    found: dict[str, list[Any]] = {}
    for name, each in wire.items():
        deeper = flat(each) if isinstance(each, dict) else {snake(name): [each]}
        for key, values in deeper.items():
            found.setdefault(key, []).extend(values)
    return found


def agrees(values: Sequence[Any], wires: Sequence[Named]) -> bool:
    """Whether each value has the figures of its struct under their names, and at least most of them."""
    return len(values) == len(wires) and all(
        all(figure in flat(wire)[name] for name, figure in shown(each).items())
        for each, wire in zip(values, wires, strict=True)
    )
