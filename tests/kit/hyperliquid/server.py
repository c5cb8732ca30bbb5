"""The exchange over HTTP on the loopback, with its quirks of transport.

    with served(exchange) as url: ...

In a thread of this process: tests act on the Exchange directly while a client, in whatever process, talks to the URL.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from tests.kit.hyperliquid.control import Control
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Fault, Kind
from tests.kit.hyperliquid.gateway import Reply

HOST = "127.0.0.1"
_LARGEST_BODY = 2**22


@contextmanager
def served(exchange: Exchange, *, port: int = 0) -> Iterator[str]:
    """Listens until the context ends; port 0 lets the system choose."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    server = Server(exchange, port)
    thread = threading.Thread(target=_run, args=(server, loop, ready), daemon=True)
    thread.start()
    ready.wait()
    if server.failure is not None:
        thread.join()
        raise server.failure
    try:
        yield exchange.url
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        exchange.url = ""


def _run(server: "Server", loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
    runner = server.runner()
    try:
        loop.run_until_complete(server.listen(runner))
    except OSError as error:
        server.failure = error
    ready.set()
    if server.failure is None:
        loop.run_forever()
    server.closing.set()
    loop.run_until_complete(runner.cleanup())
    loop.close()


class Server:
    def __init__(self, exchange: Exchange, port: int) -> None:
        self._exchange, self._port = exchange, port
        self.closing = asyncio.Event()
        self.failure: OSError | None = None

    def runner(self) -> web.AppRunner:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_post("/control/{command}", Control(self._exchange).handle)
        app.router.add_route("*", "/{path:info|exchange}", self._handle)
        return web.AppRunner(app, access_log=None, shutdown_timeout=0)

    async def listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, HOST, self._port).start()
        self._exchange.url = f"http://{HOST}:{runner.addresses[0][1]}"

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
        return _broken(request) if reply.is_dropped else _response(reply)

    async def _pause(self, fault: Fault | None, kind: Kind) -> None:
        """Cut short when the server closes."""
        if fault is None or fault.kind is not kind:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), float(fault.delay_s))


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


def _broken(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
