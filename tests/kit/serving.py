"""A web application on a port of the system's choice, in a thread of this process."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from aiohttp import web

HOST = "127.0.0.1"
_GRACE_S = 0.1
"""For a request under way when it closes. 0 would mean: as long as it takes."""


@contextmanager
def serving(app: web.Application, *, port: int = 0) -> Iterator[str]:
    """Listens until the context ends. Raises OSError when it cannot."""
    loop, listening = asyncio.new_event_loop(), Future[str]()
    thread = threading.Thread(target=_run, args=(app, port, loop, listening), daemon=True)
    thread.start()
    url = listening.result()
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _run(app: web.Application, port: int, loop: asyncio.AbstractEventLoop, listening: Future[str]) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE_S)
    try:
        listening.set_result(loop.run_until_complete(_listen(runner, port)))
        loop.run_forever()
    except OSError as error:
        listening.set_exception(error)
    finally:
        listening.cancel()  # who still waits by now would wait for ever
        loop.run_until_complete(runner.cleanup())
        loop.close()


async def _listen(runner: web.AppRunner, port: int) -> str:
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return f"http://{HOST}:{runner.addresses[0][1]}"


def broken(request: web.Request) -> web.Response:
    """The connection breaks instead of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
