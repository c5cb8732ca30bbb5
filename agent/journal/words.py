"""What the journal shows: runs, facts, and intents with the run that recorded them."""

from typing import Any

from agent.errors import Exit
from agent.model import Intent, Stamp, value


@value
class Run:
    """`exit` is None while it runs, and for ever when it died."""

    id: int
    command: str
    started_ms: int
    exit: Exit | None
    summary: str


@value
class Fact:
    """Something that only our records know: an adoption, a change of exposure."""

    run: int
    at_ms: int
    kind: str
    subject: str
    detail: Any


@value
class Recorded:
    """An intent, when it was recorded, and when the chain or the venue last told about it."""

    intent: Intent
    run: int
    at_ms: int
    stamp: Stamp | None
