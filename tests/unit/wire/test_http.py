"""Bytes over a real socket of this machine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from agent.errors import Unreadable
from agent.wire.http import Http

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    server = web.Server(handler)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/info"
    finally:
        await runner.cleanup()


def posted(handler: Handler, body: bytes = b"{}", timeout_s: float = 5) -> tuple[int, bytes]:
    async def run() -> tuple[int, bytes]:
        http = Http(timeout_s)
        try:
            async with served(handler) as url:
                return await http.post(url, body)
        finally:
            await http.close()

    return asyncio.run(run())


def test_post__bytes__arrive_as_they_are_and_as_json() -> None:
    async def echo(request: web.BaseRequest) -> web.Response:
        said = f"{request.method} {request.path} {request.headers['Content-Type']} ".encode()
        return web.Response(body=said + await request.read(), status=418)

    assert posted(echo, b'{"b":1,"a":"\\u00e9"}') == (418, b'POST /info application/json {"b":1,"a":"\\u00e9"}')


def test_post__answer_in_pieces__is_read_to_its_end() -> None:
    async def dribble(request: web.BaseRequest) -> web.StreamResponse:
        reply = web.StreamResponse()
        await reply.prepare(request)
        for _ in range(3):
            await reply.write(b"x" * 70_000)
            await asyncio.sleep(0.01)
        return reply

    assert posted(dribble) == (200, b"x" * 210_000)


def test_post__redirected__is_not_followed() -> None:
    async def away(_: web.BaseRequest) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://127.0.0.1:1/elsewhere"})

    assert posted(away)[0] == 307


def test_post__no_answer_in_time__says_so() -> None:
    async def late(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    with pytest.raises(Unreadable, match=r"127\.0\.0\.1:\d+: no answer within 0\.05 s"):
        posted(late, timeout_s=0.05)


def test_post__hung_up__says_so() -> None:
    async def hang_up(request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    with pytest.raises(Unreadable, match=r"127\.0\.0\.1:\d+: "):
        posted(hang_up)


def test_post__nobody_there__names_the_host_and_no_secret() -> None:
    async def run() -> None:
        http = Http(1)
        try:
            await http.post("http://127.0.0.1:1/secret-key-123/info", b"{}")
        finally:
            await http.close()

    with pytest.raises(Unreadable) as found:
        asyncio.run(run())
    assert "127.0.0.1:1: " in str(found.value)
    assert "secret-key" not in str(found.value)
