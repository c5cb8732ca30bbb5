"""One HTTP endpoint that is posted JSON: bytes out, status and bytes back."""

from typing import Protocol

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from agent.chain.redact import Redactor, host_of
from agent.errors import Unreadable

_LARGEST = 16_000_000
"""Bytes of one answer; a longer one is none that we asked for."""
_HEADERS = {"Content-Type": "application/json"}


class Transport(Protocol):
    """Bytes out; status and bytes back, or Unreadable when no answer came."""

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]: ...
    async def close(self) -> None: ...


def redactor(url: str) -> Redactor:
    """The last part of the path is the exchange's own word and no secret."""
    return Redactor(url.rpartition("/")[0])


class Http:
    """A Transport over aiohttp, which opens its session when it is first used."""

    def __init__(self, timeout_s: float = 5) -> None:
        self._timeout = ClientTimeout(total=timeout_s)
        self._session: ClientSession | None = None

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Raises Unreadable when no answer came: then nobody knows whether it arrived."""
        where = host_of(url)
        try:
            return await self._exchange(url, body)
        except TimeoutError:
            raise Unreadable(f"{where}: no answer within {self._timeout.total:g} s") from None
        except (ClientError, OSError) as error:  # not kept as the cause: it holds the whole URL
            raise Unreadable(f"{where}: {redactor(url)(error) or type(error).__name__}") from None

    async def _exchange(self, url: str, body: bytes) -> tuple[int, bytes]:
        if self._session is None:
            self._session = ClientSession(headers=_HEADERS)
        async with self._session.post(url, data=body, timeout=self._timeout, allow_redirects=False) as reply:
            return reply.status, await _whole(reply)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _whole(reply: ClientResponse) -> bytes:
    """To its end: a single read gives what has come so far."""
    body = bytearray()
    async for piece in reply.content.iter_any():
        body += piece
        if len(body) > _LARGEST:
            raise Unreadable(f"{host_of(str(reply.url))}: an answer of more than {_LARGEST} bytes")
    return bytes(body)
