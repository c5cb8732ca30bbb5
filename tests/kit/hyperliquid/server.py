"""The exchange over HTTP on the loopback, with its quirks of transport.

    with served(exchange) as url: ...

In a thread of this process: tests act on the Exchange directly while a client, in whatever process, talks to the URL.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from tests.kit.hyperliquid.control import Control
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Fault, Kind
from tests.kit.hyperliquid.gateway import Reply
from tests.kit.serving import broken, serving

_LARGEST_BODY = 2**22


@contextmanager
def served(exchange: Exchange, *, port: int = 0) -> Iterator[str]:
    """Listens until the context ends; port 0 lets the system choose."""
    try:
        with serving(_Server(exchange).app(), port=port) as exchange.url:
            yield exchange.url
    finally:
        exchange.url = ""


class _Server:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._closing = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_post("/control/{command}", Control(self._exchange).handle)
        app.router.add_route("*", "/{path:info|exchange}", self._handle)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _: web.Application) -> None:
        self._closing.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.Response(status=405)
        if request.content_type != "application/json":
            return web.Response(status=415, text="Expected request with `Content-Type: application/json`")
        path, raw, gateway = request.path, await request.read(), self._exchange.gateway
        fault = gateway.fault(path, raw)
        await self._pause(fault, Kind.DELAY_BEFORE)
        reply = gateway.answer(path, raw, fault)
        await self._pause(fault, Kind.DELAY_AFTER)
        return broken(request) if reply.is_dropped else _response(reply)

    async def _pause(self, fault: Fault | None, kind: Kind) -> None:
        """Cut short when the server closes."""
        if fault is None or fault.kind is not kind:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), float(fault.delay_s))


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


def _broken(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
