"""Positions and keys that are not what our own records say: someone else was there, or the records are gone."""

from agent.hedge.landing import missed
from agent.hedge.words import side
from agent.model import Code, Memory, Name, Reason, Terms, View


def stranger(view: View, name: Name, memory: Memory) -> Reason | None:
    """Until a person has looked, such a position may be reduced and not increased.

    A view from before our own last landing says nothing about others: it does not show what we did ourselves.
    """
    if missed(view.stamp, memory):
        return None
    position, known = view.size(name), memory.positions.get((view.venue, name))
    subject = f"{view.venue} {name}"
    if known is None:
        return Reason(code=Code.UNADOPTED, subject=subject, value=side(position)) if position else None
    if abs(position - known) <= view.market(name).lot:
        return None
    said = f"it is {side(position)}, our fills add up to {side(known)}"
    return Reason(code=Code.FOREIGN_FILL, subject=subject, value=said)


def used_elsewhere(terms: Terms) -> Reason | None:
    """Said even when there is nothing to do: a hot key that someone else uses must not wait for the next trade."""
    return Reason(code=Code.FOREIGN_NONCE, subject=terms.lane, value=terms.foreign) if terms.foreign else None


def shut_out(view: View) -> Reason | None:
    """Said even when there is nothing to do: without its permission the operator could not even reduce."""
    said = view.exits_only or ("" if view.may_trade else "the operator may not open positions for the account")
    return Reason(code=Code.NOT_DELEGATED, subject=view.venue, value=said) if said else None
