"""The rehearsal against the plan: whatever it did that the plan does not say is a fault, and nothing is signed."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from agent.model import (
    Address,
    Code,
    Held,
    Kind,
    Movement,
    Name,
    Played,
    Reason,
    Rehearsal,
    Snapshot,
    Trade,
    View,
)
from agent.model.words import side
from agent.units import Base

Key = tuple[str, Address, Address, Address]


def make_judge() -> Callable[[Rehearsal], Rehearsal]:
    """For a flatten a fault is a note: an exit goes even when its rehearsal fails."""

    def judge(rehearsal: Rehearsal) -> Rehearsal:
        if not rehearsal.drafts:
            return rehearsal
        faults = rehearsal.faults
        if not faults:  # what was never played to its end has no outcome to judge
            faults = (
                *_reverted(rehearsal),
                *_gas(rehearsal),
                *_moved(rehearsal),
                *_missed(rehearsal),
                *_spot(rehearsal),
            )
        if is_flatten(rehearsal):
            return replace(rehearsal, faults=(), reasons=(*rehearsal.reasons, *faults))
        return replace(rehearsal, faults=faults)

    return judge


def is_flatten(rehearsal: Rehearsal) -> bool:
    return all(draft.leg.kind is Kind.FLATTEN for draft in rehearsal.drafts)


def _fault(subject: str, found: str, planned: str = "") -> Reason:
    return Reason(code=Code.REHEARSAL_FAULT, subject=subject, value=found, limit=planned)


def _named(played: Played) -> str:
    return f"transaction {played.tx.nonce} of {played.tx.lane}"


def _reverted(rehearsal: Rehearsal) -> Iterable[Reason]:
    return (_fault(_named(p), f"reverted: {p.said or 'no reason given'}") for p in rehearsal.played if not p.ok)


def _gas(rehearsal: Rehearsal) -> Iterable[Reason]:
    """A tenth of the limit must be left: the live chain is never quite the fork."""
    return (
        _fault(_named(p), f"used {p.gas_used} gas", f"90 % of its limit of {p.tx.gas}")
        for p in rehearsal.played
        if p.gas_used * 10 > p.tx.gas * 9
    )


def _moved(rehearsal: Rehearsal) -> Iterable[Reason]:
    """No Transfer or Approval of ours that no draft names, and none above what they name together."""
    named = _totals(m for draft in rehearsal.drafts for m in draft.movements)
    found = _totals(m for played in rehearsal.played for m in played.movements)
    for key, amount in found.items():
        if amount > named[key] or key not in named:
            kind, token, source, target = key
            planned = str(named[key]) if key in named else "nothing of the kind"
            yield _fault(f"{kind} of {token}", f"{amount} from {source} to {target}", planned)


def _totals(movements: Iterable[Movement]) -> Counter[Key]:
    totals = Counter[Key]()
    for m in movements:
        totals[m.kind, m.token, m.source, m.target] += m.amount
    return totals


def _missed(rehearsal: Rehearsal) -> Iterable[Reason]:
    """Every position ends where the plan says, within a lot; so do those that no leg names."""
    for before in rehearsal.before.views:
        then = next((view for view in rehearsal.after.views if view.venue == before.venue), None)
        if then is None:
            yield _fault(before.venue, "cannot be read after the rehearsal")
            continue
        for name in sorted(_markets(before) | _markets(then)):
            wanted = before.size(name) + _traded(rehearsal, before.venue, name)
            market, found = before.market(name), then.size(name)
            too_small = not found and abs(wanted) * market.mark < market.minimum  # a venue may close it instead
            if abs(found - wanted) > market.lot and not too_small:
                yield _fault(f"{before.venue} {name}", side(found), side(wanted))


def _markets(view: View) -> set[Name]:
    return {position.market for position in view.positions} | {market.name for market in view.markets}


def _traded(rehearsal: Rehearsal, venue: Name, market: Name) -> Base:
    actions = (action for d in rehearsal.drafts if d.leg.venue == venue for action in d.leg.actions)
    return sum((a.size for a in actions if isinstance(a, Trade) and a.market == market), Base(0))


def _spot(rehearsal: Rehearsal) -> Iterable[Reason]:
    """Spot never shrinks; a rebasing token may grow. Tokens are compared, not their worth: a rate moves by itself."""
    after = _spot_of(rehearsal.after)
    for where, units in _spot_of(rehearsal.before).items():
        left = after.get(where)
        if left is None or Decimal(left) < Decimal(units):
            yield _fault(f"spot of {where[0]}", f"{left or 'unreadable'} {where[1]}", units)


def _spot_of(snapshot: Snapshot) -> dict[tuple[Name, str], str]:
    return {key: units for held in snapshot.held for key, units in _holdings(held)}


def _holdings(held: Held) -> Iterable[tuple[tuple[Name, str], str]]:
    return (((held.wallet, h.asset or h.underlying), h.units or str(h.amount)) for h in held.holdings)
