"""What leaves the machine, what was rehearsed for it, and what became of it."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from agent.errors import Exit, worst
from agent.model.base import Address, Lane, Name, value
from agent.model.happened import Happening
from agent.model.observed import Market, Position, Snapshot, Stamp
from agent.model.planned import Dropped, HedgeState, Leg
from agent.model.reasons import Reason, exit_for
from agent.units import Base, Price, Ratio, Usd


@value
class EvmTx:
    """One EIP-1559 transaction of a lane, unsigned. Amounts are wei."""

    lane: Lane
    nonce: int
    expires_ms: int
    to: Address
    data: bytes
    value: int
    gas: int
    max_fee: int
    tip: int


@value
class Message:
    """One signed-message request: the body is posted as it stands; the firewall derives what is hashed."""

    lane: Lane
    nonce: int
    expires_ms: int
    url: str
    body: bytes
    before: str = ""
    """What the venue saw of what this changes, in its own words, where no name will tell what became of it."""


Payload: TypeAlias = EvmTx | Message


@value
class Movement:
    """A Transfer or Approval event that touches an address of ours. `amount` is in the token's own integer."""

    kind: str
    token: Address
    source: Address
    target: Address
    amount: int


@value
class Draft:
    """A leg as payloads, with every movement of ours that it should cause."""

    leg: Leg
    payloads: tuple[Payload, ...]
    movements: tuple[Movement, ...] = ()


@value
class OwnerCall:
    """A call that only the owner may sign, ready for a wallet or a Safe."""

    chain_id: int
    sender: Address
    to: Address
    data: bytes
    value: int = 0
    why: str = ""


@value
class Cannot:
    """A leg that this venue will not do for the operator, and what the owner could sign instead."""

    leg: Leg
    reason: Reason
    calls: tuple[OwnerCall, ...] = ()


@value
class Played:
    """A transaction as the fork mined it, read back from the fork, with what it did to us."""

    tx: EvmTx
    ok: bool
    gas_used: int
    movements: tuple[Movement, ...] = ()
    said: str = ""


@value
class Rehearsal:
    """A plan played to its end without leaving the machine."""

    before: Snapshot
    after: Snapshot
    drafts: tuple[Draft, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    played: tuple[Played, ...] = ()
    hedges: tuple[HedgeState, ...] = ()
    reasons: tuple[Reason, ...] = ()
    """The plan's own: why it is what it is."""
    happened: tuple[Happening, ...] = ()
    """The plan's own: what venues said happened there."""
    faults: tuple[Reason, ...] = ()
    """What the rehearsal did that the plan does not say: nothing is signed."""
    calls: tuple[OwnerCall, ...] = ()
    look_again: bool = False
    modelled: bool = False
    """No fork was used: the venue's own model spoke."""


@value
class Warrant:
    """What the firewall may let through for one leg: from the plan, never from the composed bytes.

    `outside` is the independent price of each market, None when only an exit may go without one.
    """

    leg: Leg
    positions: Mapping[Name, Base]
    outside: Mapping[Name, Price | None]
    expires_ms: int
    entries: Mapping[Name, Price] = field(default_factory=dict)
    """By market, the price at which its position was entered: for venues that state reductions in dollars."""
    markets: Mapping[Name, Market] = field(default_factory=dict)
    """As the plan saw them: for venues that state increases in dollars, and price bounds without their fee."""
    stops: Mapping[str, Name] = field(default_factory=dict)
    """By order id, the market of each protective order that rests at the venue."""
    orders: Mapping[str, Name] = field(default_factory=dict)
    """By order id, the market of each order of ours that was seen at the venue, protective or not."""
    seen: Mapping[Name, Position] = field(default_factory=dict)
    """By market, the positions as the plan saw them, with their own margin where they have some."""


@value
class Rules:
    """What the vault compares with and judges by, for one round."""

    rehearsed: tuple[Payload, ...] | None
    """The bytes that were played; None when an exit goes without a rehearsal."""
    ceilings: Mapping[Lane, int]
    warrants: tuple[Warrant, ...] = ()
    max_deviation: Ratio = Ratio(0)
    max_order: Usd = Usd(0)
    turnover_left: Usd = Usd(0)
    rehearsal_until_ms: int = 0
    """In the source's time: from then on the rehearsal is too old, and the next round makes another."""


@value
class Signed:
    """`ref` names the payload in the outside world: a transaction hash, a client order id."""

    venue: Name
    payload: Payload
    raw: bytes
    ref: str


class State(StrEnum):
    """Of an intent: signed -> landed | done | refused | void; landed -> signed (a reorg) | done | refused."""

    SIGNED = "signed"
    LANDED = "landed"
    DONE = "done"
    REFUSED = "refused"
    VOID = "void"


@value
class Receipt:
    """What the endpoint answered: a hint for the diary; it may be lost and decides nothing."""

    said: str


@value
class Settlement:
    """What a landed payload did. `filled` is signed; fee and gas are costs."""

    market: Name | None = None
    filled: Base = Base(0)
    price: Price | None = None
    fee: Usd = Usd(0)
    gas_wei: int = 0
    returned_wei: int = 0
    """No cost: the operator has paid it beside the gas, and it came back to the account."""


@value
class Intent:
    """One slot (lane, nonce) and everything ever signed for it."""

    id: int
    ceiling: int
    attempts: tuple[Signed, ...]
    state: State = State.SIGNED
    order_id: str | None = None
    said: tuple[str, ...] = ()
    settlement: Settlement | None = None
    reason: Reason | None = None
    revoked: bool = False
    """A person has flattened since: what is not out yet must never go, its slot is burned."""

    @property
    def venue(self) -> Name:
        return self.attempts[0].venue

    @property
    def lane(self) -> Lane:
        return self.attempts[0].payload.lane


@value
class Outcome:
    """What became of an intent, as the chain or the venue shows it."""

    state: State
    stamp: Stamp
    order_id: str | None = None
    settlement: Settlement | None = None
    reason: Reason | None = None


@value
class Report:
    """How a run ended: its last rehearsal, what was sent on the way, and every reason for what was not done."""

    rehearsal: Rehearsal
    reasons: tuple[Reason, ...]
    happened: tuple[Reason, ...] = ()
    """Surprises on the way, whatever the end."""
    rehearsals: tuple[Rehearsal, ...] = ()
    """Those that were acted on, in order."""
    dry: bool = False

    @property
    def exit(self) -> Exit:
        """The worst that happened; a dry run that found something to do ends with WOULD_TRADE."""
        would = Exit.WOULD_TRADE if self.dry and self.rehearsal.drafts else Exit.DONE
        return worst(would, *(exit_for(reason) for reason in self.reasons))
