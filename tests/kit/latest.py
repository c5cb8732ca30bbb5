"""A Fetch that reads a devnet at its newest block: good enough where nobody else writes."""

import json
from typing import Any

from agent.errors import Unreadable
from agent.evm import HEAD, PIN, hex_bytes
from agent.model import Name
from tests.kit.devnet.chain import Chain


class LatestFetch:
    def __init__(self, chain: Chain) -> None:
        self._chain, self.round_trips = chain, 0

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        self.round_trips += 1
        return tuple(self._answer(*json.loads(request)) for request in requests)

    def _answer(self, method: str, params: list[Any]) -> bytes | Unreadable:
        if method == HEAD:
            method, params = "eth_getBlockByNumber", ["latest", False]
        given = ["latest" if param == PIN else param for param in params]
        answer = self._chain.web3.provider.make_request(method, given)  # type: ignore[arg-type]
        if "error" in answer:
            refused = Unreadable(str(answer["error"]))
            refused.revert = hex_bytes(answer["error"].get("data") or "")
            return refused
        return json.dumps(answer["result"]).encode()
