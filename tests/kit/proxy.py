"""An RPC proxy that counts what passes and can fail in every way a node or the net between does.

    with proxy(url) as node:
        node.delay_s = 3
        ...
        assert len(node.trips) == 2

It runs in a thread of this process; what is set takes effect with the next request.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeAlias

from aiohttp import ClientSession, web

from tests.kit.serving import broken, serving

Json: TypeAlias = dict[str, Any]
Lie: TypeAlias = Callable[[list[Any], Any], Any]
"""From a call's parameters and its true result, what is answered instead."""

SEND = "eth_sendRawTransaction"
_MOVING = ("latest", "pending", "safe", "finalized")


class Drop(Enum):
    """The connection breaks before the request reaches the node, or after the node has acted on it."""

    BEFORE = auto()
    AFTER = auto()


def nothing() -> None: ...


@dataclass
class Proxy:
    """In front of `upstream`. `delay_s`, `reply` and `drop` hit only requests with a method of `only`, if set."""

    upstream: str
    url: str = ""
    trips: list[tuple[str, ...]] = field(default_factory=list)
    """The methods of each HTTP request so far."""
    only: Set[str] = frozenset()
    delay_s: float = 0
    reply: tuple[int, str] | None = None
    """An HTTP status and a body instead of the node's answer."""
    drop: Drop | None = None
    largest_batch: int | None = None
    lag: int = 0
    """Answers like a node that many blocks behind."""
    lies: dict[str, Lie] = field(default_factory=dict)
    before_send: Callable[[], None] = nothing
    """Called when a transaction came in, before the node has it; may kill the sender."""
    after_send: Callable[[], None] = nothing
    _session: ClientSession = field(init=False)
    _closing: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    @property
    def sends(self) -> int:
        """How many requests handed a transaction in."""
        return sum(SEND in methods for methods in self.trips)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())
        calls: list[Json] = asked if isinstance(asked, list) else [asked]
        methods = tuple(call["method"] for call in calls)
        self.trips.append(methods)
        hit = not self.only or bool(self.only & set(methods))
        if SEND in methods:
            self.before_send()
        if hit:
            await self._pause()
        if hit and self.drop is Drop.BEFORE:
            return broken(request)
        if hit and self.reply is not None:
            return web.Response(status=self.reply[0], text=self.reply[1])
        if self.largest_batch is not None and len(calls) > self.largest_batch:
            return _too_large(self.largest_batch)
        answers = await _Upstream(self, self._session).answer(calls)
        if SEND in methods:
            self.after_send()
        if hit and self.drop is Drop.AFTER:
            return broken(request)
        return web.json_response(answers if isinstance(asked, list) else answers[0])

    async def connected(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as self._session:
            yield

    async def close(self, _: web.Application) -> None:
        self._closing.set()

    async def _pause(self) -> None:
        """Cut short when the proxy closes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), self.delay_s)


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """Listens on a port of the system's choice until the context ends."""
    node, app = Proxy(upstream), web.Application(client_max_size=2**26)
    app.router.add_post("/{path:.*}", node.handle)
    app.cleanup_ctx.append(node.connected)
    app.on_shutdown.append(node.close)
    with serving(app) as node.url:
        yield node


def _too_large(limit: int) -> web.Response:
    error = {"code": -32600, "message": f"batch too large, the limit is {limit}"}
    return web.json_response({"jsonrpc": "2.0", "id": None, "error": error}, status=400)


class _Upstream:
    """The node as the proxy lets it appear."""

    def __init__(self, proxy: Proxy, session: ClientSession) -> None:
        self._proxy, self._session = proxy, session

    async def answer(self, calls: list[Json]) -> list[Json]:
        replies = [await self._late(call) for call in calls] if self._proxy.lag else await self._forward(calls)
        return [self._told(call, reply) for call, reply in zip(calls, replies, strict=True)]

    def _told(self, call: Json, reply: Json) -> Json:
        lie = self._proxy.lies.get(call["method"])
        return reply if lie is None else reply | {"result": lie(call["params"], reply.get("result"))}

    async def _forward(self, calls: list[Json]) -> list[Json]:
        async with self._session.post(self._proxy.upstream, json=calls) as reply:
            by_id = {answer["id"]: answer for answer in await reply.json()}
            return [by_id[call["id"]] for call in calls]

    async def _ask(self, method: str, *params: Any) -> Any:
        [reply] = await self._forward([{"jsonrpc": "2.0", "id": 0, "method": method, "params": params}])
        return reply["result"]

    async def _late(self, call: Json) -> Json:
        """As if the last `lag` blocks had not come yet."""
        top = int(await self._ask("eth_blockNumber"), 16) - self._proxy.lag
        if await self._block_asked(call["params"]) > top:
            if call["method"].startswith("eth_getBlockBy"):
                return _reply(call, result=None)
            return _reply(call, error={"code": -32000, "message": "header not found"})
        if call["method"] == "eth_blockNumber":
            return _reply(call, result=hex(top))
        params = [hex(top) if param in _MOVING else param for param in call["params"]]
        [reply] = await self._forward([call | {"params": params}])
        found = reply.get("result")
        mined = found.get("blockNumber") if isinstance(found, dict) else None
        return _reply(call, result=None) if mined and int(mined, 16) > top else reply

    async def _block_asked(self, params: list[Any]) -> int:
        """The highest block that the parameters name."""
        numbers = [0]
        for param in params:
            if isinstance(param, dict) and "blockHash" in param:
                block = await self._ask("eth_getBlockByHash", param["blockHash"], False)
                numbers.append(int(block["number"], 16) if block else 0)
            elif isinstance(param, str) and param.startswith("0x") and len(param) <= 18:
                numbers.append(int(param, 16))
        return max(numbers)


def _reply(call: Json, **outcome: Any) -> Json:
    return {"jsonrpc": "2.0", "id": call["id"], **outcome}
