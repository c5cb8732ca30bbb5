"""What of ours is in flight: on which lane and nonce, what it does, since when, and how far it got."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from agent.cli.words import Words, became
from agent.model import Code, Intent, Reason, State, value
from agent.model.plain import plain

if TYPE_CHECKING:
    from agent.wiring import Works

_LOOKED_THROUGH = 200
"""Of the last intents: what is open is among them, or its age is not shown."""


@value
class Afoot:
    """Open intents as they are by now, and by intent when the run that signed it began."""

    intents: Sequence[Intent] = ()
    since_ms: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, works: "Works") -> "Afoot":
        """After in_hindsight: what has been mined since, too, as the chain has it."""
        intents = works.house.journal.open()
        if not intents:
            return cls()
        since = {each.intent.id: each.at_ms for each in works.ledger.intents(_LOOKED_THROUGH)}
        return cls(intents=intents, since_ms=since)

    def text(self, words: Words) -> str:
        return words.text("\n".join(self._lines(words)))

    def reasons(self, words: Words) -> tuple[Reason, ...]:
        """Why a plan is only half of the story: what is not mined yet is ended first."""
        return tuple(
            Reason(code=Code.IN_FLIGHT, subject=intent.lane, value=f"nonce {_nonce(intent)}, {words.intent(intent)}")
            for intent in self.intents
            if intent.state is State.SIGNED
        )

    def json(self, words: Words) -> list[object]:
        told = (
            {"does": words.intent(i), "became": became(i), "since_ms": self.since_ms.get(i.id)} for i in self.intents
        )
        return [{**plain(intent), **more} for intent, more in zip(self.intents, told, strict=True)]

    def _lines(self, words: Words) -> Iterator[str]:
        for intent in self.intents:
            age = f" ({_aged(self.since_ms[intent.id])})" if intent.id in self.since_ms else ""
            yield f"  nonce {_nonce(intent)} of {intent.lane}"
            yield f"    {words.intent(intent)}: {became(intent)}{age}"
            yield f"    {intent.attempts[-1].ref}"


def _nonce(intent: Intent) -> int:
    return intent.attempts[0].payload.nonce


def _aged(since_ms: int) -> str:
    """By this machine's clock, which wrote the journal."""
    seconds = max(0, time.time_ns() // 1_000_000 - since_ms) // 1000
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"
