"""What must be hedged: our coins of one underlying, wherever they sit, and whether the figure can be believed."""

from collections.abc import Mapping

from agent.hedge.basket import in_hedged, unpriced
from agent.hedge.landing import older
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.places import dark
from agent.model import Code, Held, Holding, Memory, Name, Reason, SeenExposure, Snapshot, Stamp, value
from agent.model.words import coins, percent
from agent.units import Base

STILL_MS = 30_000
"""A block this old is the head of a chain that stands still: one that mines only on demand has no later one to show.
Every chain that we know mines several in that time."""


@value
class Exposure:
    """The amount, None when it is unknown, and every reason why it may not be hedged yet."""

    amount: Base | None
    reasons: tuple[Reason, ...] = ()
    look_again: bool = False
    seen: SeenExposure | None = None
    """What the next look must know of this one; None: nothing new."""

    @property
    def settled(self) -> bool:
        return self.amount is not None and not self.reasons


def exposure_of(hedge: Hedge, snapshot: Snapshot, memory: Memory, limits: Limits) -> Exposure:
    """Wallets and declarations of the hedge, and the coins that venues hold as collateral; all in the hedged coin."""
    coins_held = held_of(hedge, snapshot)
    unknown = (*_unread(hedge, snapshot), *_expired(hedge, snapshot), *unpriced(hedge, coins_held, snapshot))
    if unknown:
        return Exposure(amount=None, reasons=unknown)
    amount = in_hedged(hedge, coins_held, snapshot)
    hidden = _hidden(hedge, amount, snapshot, memory)
    return Exposure(amount=None, reasons=hidden) if hidden else _believed(hedge, amount, snapshot, memory, limits)


def held_of(hedge: Hedge, snapshot: Snapshot) -> Mapping[Name, Base]:
    """The hedged coin first, then those of its basket."""
    found = dict.fromkeys(hedge.coins, Base(0))
    for holding in _holdings(hedge, snapshot):
        found[holding.underlying] += holding.amount
    return found


def _holdings(hedge: Hedge, snapshot: Snapshot) -> tuple[Holding, ...]:
    in_wallets = (h for held in _held(hedge, snapshot) for h in held.holdings)
    at_venues = (h for view in snapshot.views for h in view.collateral)
    return tuple(h for h in (*in_wallets, *at_venues) if h.underlying in hedge.coins)


def _held(hedge: Hedge, snapshot: Snapshot) -> tuple[Held, ...]:
    return tuple(held for held in snapshot.held if held.wallet in hedge.wallets)


def _unread(hedge: Hedge, snapshot: Snapshot) -> tuple[Reason, ...]:
    why = {gap.source: gap.why for gap in snapshot.gaps}
    seen = {held.wallet for held in snapshot.held}
    return tuple(
        Reason(code=Code.SPOT_UNREADABLE, subject=hedge.underlying, value=_said(wallet, why.get(wallet)))
        for wallet in hedge.wallets
        if wallet not in seen
    )


def _said(wallet: Name, why: str | None) -> str:
    return f"{wallet}: {why or 'was not read'}"


def _expired(hedge: Hedge, snapshot: Snapshot) -> tuple[Reason, ...]:
    now = snapshot.time_ms()
    return tuple(
        Reason(code=Code.DECLARATION_EXPIRED, subject=hedge.underlying, value=f"{h.where}: {coins(h.amount)}")
        for h in _holdings(hedge, snapshot)
        if h.expires_ms is not None and h.expires_ms <= now
    )


def _hidden(hedge: Hedge, amount: Base, snapshot: Snapshot, memory: Memory) -> tuple[Reason, ...]:
    """A dark venue may hold coins of ours as collateral: less than was seen before is then no figure at all."""
    seen = memory.exposures.get(hedge.underlying)
    if seen is None or amount >= seen.taken:
        return ()
    return tuple(
        Reason(
            code=Code.SPOT_UNREADABLE,
            subject=hedge.underlying,
            value=f"{venue} is dark and may hold the difference",
            limit=f"{coins(amount)} now, {coins(seen.taken)} before",
        )
        for venue in dark(hedge, snapshot)
    )


def _believed(hedge: Hedge, amount: Base, snapshot: Snapshot, memory: Memory, limits: Limits) -> Exposure:
    """A change inside the band is taken; a larger one after a second reading; a jump by a person only."""
    before, taken = memory.exposures.get(hedge.underlying), SeenExposure(taken=amount)
    if before is None or _agree(hedge, amount, before.taken):
        return Exposure(amount=amount, seen=taken)
    changed = f"{coins(before.taken)} -> {coins(amount)}"
    if before.taken and abs(amount - before.taken) > abs(before.taken) * limits.max_exposure_jump:
        jump = Reason(
            code=Code.EXPOSURE_JUMP,
            subject=hedge.underlying,
            value=changed,
            limit=percent(limits.max_exposure_jump),
        )
        return Exposure(amount=amount, reasons=(jump,))
    waits = bool(before.pending_at) and before.pending is not None and _agree(hedge, amount, before.pending)
    if waits and _seen_again(hedge, snapshot, before):
        return Exposure(amount=amount, seen=taken)
    first = SeenExposure(taken=before.taken, pending=amount, pending_at=_read_at(hedge, snapshot))
    unconfirmed = Reason(code=Code.EXPOSURE_UNCONFIRMED, subject=hedge.underlying, value=changed)
    return Exposure(amount=amount, reasons=(unconfirmed,), look_again=True, seen=before if waits else first)


def _agree(hedge: Hedge, one: Base, other: Base) -> bool:
    """Staked coins accrue between two readings; what the band forgives needs no second look."""
    return abs(one - other) <= abs(other) * hedge.band


def _seen_again(hedge: Hedge, snapshot: Snapshot, first: SeenExposure) -> bool:
    """The same block read twice is one reading: every source must show a later one, or stand still."""
    looked = {stamp.source: stamp for stamp in first.pending_at}
    again = ((looked[stamp.source], stamp) for stamp in _read_at(hedge, snapshot) if stamp.source in looked)
    return all(older(one, two) or (not older(two, one) and _still(two, snapshot)) for one, two in again)


def _read_at(hedge: Hedge, snapshot: Snapshot) -> tuple[Stamp, ...]:
    """When and where the exposure was read."""
    posted = (v.stamp for v in snapshot.views if any(h.underlying in hedge.coins for h in v.collateral))
    return tuple(dict.fromkeys((*(held.stamp for held in _held(hedge, snapshot)), *posted)))


def _still(stamp: Stamp, snapshot: Snapshot) -> bool:
    """By the time that the source itself names now; where nobody can say, it does not."""
    return any(
        terms.stamp.source == stamp.source and terms.now_ms - stamp.time_ms >= STILL_MS for terms in snapshot.terms
    )
