"""The questions to a signed-message exchange: within its limits, slow facts not asked again and again, and what it
answers instead of an answer recognised and named."""

import json
from asyncio import gather
from collections.abc import Callable
from typing import Any, Self

from agent.chain.redact import Redactor, host_of
from agent.errors import Mismatch, Unreadable
from agent.message_slot import kind_of
from agent.model import Name, value
from agent.wire.budget import Budget, monotonic_ms
from agent.wire.http import Http, Transport
from agent.wire.weights import HOLDS_S, LIMIT, MARGIN, OURS, SLOW, surcharge, weight

SETTLES_MS = 20_000
"""What we posted may still be on its way for so long: a slow fact read before is read once more after it."""
_TOO_MANY, _BROKEN = 429, 500
_NOT_UNDERSTOOD = {
    400: "did not take the question for JSON",
    404: "has nothing there: is this the exchange's URL?",
    405: "takes no POST there: is this the exchange's URL?",
    415: "did not take the question's content type: is this the exchange's URL?",
    422: "does not understand the question: an address or a name in it may be malformed",
}


@value
class _Kept:
    answer: bytes
    at_ms: int


class Info:
    """A Fetch: each request is the body of a POST to /info. `used` is the weight of the last minute."""

    def __init__(
        self,
        source: Name,
        url: str,
        http: Transport | None = None,
        now_ms: Callable[[], int] = monotonic_ms,
        budget: Budget | None = None,
    ) -> None:
        """The exchange counts by address: what else asks the same one from here shares the budget."""
        self.source, self.base = source, url.rstrip("/")
        self._http, self._now_ms, self._budget = http or Http(), now_ms, budget or Budget(now_ms)
        self._kept: dict[bytes, _Kept] = {}
        self._settled_ms: int | None = None
        self._redact = Redactor(url)

    @property
    def used(self) -> int:
        """Never more than LIMIT - MARGIN, but for what long answers cost on top."""
        return self._budget.used

    @property
    def slow(self) -> int:
        """The part of `used` that went into slow facts: never more than SLOW, but for long answers."""
        return self._budget.slow

    def fits(self, kind: str) -> bool:
        """Whether a question of this kind would be asked now."""
        return self._budget.fits(weight(kind), slow=kind in HOLDS_S)

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple(await gather(*map(self._answer, requests)))

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """A signed request, never held back: getting out must not wait for a question. Raises Unreadable."""
        self._budget.spend(1)
        self._forget()
        try:
            return await self._http.post(url, body)
        finally:
            self._forget()
            self._settled_ms = self._now_ms() + SETTLES_MS

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def _answer(self, request: bytes) -> bytes | Unreadable:
        kept = self._kept.get(request)
        if kept is not None and self._holds(kind_of(request), kept):
            return kept.answer
        try:
            answer = await self._ask(request, kind_of(request))
        except Unreadable as error:
            return error
        if kind_of(request) in HOLDS_S:
            self._kept[request] = _Kept(answer=answer, at_ms=self._now_ms())
        return answer

    def _holds(self, kind: str, kept: _Kept) -> bool:
        now_ms, settled_ms = self._now_ms(), self._settled_ms
        if kind in OURS and settled_ms is not None and kept.at_ms < settled_ms <= now_ms:
            return False
        return now_ms - kept.at_ms < HOLDS_S[kind] * 1000

    def _forget(self) -> None:
        """What we post may change these."""
        self._kept = {request: kept for request, kept in self._kept.items() if kind_of(request) not in OURS}

    async def _ask(self, request: bytes, kind: str) -> bytes:
        slow = kind in HOLDS_S
        if not self.fits(kind):
            raise Unreadable(self._spent_out(kind, slow))
        self._budget.spend(weight(kind), slow=slow)
        status, body = await self._http.post(f"{self.base}/info", request)
        found = self._sane(kind, status, body)
        self._budget.spend(surcharge(kind, len(found) if isinstance(found, list) else 0), slow=slow)
        return body

    def _spent_out(self, kind: str, slow: bool) -> str:
        used, most = (self.slow, f"{SLOW} for slow facts") if slow else (self.used, f"{LIMIT - MARGIN} of {LIMIT}")
        return (
            f"{self.source}: {kind} was not asked: a weight of {used} was used within the last minute, "
            f"and no more than {most} is: later there is room again"
        )

    def _sane(self, kind: str, status: int, body: bytes) -> Any:
        """The answer as JSON. Raises Unreadable, or Mismatch for what will not be better another time."""
        where, text = host_of(self.base), self._redact(body[:200].decode(errors="replace"))
        if status == _TOO_MANY:
            raise Unreadable(f"{where}: {kind}: too many questions from this address (HTTP 429)")
        if status == _BROKEN and body.strip() == b"null":
            raise Mismatch(f"{where}: {kind}: the exchange knows no such coin or account (HTTP 500 and null)")
        if status in _NOT_UNDERSTOOD:
            raise Mismatch(f"{where}: {kind}: the exchange {_NOT_UNDERSTOOD[status]} (HTTP {status}: {text})")
        if status != 200:
            raise Unreadable(f"{where}: {kind}: HTTP {status}: {text}")
        try:
            return json.loads(body)
        except ValueError:
            raise Unreadable(f"{where}: {kind}: no JSON: {text}") from None
