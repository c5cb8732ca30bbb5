"""The seams: every outside thing behind one small protocol, and the house that holds them together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from agent.errors import Unreadable
from agent.evm_slot import Log
from agent.model import (
    Address,
    Cannot,
    Draft,
    EvmTx,
    Happening,
    Held,
    Intent,
    Lane,
    Leg,
    Memory,
    Name,
    Outcome,
    Payload,
    Plan,
    Played,
    Quote,
    Receipt,
    Rehearsal,
    Rules,
    Sign,
    Signed,
    Snapshot,
    Terms,
    Verdict,
    View,
    value,
)
from agent.reading import Fetch, Reading

Decide: TypeAlias = Callable[[Snapshot, Memory], Plan]
"""Pure. Flatten is another Decide."""
Check: TypeAlias = Callable[[Plan, Snapshot, Memory], Verdict]
"""Pure: every gate, every reason, leg by leg."""
Judge: TypeAlias = Callable[[Rehearsal], Rehearsal]
"""Pure: adds a fault for everything the rehearsal did that the plan does not say."""


class Wallet(Protocol):
    """Spot that is watched and never signs."""

    @property
    def name(self) -> Name: ...
    def observe(self) -> Reading[Held]: ...


class PriceSource(Protocol):
    """A price from outside the venues."""

    @property
    def name(self) -> Name: ...
    def observe(self) -> Reading[Quote]: ...


class Watch(Protocol):
    """Something outside that must be well before anything is added."""

    @property
    def name(self) -> Name: ...
    def observe(self) -> Reading[Sign]: ...


class Stage(Protocol):
    """One fork per chain, shared by all legs in plan order, then thrown away."""

    @property
    def played(self) -> Sequence[Played]: ...
    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]: ...
    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        """Our very transaction, by impersonation. A revert is recorded in `played`, explained, and not raised."""

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> tuple[Log, ...]:
        """Someone else's transaction: a keeper's fill. Answers with its events."""

    async def place(self, at: Address, code: bytes) -> None:
        """A contract that exists on this fork only, by its runtime code."""


class Venue(Protocol):
    """Knows one exchange; opens no socket, keeps no state."""

    @property
    def name(self) -> Name: ...
    @property
    def lane(self) -> Lane: ...
    def observe(self) -> Reading[View]: ...
    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        """What changed the account's positions and collateral since then and up to the view, oldest first, by the
        venue's own records; ours among it."""
        ...

    def probe(self, intent: Intent) -> Reading[Outcome]:
        """What became of it, as the chain or the venue shows it now."""
        ...

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        """Pure: the leg as payloads, from nonce `terms.nonce` on."""
        ...

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        """Plays the draft (and a keeper's part in it) and observes again; or asks the venue's model."""
        ...


class Wire(Protocol):
    """One way out of the machine: an EVM chain, a signed-message endpoint."""

    @property
    def lane(self) -> Lane: ...
    def terms(self, memory: Memory) -> Reading[Terms]: ...
    def fit(self, draft: Draft) -> Reading[Draft]:
        """The draft with gas limits from the live chain; unchanged where there is no gas."""
        ...

    def next(self, intent: Intent) -> Reading[Payload | None]:
        """For this slot: the same bytes, a fee bump, a burn, or (None) only wait."""
        ...

    async def send(self, signed: Signed) -> Receipt:
        """The same bytes, as often as asked. Raises Unreadable when no answer came."""
        ...


class Vault(Protocol):
    """The only holder of keys: decodes, judges, then signs. Raises Refused."""

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed: ...
    def again(self, intent: Intent, payload: Payload) -> Signed:
        """Another attempt on the same slot."""
        ...


class Journal(Protocol):
    """The only state we own. What `record` and `advance` return is on the disk."""

    def memory(self) -> Memory: ...
    def open(self) -> Sequence[Intent]:
        """SIGNED and LANDED, in the order of their slots."""
        ...

    def record(self, signed: Signed, ceiling: int) -> Intent:
        """Refuses a second SIGNED intent on a lane, and a slot twice."""
        ...

    def advance(self, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
        """An outcome, an answer, or (Signed) one more attempt."""
        ...

    def note(self, entry: Plan | Verdict | Rehearsal) -> None:
        """The diary: what was seen, decided, dropped and rehearsed, and why."""
        ...


@value
class House:
    """What the line is given. Built once, in wiring; tests build their own."""

    venues: Mapping[Name, Venue]
    wires: Mapping[Lane, Wire]
    wallets: Sequence[Wallet]
    prices: Sequence[PriceSource]
    vault: Vault | None
    """None: a dry run."""
    journal: Journal
    moment: Callable[[], Awaitable[Fetch]]
    """Pins what can be pinned; a source that cannot be reached raises when it is asked."""
    stage: Callable[[Snapshot], AbstractAsyncContextManager[Stage]]
    """Raises Unreadable when there is no fork to be had."""
    decide: Decide
    check: Check
    judge: Judge
    rules: Callable[[Rehearsal, Memory], Rules]
    pause: Callable[[], Awaitable[None]]
    """Between two looks; raises Deadline."""
    tap: Callable[[str], None]
    """Progress for the reader; fault tests kill here."""
    watches: Sequence[Watch] = ()
    asks: bool = True
    """Whether venues are asked what changed there without us: an exit does not wait for the answer."""
    rounds: int = 6
