"""An exchange without a socket: answers by the kind of question, and a clock that a test moves."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from agent.errors import Unreadable
from agent.message_slot import kind_of
from agent.model import Name
from agent.wire.info import Info

SOURCE, URL = Name("hl"), "https://api.example"
Answer: TypeAlias = tuple[int, bytes] | Unreadable


def ok(found: Any) -> tuple[int, bytes]:
    return 200, json.dumps(found).encode()


class Scripted:
    """A Transport. What no answer is named for is `{}`; /exchange answers `posted`."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[str] = []
        self.posts: list[tuple[str, bytes]] = []
        self.posted: Answer = ok({"status": "ok", "response": {"type": "default"}})
        self.closed = False
        self.now_ms = 1_000_000

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        if url.endswith("/info"):
            self.asked.append(kind_of(body))
            return _given(self.answers.get(kind_of(body), ok({})))
        self.posts.append((url, body))
        return _given(self.posted)

    async def close(self) -> None:
        self.closed = True

    def info(self) -> Info:
        return Info(SOURCE, URL, self, lambda: self.now_ms)


def _given(answer: Answer) -> tuple[int, bytes]:
    if isinstance(answer, Unreadable):
        raise answer
    return answer
