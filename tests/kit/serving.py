"""A web application on a port of the system's choice, in a thread of this process."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


@contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """Listens until the context ends."""
    loop, ready, urls = asyncio.new_event_loop(), threading.Event(), list[str]()
    thread = threading.Thread(target=_run, args=(app, loop, ready, urls), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _run(app: web.Application, loop: asyncio.AbstractEventLoop, ready: threading.Event, urls: list[str]) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    try:
        urls.append(loop.run_until_complete(_listen(runner)))
    finally:
        ready.set()
    loop.run_forever()
    loop.run_until_complete(runner.cleanup())
    loop.close()


async def _listen(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"
