"""A Fetch with answers written down: what was not written down is a reverted call."""

import json
from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode

from agent.errors import Unreadable
from agent.evm import HEAD, Method
from agent.model import Address, Name, Stamp

Answer = bytes | Unreadable


class Script:
    """One source at one block, as JSON-RPC tells it. `batches` counts what each round trip asked."""

    def __init__(self, source: Name, time_s: int = 1_800_000_000, number: int = 100) -> None:
        self.source, self.batches = source, list[int]()
        self.stamp = Stamp(source=source, time_ms=time_s * 1000, block=number, block_hash="0x" + "ab" * 32)
        block = {"timestamp": hex(time_s), "number": hex(number), "hash": self.stamp.block_hash}
        self._answers: dict[str, Answer] = {_key(HEAD): json.dumps(block).encode()}

    def call(self, method: Method, to: Address, *args: object, returns: Sequence[object] | None) -> "Script":
        """The values that a contract method answers; None: there is no contract."""
        data = "0x" + (b"" if returns is None else encode(method.outputs, returns)).hex()
        [_, params] = json.loads(method.at(self.source, to, *args).request)
        return self.rpc("eth_call", *params, returns=data)

    def rpc(self, method: str, *params: object, returns: Any) -> "Script":
        self._answers[_key(method, *params)] = json.dumps(returns).encode()
        return self

    def revert(self, method: Method, to: Address, *args: object, why: str) -> "Script":
        [_, params] = json.loads(method.at(self.source, to, *args).request)
        self._answers[_key("eth_call", *params)] = Unreadable(f"execution reverted: {why}")
        return self

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[Answer, ...]:
        self.batches.append(len(requests))
        if source != self.source:
            raise Unreadable(f"{source} is not scripted")
        keys = [_key(method, *params) for method, params in map(json.loads, requests)]
        return tuple(self._answers.get(key, Unreadable("execution reverted")) for key in keys)


def _key(method: str, *params: object) -> str:
    return json.dumps([method, *params])
