"""One RPC endpoint: batches of JSON-RPC calls out, one answer or one error for each call back."""

from asyncio import gather
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from web3 import AsyncHTTPProvider
from web3.types import RPCEndpoint, RPCRequest

from agent.chain.redact import Redactor, host_of
from agent.chain.replies import Answer, Call, Replies, TooLarge
from agent.errors import Unreadable

_LARGEST_BATCH = 500


class Endpoint(AsyncHTTPProvider):
    """A Node behind one URL. Names itself by its host alone, or as it is told to."""

    def __init__(self, url: str, timeout_s: float = 10, name: str = "") -> None:
        super().__init__(url, exception_retry_configuration=None)
        self.url, self.host = url, name or host_of(url)
        self.pins_by_object = True
        self._redact = Redactor(url)
        self._replies = Replies(self.host, self._redact)
        self._timeout_s, self._largest = timeout_s, _LARGEST_BATCH
        self._session: ClientSession | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.host})"

    __str__ = __repr__

    async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]:
        """One HTTP request, or several where the endpoint wants smaller batches. Never raises: see Answer."""
        size = self._largest
        chunks = [calls[start : start + size] for start in range(0, len(calls), size)]
        parts = await gather(*(self._ask_chunk(chunk, timeout_s or self._timeout_s) for chunk in chunks))
        return [answer for part in parts for answer in part]

    async def one(self, method: str, *params: object) -> Any:
        """A single call. Raises Unreadable."""
        [answer] = await self.ask([(method, list(params))])
        if isinstance(answer, Unreadable):
            raise answer
        return answer

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask_chunk(self, calls: Sequence[Call], timeout_s: float) -> list[Answer]:
        requests = [self.form_request(RPCEndpoint(method), params) for method, params in calls]
        try:
            return self._replies.read(requests, *await self._post(requests, timeout_s))
        except TooLarge as error:
            if len(calls) == 1:
                return [error]
            self._largest = min(self._largest, (len(calls) + 1) // 2)
            return await self.ask(calls, timeout_s)
        except Unreadable as error:
            return [error] * len(calls)

    async def _post(self, requests: list[RPCRequest], timeout_s: float) -> tuple[int, bytes]:
        """HTTP status and body. A single request goes as such: not every node knows batches."""
        single = len(requests) == 1
        body = self.encode_rpc_dict(requests[0]) if single else self.encode_batch_request_dicts(requests)
        try:
            return await self._exchange(body, ClientTimeout(total=timeout_s))
        except TimeoutError:
            raise Unreadable(f"{self.host}: no answer within {timeout_s:g} s") from None
        except (ClientError, OSError) as error:  # not kept as the cause: it holds the whole URL
            raise Unreadable(f"{self.host}: {self._redact(error) or type(error).__name__}") from None

    async def _exchange(self, body: bytes, timeout: ClientTimeout) -> tuple[int, bytes]:
        """On a session of our own. web3's takes, for every request, a lock of the whole process that a cancelled
        request never gives back (web3.py issue 3867); it also connects anew each time and drops the text of an error.
        """
        if self._session is None:
            self._session = ClientSession(headers=self.get_request_headers())
        async with self._session.post(self.url, data=body, timeout=timeout, allow_redirects=False) as reply:
            return reply.status, await reply.read()
