"""Everything that can end a run early, and how it ends.

HedgekeeperError
 ├─ ConfigError      the configuration, a flag or a file is wrong             78
 ├─ Busy             another run holds the lock                               79
 ├─ NeedsPerson      only a person can decide how to go on                    30
 │   └─ Refused      the firewall will not sign; ends the lane for this run
 ├─ Temporary        try again later                                          75
 │   ├─ Unreadable   a source, or one read of it; becomes a Gap in the snapshot
 │   │   └─ Mismatch  it answers, but is not what the configuration says     78
 │   └─ Deadline     this run's time is over
 └─ (anything else)  our own bug; a report file is written                    70
"""

import re
from enum import IntEnum

_KEY = re.compile("(0x)?[0-9a-fA-F]{48,}")
"""A private key has 64 digits, an address 40; half a key is masked, too."""


class Exit(IntEnum):
    """How a command ends; cron reads it."""

    DONE = 0
    WOULD_TRADE = 10
    HELD = 20
    PERSON = 30
    BUG = 70
    TEMPORARY = 75
    CONFIG = 78
    BUSY = 79


PRECEDENCE = (
    Exit.BUG,
    Exit.CONFIG,
    Exit.BUSY,
    Exit.PERSON,
    Exit.TEMPORARY,
    Exit.HELD,
    Exit.WOULD_TRADE,
    Exit.DONE,
)
"""When several things happened, the first of these is the exit code."""


def worst(*exits: Exit) -> Exit:
    return min(exits, key=PRECEDENCE.index, default=Exit.DONE)


def masked(text: str) -> str:
    """Without what may be a private key that was pasted into the wrong place."""
    return _KEY.sub("<hex digits, not shown>", text)


class HedgekeeperError(Exception):
    """Something to tell the user: what was wrong, where, and what to do."""

    exit = Exit.BUG


class ConfigError(HedgekeeperError):
    """Quotes what the user wrote, but for what may be a private key pasted into the wrong place."""

    exit = Exit.CONFIG

    def __init__(self, says: str) -> None:
        super().__init__(masked(says))


class Busy(HedgekeeperError):
    exit = Exit.BUSY


class NeedsPerson(HedgekeeperError):
    exit = Exit.PERSON


class Refused(NeedsPerson):
    """The firewall will not sign. Names the rule, the value that broke it, and what the rule allows."""

    def __init__(self, rule: str, value: object = "", allowed: object = "") -> None:
        self.rule, self.value, self.allowed = rule, str(value), str(allowed)
        super().__init__(rule, self.value, self.allowed)

    def __str__(self) -> str:
        found = f": {self.value}" if self.value else ""
        return f"{self.rule}{found}" + (f" (allowed: {self.allowed})" if self.allowed else "")


class Temporary(HedgekeeperError):
    exit = Exit.TEMPORARY


class Unreadable(Temporary):
    """A source, or one read of it, that cannot be used now."""

    revert = b""
    """What a contract reverted with, where that is why and the node told the bytes."""

    def about(self, subject: str = "") -> "Unreadable":
        """The same, and whose it is, without the frames that led to this one."""
        says = f"{subject}: {self}" if subject else str(self)
        again = Mismatch(says) if isinstance(self, Mismatch) else Unreadable(says)
        again.revert = self.revert
        return again


class Mismatch(Unreadable):
    """It answers, but is not what the configuration says: another chain, other decimals, no contract.

    Only a person can put that right; what does not depend on it goes on.
    """

    exit = Exit.CONFIG


class Deadline(Temporary):
    """This run's time is over."""
