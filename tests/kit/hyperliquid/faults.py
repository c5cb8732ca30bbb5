"""What goes wrong between client and exchange, on request."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tests.kit.hyperliquid.state import State


class Kind(StrEnum):
    DROP_BEFORE = "drop_before"
    """The connection breaks, and the request never arrives."""
    DROP_AFTER = "drop_after"
    """The request is carried out, and the connection breaks before the answer."""
    HOLD = "hold"
    """The connection breaks, and the request arrives `delay_s` later on the exchange's clock."""
    DELAY_BEFORE = "delay_before"
    """Real seconds until the request is carried out."""
    DELAY_AFTER = "delay_after"
    """Carried out at once, answered `delay_s` real seconds later."""
    STATUS_BEFORE = "status_before"
    """Answered with `status` and `body` alone."""
    STATUS_AFTER = "status_after"
    """Carried out, and answered like that all the same."""
    DUPLICATE_FIRST = "duplicate_first"
    """Arrives twice; the client gets the first answer."""
    DUPLICATE_SECOND = "duplicate_second"
    """Arrives twice; the client gets the second answer."""
    STALE = "stale"
    """Readings are answered by a node that has seen nothing since the fault was set."""
    GARBAGE = "garbage"
    """Carried out, and answered with HTTP 200 and a page that is no JSON."""


ON_ARRIVAL = (Kind.DROP_BEFORE, Kind.HOLD, Kind.STATUS_BEFORE)
"""Nothing is carried out while the client waits."""


@dataclass(kw_only=True)
class Fault:
    kind: Kind
    path: str = "/exchange"
    only: frozenset[str] = frozenset()
    """Actions or readings by their type; none: all."""
    times: int | None = 1
    """None: until it is cleared."""
    delay_s: Decimal = Decimal(0)
    status: int = 502
    body: str = "<html><body>Bad Gateway</body></html>"
    past: State | None = None

    def hits(self, path: str, kind: str) -> bool:
        return path == self.path and (not self.only or kind in self.only)


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def take(self, path: str, kind: str) -> Fault | None:
        """The first that hits; it is used up once it has hit often enough."""
        found = next((fault for fault in self.waiting if fault.hits(path, kind)), None)
        if found and found.times is not None:
            found.times -= 1
            self.waiting = [fault for fault in self.waiting if fault.times != 0]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request that arrived, or that should have."""

    number: int
    time_ms: int
    path: str
    kind: str
    body: Any
    weight: int
    status: int
    """Of HTTP; what the exchange made of it, whatever the client got."""
    answer: str
    signer: str | None
    fault: str | None
