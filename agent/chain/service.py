"""A web service that answers GET requests with JSON: an exchange's prices, beside the chain."""

from asyncio import gather
from collections.abc import Sequence
from typing import Self

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from agent.chain.redact import Redactor, host_of
from agent.errors import Unreadable
from agent.model import Name

_LARGEST = 8_000_000
"""Bytes of one answer; a longer one is none that we asked for."""


class Service:
    """A Fetch: each request is a path. The URLs are asked in turn until one answers."""

    def __init__(self, name: Name, urls: Sequence[str], timeout_s: float = 5) -> None:
        self.name, self._urls, self._timeout = name, tuple(urls), ClientTimeout(total=timeout_s)
        self._session: ClientSession | None = None

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple(await gather(*(self._first(request.decode()) for request in requests)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _first(self, path: str) -> bytes | Unreadable:
        refused: list[str] = []
        for url in self._urls:
            try:
                return await self._get(url, path)
            except Unreadable as error:
                refused.append(str(error))
        return Unreadable(f"{self.name}: {'; '.join(refused)}")

    async def _get(self, url: str, path: str) -> bytes:
        if self._session is None:
            self._session = ClientSession()
        where = host_of(url)
        try:
            async with self._session.get(
                url.rstrip("/") + path, timeout=self._timeout, allow_redirects=False
            ) as reply:
                body = await _whole(reply)
        except TimeoutError:
            raise Unreadable(f"{where}: no answer within {self._timeout.total:g} s") from None
        except (ClientError, OSError) as error:  # not kept as the cause: it holds the whole URL
            raise Unreadable(f"{where}: {Redactor(url)(error) or type(error).__name__}") from None
        if reply.status != 200:
            raise Unreadable(f"{where}: HTTP {reply.status}")
        return body


async def _whole(reply: ClientResponse) -> bytes:
    """To its end: a single read gives what has come so far."""
    body = bytearray()
    async for piece in reply.content.iter_any():
        body += piece
        if len(body) > _LARGEST:
            raise Unreadable(f"{host_of(str(reply.url))}: an answer of more than {_LARGEST} bytes")
    return bytes(body)
