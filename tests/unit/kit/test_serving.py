"""The kit's web servers: they close, and say when they cannot open."""

import asyncio
import socket
import threading
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiohttp import web

from tests.kit.serving import serving


def test_serving__a_request_that_never_ends__closes_all_the_same() -> None:
    reached, closed = threading.Event(), threading.Event()

    async def handle(_: web.Request) -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        return web.Response()

    def ask(url: str) -> None:
        with pytest.raises((URLError, ConnectionError)):
            urlopen(url)  # noqa: S310
        closed.set()

    app = web.Application()
    app.router.add_get("/", handle)
    with serving(app) as url:
        client = threading.Thread(target=ask, args=(url,))
        client.start()
        assert reached.wait(5)
    client.join(5)
    assert closed.is_set()


def test_serving__a_port_that_is_taken__is_an_error_and_no_wait() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(OSError, match="address already in use"),
            serving(web.Application(), port=taken.getsockname()[1]),
        ):
            raise AssertionError("it listens")
