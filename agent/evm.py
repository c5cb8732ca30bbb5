"""The words of an EVM chain as readings: calls and answers as bytes, no socket.

A request is a JSON-RPC method and its parameters. PIN stands for the block hash that the chain is read at;
whoever answers (the live chain, a fork) puts its own in. Integers stay integers here: units.py scales them.
"""

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from agent.errors import Mismatch
from agent.model.base import Address, Name
from agent.model.observed import Stamp
from agent.reading import Read

T = TypeVar("T")

PIN = "$pin"
HEAD = "$head"
"""Asks for the pinned block itself; answered without a round trip."""
MAX_UINT256 = 2**256 - 1


class Method:
    """A contract method by its signature: `Method("balanceOf(address)", "uint256")`."""

    def __init__(self, signature: str, *outputs: str) -> None:
        self.signature, self.outputs = signature, outputs
        self.inputs = _inputs(signature)

    @cached_property
    def selector(self) -> bytes:
        return bytes(keccak(text=self.signature)[:4])

    def data(self, *args: object) -> bytes:
        return self.selector + encode(self.inputs, args)

    def at(self, source: Name, to: Address, *args: object) -> Read[Any]:
        """Calls it at the pin. Decodes to the output, or to a tuple when there are several."""
        call = {"to": to, "data": "0x" + self.data(*args).hex()}
        return rpc(source, "eth_call", call, PIN, decode=lambda raw: self._decode(to, hex_bytes(raw)))

    def _decode(self, to: Address, raw: bytes) -> Any:
        if not raw:
            raise Mismatch(f"{self.signature} at {to} answered nothing: is there such a contract on this chain?")
        try:
            values = decode(self.outputs, raw)
        except DecodingError as error:
            raise ValueError(f"{self.signature} at {to}: {error}") from error
        return values[0] if len(self.outputs) == 1 else values


def _inputs(signature: str) -> list[str]:
    """The top-level parameter types, tuples kept whole."""
    inside = signature[signature.index("(") + 1 : -1]
    parts, depth, start = list[str](), 0, 0
    for n, char in enumerate(inside):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append(inside[start:n])
            start = n + 1
    return [*parts, inside[start:]] if inside else []


def topic(signature: str) -> bytes:
    """The first topic of an event."""
    return bytes(keccak(text=signature))


def rpc(source: Name, method: str, *params: object, decode: Callable[[Any], T]) -> Read[T]:
    """Any JSON-RPC method; `decode` is given the parsed result. What it cannot make sense of is a ValueError."""
    request = json.dumps([method, params], separators=(",", ":")).encode()

    def sane(raw: bytes) -> T:
        try:
            return decode(json.loads(raw))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{method}: an answer of {raw[:80]!r} makes no sense ({error!r})") from error

    return Read(source=source, request=request, decode=sane)


def head(source: Name) -> Read[Stamp]:
    """The block that this source is read at."""
    return rpc(source, HEAD, decode=lambda block: to_stamp(source, block))


def to_stamp(source: Name, block: dict[str, str]) -> Stamp:
    """From a JSON-RPC block; chain time is in seconds."""
    time_ms = hex_int(block["timestamp"]) * 1000
    return Stamp(source=source, time_ms=time_ms, block=hex_int(block["number"]), block_hash=block["hash"])


def native_balance(source: Name, owner: Address) -> Read[int]:
    return rpc(source, "eth_getBalance", owner, PIN, decode=hex_int)


def hex_int(raw: str) -> int:
    return int(raw, 16)


def hex_bytes(raw: str) -> bytes:
    return bytes.fromhex(raw.removeprefix("0x"))
