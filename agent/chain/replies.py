"""What a node sent back, made into one answer or one error for each call. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from agent.chain.redact import Redactor
from agent.errors import Unreadable

Call: TypeAlias = tuple[str, list[Any]]
"""A JSON-RPC method and its parameters."""
Answer: TypeAlias = Any
"""The parsed result of a call, or an Unreadable that says why there is none."""

_TOO_LARGE = re.compile(
    r"batch.{0,40}(too|limit|size|exceed|allow|more than|support)|(too|exceed).{0,20}(large|batch)", re.IGNORECASE
)
_TOO_LARGE_STATUS = 413
_REVERT_CODE = 3  # of geth and those that follow it, when the called contract reverted
_REVERT_DATA = re.compile(r"(?:Reverted )?0x((?:[0-9a-f]{2}){1,4096})", re.IGNORECASE)
"""Longer ones are no error of a contract. Some nodes put the word before it."""
_UNKNOWN_BLOCK = re.compile(
    r"(block|header|resource|state).{0,40}(not (found|available|canonical)|unknown)|unknown block", re.IGNORECASE
)


class NodeError(Unreadable):
    """The node answered, with an error."""

    def __init__(self, host: str, said: str, code: int = 0) -> None:
        super().__init__(f"{host}: {said}")
        self.said, self.code = said, code

    @property
    def reverted(self) -> bool:
        """The contract's own answer: every node will give the same."""
        return self.code == _REVERT_CODE or "revert" in self.said.lower()

    @property
    def unknown_block(self) -> bool:
        return bool(_UNKNOWN_BLOCK.search(self.said))


class Node(Protocol):
    """One node of a chain. Answers every call, if only with an Unreadable."""

    url: str
    host: str
    pins_by_object: bool
    """Whether it takes a block as the object of EIP-1898; else the plain hash."""

    async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]: ...
    async def close(self) -> None: ...


class TooLarge(NodeError):
    """The endpoint takes only smaller batches."""


class Replies:
    """Reads one endpoint's replies; speaks of it by its host alone."""

    def __init__(self, host: str, redact: Redactor) -> None:
        self._host, self._redact = host, redact

    def read(self, requests: Sequence[Mapping[str, Any]], status: int, body: bytes) -> list[Answer]:
        """By id: order, gaps and strangers in the reply do not matter. Raises Unreadable for the batch as a whole."""
        by_id: dict[str, list[Mapping[str, Any]]] = {}
        for reply in self._listed(status, body, single=len(requests) == 1):
            if isinstance(reply, Mapping):
                by_id.setdefault(str(reply.get("id")), []).append(reply)
        answers = [self._answer(request, by_id.get(str(request["id"]), [])) for request in requests]
        self._raise_too_large(answers, by_id.get("None", []))
        return answers

    def _listed(self, status: int, body: bytes, single: bool) -> Sequence[object]:
        try:
            parsed = json.loads(body)
        except ValueError:
            text = body.decode(errors="replace").strip() or "an empty answer"
            raise self._refusal(status, f"HTTP {status}, no JSON: {text}", Unreadable) from None
        if isinstance(parsed, list):
            return parsed
        if single and isinstance(parsed, dict) and parsed.get("id") is not None:
            return [parsed]
        error = self._error(parsed.get("error", parsed) if isinstance(parsed, dict) else parsed)
        raise self._refusal(status, error.said if status == 200 else f"HTTP {status}: {error.said}", NodeError)

    def _refusal(self, status: int, said: str, kind: type[Unreadable]) -> Unreadable:
        said = self._redact(said)
        if status == _TOO_LARGE_STATUS or _TOO_LARGE.search(said):
            return TooLarge(self._host, said)
        return NodeError(self._host, said) if kind is NodeError else Unreadable(f"{self._host}: {said}")

    def _raise_too_large(self, answers: Sequence[Answer], nameless: Sequence[Mapping[str, Any]]) -> None:
        """Some nodes say it in the place of one answer and leave the others out."""
        refused = (*answers, *(self._error(reply.get("error")) for reply in nameless))
        for each in refused:
            if isinstance(each, NodeError) and not each.reverted and _TOO_LARGE.search(each.said):
                raise TooLarge(self._host, each.said)

    def _answer(self, request: Mapping[str, Any], replies: Sequence[Mapping[str, Any]]) -> Answer:
        if not replies:
            return Unreadable(f"{self._host}: did not answer {request['method']}")
        if any(reply != replies[0] for reply in replies):
            return Unreadable(f"{self._host}: gave several answers to one {request['method']}")
        error = replies[0].get("error")
        if error is not None:
            return self._error(error)
        if "result" not in replies[0]:
            return Unreadable(f"{self._host}: answered {request['method']} with neither result nor error")
        return replies[0]["result"]

    def _error(self, error: object) -> NodeError:
        if not isinstance(error, Mapping):
            return NodeError(self._host, self._redact(error))
        code = error.get("code")
        said = self._redact(error.get("message", error))
        told = NodeError(self._host, said, code if isinstance(code, int) else 0)
        if told.reverted:
            told.revert = self._revert(error.get("data"))
        return told

    def _revert(self, data: object) -> bytes:
        """None where the URL's secrets stand in the bytes, or in the text that they may be."""
        found = _REVERT_DATA.fullmatch(data) if isinstance(data, str) else None
        raw = bytes.fromhex(found[1]) if found else b""
        return b"" if self._redact.finds(raw.hex()) or self._redact.finds(raw.decode("latin-1")) else raw
