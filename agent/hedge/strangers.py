"""Positions and keys that are not what our own records say: someone else was there, or the records are gone."""

from collections.abc import Iterator, Mapping

from agent.hedge.landing import missed, torn
from agent.model import Adopted, Answer, Cause, Code, Happening, Market, Memory, Name, Reason, Terms, View, value
from agent.model.words import coins, price, side
from agent.units import Base

ANSWERS: Mapping[Cause, Answer] = {
    Cause.ADL: "rehedge",
    Cause.LIQUIDATION: "ask",
    Cause.TRADE: "ask",
    Cause.STOP: "ask",
    Cause.FUNDS: "rehedge",
}
"""Unless configured otherwise. A venue that deleverages leaves spot bare at a profit; a liquidation is a failure of
our own, and what someone else does with the account only that one can explain."""
_STRICT: tuple[Answer, ...] = ("ask", "hold", "rehedge")
_CODES: Mapping[Answer, Code] = {"ask": Code.CHANGED_ASKS, "hold": Code.CHANGED_HELD, "rehedge": Code.CHANGED}
_WORDS = {
    Cause.ADL: "auto-deleveraged",
    Cause.LIQUIDATION: "liquidated",
    Cause.TRADE: "traded by another hand",
    Cause.STOP: "closed by its protective stop",
    Cause.FUNDS: "collateral moved",
}


@value
class Change:
    """What our records do not know of one position, and what the venue's records say of it."""

    venue: Name
    market: Name
    known: Base
    now: Base
    found: tuple[Happening, ...]
    """Those that add up to the difference; none when nothing does."""

    def answer(self, memory: Memory, answers: Mapping[Cause, Answer]) -> Answer | None:
        """The strictest of its causes; a fill of our own asks nobody. None: the cause is unknown."""
        said = {"rehedge" if ours(each, memory) else answers[each.cause] for each in self.found}
        return next((answer for answer in _STRICT if answer in said), None)

    def reason(self, memory: Memory, answers: Mapping[Cause, Answer]) -> Reason:
        answer, subject = self.answer(memory, answers), f"{self.venue} {self.market}"
        said = f"it is {side(self.now)}, our fills add up to {side(self.known)}"
        if answer is None:
            silent = memory.silent.get(self.venue)
            why = f"; the records of {self.venue} could not be read: {silent}" if silent else ""
            return Reason(code=Code.FOREIGN_FILL, subject=subject, value=f"{said}{why}")
        causes = ", ".join(_told(each, memory) for each in self.found)
        return Reason(code=_CODES[answer], subject=subject, value=f"{causes}: {said}")


def ours(each: Happening, memory: Memory) -> bool:
    """A stop of ours that fired is not: placing it was, and nothing of it is in the records."""
    return each.cause is Cause.TRADE and each.ref in memory.refs


def _told(each: Happening, memory: Memory) -> str:
    cause = "a fill of ours that the records missed" if ours(each, memory) else _WORDS[each.cause]
    at = f" at {price(each.price)}" if each.price else ""
    return f"{cause}, {coins(abs(each.size))}{at} ({each.ref})"


def changes(view: View, memory: Memory) -> Iterator[Change]:
    """A view that may not show what we did ourselves, or shows what our records do not know yet, says nothing about
    others."""
    if missed(view.stamp, memory) or torn(view, memory):
        return
    for market in view.markets:
        now, known = view.size(market.name), memory.positions.get((view.venue, market.name))
        if known is not None and abs(now - known) > market.lot:
            found = explained(view, market, known, memory)
            yield Change(venue=view.venue, market=market.name, known=known, now=now, found=found)


def explained(view: View, market: Market, known: Base, memory: Memory) -> tuple[Happening, ...]:
    """The latest records that add up to the difference. What our own fills did is in our records already, unless it
    is only with them that the sum is right; what was before the position was last as we know it is, too. Two blocks
    may be of one second: what happened in that one still counts."""
    off, since_ms = view.size(market.name) - known, _agreed_ms(view.venue, market, known, memory)
    here = [each for each in memory.happened if (each.venue, each.market) == (view.venue, market.name)]
    listed = [each for each in here if each.time_ms >= since_ms]
    foreign = [each for each in listed if not ours(each, memory)]
    return _latest(foreign, off, market.lot) or _latest(listed, off, market.lot)


def _agreed_ms(venue: Name, market: Market, known: Base, memory: Memory) -> int:
    """When the last plan saw just that position; 0 where it saw another."""
    seen = memory.accounts.get(venue)
    size = seen.sizes.get(market.name) if seen else None
    return seen.time_ms if seen and size is not None and abs(size - known) <= market.lot else 0


def _latest(found: list[Happening], off: Base, lot: Base) -> tuple[Happening, ...]:
    total = Base(0)
    for start in reversed(range(len(found))):
        total += found[start].size
        if abs(total - off) <= lot:
            return tuple(found[start:])
    return ()


def adopted(view: View, memory: Memory, answers: Mapping[Cause, Answer]) -> Iterator[Adopted]:
    """What the next plan knows of a change that asks nobody."""
    for change in changes(view, memory):
        if change.answer(memory, answers) == "rehedge":
            why = change.reason(memory, answers).value
            yield Adopted(venue=change.venue, market=change.market, size=change.now, why=why)


def stranger(view: View, name: Name, memory: Memory, answers: Mapping[Cause, Answer] = ANSWERS) -> Reason | None:
    """Until a person has looked, such a position may be reduced and not increased; CHANGED alone is only told."""
    if missed(view.stamp, memory):
        return None
    position = view.size(name)
    if (view.venue, name) not in memory.positions:
        said = Reason(code=Code.UNADOPTED, subject=f"{view.venue} {name}", value=side(position))
        return said if position else None
    return next((each.reason(memory, answers) for each in changes(view, memory) if each.market == name), None)


def puzzling(view: View, memory: Memory) -> bool:
    """Whether the venue should be asked what happened there: what it has told so far explains not all."""
    return any(not change.found for change in changes(view, memory))


def used_elsewhere(terms: Terms) -> Reason | None:
    """Said even when there is nothing to do: a hot key that someone else uses must not wait for the next trade."""
    return Reason(code=Code.FOREIGN_NONCE, subject=terms.lane, value=terms.foreign) if terms.foreign else None


def shut_out(view: View) -> Reason | None:
    """Said even when there is nothing to do: without its permission the operator could not even reduce."""
    if not view.may_trade:
        return Reason(code=Code.NOT_DELEGATED, subject=view.venue)
    return Reason(code=Code.EXITS_ONLY, subject=view.venue, value=view.exits_only) if view.exits_only else None
