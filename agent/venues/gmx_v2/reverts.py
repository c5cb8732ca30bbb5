"""Why the exchange refused, as data: the error with its arguments, its class, one sentence, and when to try again.

An error arrives as the data of a reverted call, or as the reason of a cancelled or frozen order.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from eth_utils.crypto import keccak

from agent.model import value
from agent.venues.gmx_v2.abi import Named, Param, decode, params, types
from agent.venues.gmx_v2.errors import ERRORS, STRINGS, Kind


class Retry(StrEnum):
    AGAIN = "again"
    """The next try may do."""
    REPLAN = "replan"
    """Only another plan will do: smaller, or with more collateral."""
    PERSON = "person"
    """Only a person can change it."""


RETRY: dict[Kind, Retry] = {
    Kind.PRICE: Retry.AGAIN,
    Kind.ORACLE: Retry.AGAIN,
    Kind.EXPIRED: Retry.AGAIN,
    Kind.FEE: Retry.AGAIN,
    Kind.CAPACITY: Retry.REPLAN,
    Kind.MARGIN: Retry.REPLAN,
    Kind.SIZE: Retry.REPLAN,
    Kind.DISABLED: Retry.PERSON,
    Kind.DELEGATION: Retry.PERSON,
    Kind.OTHER: Retry.PERSON,
}


@value
class Entry:
    """A row of the table."""

    name: str
    takes: tuple[Param, ...]
    kind: Kind
    sentence: str

    @property
    def selector(self) -> bytes:
        return bytes(keccak(text=self.name + types(self.takes))[:4])


def _entries(kind: Kind, text: str) -> Iterator[Entry]:
    for name, inside, sentence in re.findall(r"(\w+)\(([^)]*)\)\n +(.+)", text):
        yield Entry(name=name, takes=params(" ".join(inside.split())), kind=kind, sentence=sentence)


TABLE: dict[bytes, Entry] = {entry.selector: entry for kind, text in ERRORS.items() for entry in _entries(kind, text)}
_NAMES = {entry.name for entry in TABLE.values()}


@value
class Revert:
    """`args` are by name; an error that is not in the table, or has none of its arguments, is just its bytes."""

    name: str
    args: Named
    kind: Kind
    sentence: str
    data: bytes
    inner: "Revert | None" = None
    """What a failed call to another contract itself failed with."""

    @property
    def cause(self) -> "Revert":
        """The innermost."""
        return self.inner.cause if self.inner else self

    @property
    def simulated(self) -> bool:
        """A dry run ends with this error when the order would be executed."""
        return self.cause.name == "EndOfOracleSimulation"

    @property
    def retry(self) -> Retry:
        return RETRY[self.cause.kind]

    def __str__(self) -> str:
        args = ", ".join(f"{name} {_shown(arg)}" for name, arg in self.args.items())
        return str(self.inner) if self.inner else f"{self.sentence} ({' '.join(filter(None, (self.name, args)))})"


def read(data: bytes) -> Revert:
    """Never fails: what cannot be read is said to be unknown."""
    if not data:
        sentence = "it failed without a reason: out of gas, or no such method"
        return Revert(name="no data", args={}, kind=Kind.OTHER, sentence=sentence, data=data)
    entry = TABLE.get(data[:4])
    try:
        return _known(entry, decode(entry.takes, data[4:]), data) if entry else _unknown(data)
    except ValueError:
        return _unknown(data)


def _known(entry: Entry, args: Named, data: bytes) -> Revert:
    inner = read(args["data"]) if entry.name == "ExternalCallFailed" else None
    said = [(kind, sentence) for text, kind, sentence in STRINGS if args.get("message") == text]
    kind, sentence = said[0] if said else (entry.kind, entry.sentence)
    return Revert(name=entry.name, args=args, kind=kind, sentence=sentence, data=data, inner=inner)


def _unknown(data: bytes) -> Revert:
    name = f"0x{data[:4].hex()}"
    sentence = "an error that this program does not know"
    return Revert(name=name, args={}, kind=Kind.OTHER, sentence=sentence, data=data)


def _shown(arg: object) -> object:
    return f"0x{arg.hex()}" if isinstance(arg, bytes) else arg


USER_CANCEL, AUTO_CANCEL = "USER_INITIATED_CANCEL", "AUTO_CANCEL"
_CANCELS = {
    USER_CANCEL: "the account or its operator cancelled the order",
    AUTO_CANCEL: "the order ended with its position",
}


def cancellation(reason: str, reason_bytes: bytes) -> Revert:
    """Of OrderCancelled and OrderFrozen. A cancellation that was asked for is no failure: EXPIRED, so that the next
    plan decides anew."""
    if reason_bytes or reason not in _CANCELS:
        return read(reason_bytes)
    return Revert(name=reason, args={}, kind=Kind.EXPIRED, sentence=_CANCELS[reason], data=b"")


def explain(said: str) -> str:
    """What a node said of a revert, in words where its bytes stand in it; unchanged otherwise.

    Messages are cut short, and nodes print some bytes as text: the selector alone is enough for the sentence.
    """
    found = [bytes.fromhex(digits) for digits in re.findall(r"0x((?:[0-9a-f]{2}){4,})", said.replace(": ", ""))]
    whole = next((str(revert) for revert in map(read, found) if revert.name in _NAMES), None)
    entry = next((TABLE[data[:4]] for data in found if data[:4] in TABLE), None)
    return whole or (f"{entry.sentence} ({entry.name})" if entry else said)
