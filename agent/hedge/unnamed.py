"""What no hedge would ever speak of: positions and accounts that the configuration leaves out."""

from collections.abc import Collection, Iterator, Sequence

from agent.hedge.parameters import Hedge
from agent.model import Code, Memory, Name, Reason, Snapshot, View
from agent.model.words import side
from agent.units import Base


def unnamed(hedges: Sequence[Hedge], snapshot: Snapshot, memory: Memory) -> Iterator[Reason]:
    """Said at every look, in the band or not, like a position that is not adopted: nothing here would close it."""
    hedged = {hedge.underlying for hedge in hedges}
    for view in snapshot.views:
        yield from strange_account(view)
        yield from unconfigured(view)
        for position in view.positions:
            if position.size and view.market(position.market).underlying not in hedged:
                yield _position(view.venue, position.market, position.size)
    named = {venue for hedge in hedges for venue in hedge.venues}
    there = {*named, *(view.venue for view in snapshot.views), *(gap.source for gap in snapshot.gaps)}
    yield from left_behind(memory, there)


def strange_account(view: View) -> Iterator[Reason]:
    """What is at the venue is not only what our own trades could have left there."""
    if view.strange:
        yield Reason(code=Code.FOREIGN_FILL, subject=view.venue, value=view.strange)


def unconfigured(view: View) -> Iterator[Reason]:
    """The account's own positions there are as unknown to us as to every hedge."""
    if view.unconfigured:
        yield Reason(code=Code.UNCONFIGURED_POSITION, subject=view.venue, value=view.unconfigured)


def left_behind(memory: Memory, venues: Collection[Name]) -> Iterator[Reason]:
    """A venue taken out of the configuration takes its position out of sight: its coins would be hedged twice."""
    for (venue, market), size in memory.positions.items():
        if size and venue not in venues:
            yield _position(venue, market, size)


def _position(venue: Name, market: Name, size: Base) -> Reason:
    return Reason(code=Code.UNCONFIGURED_POSITION, subject=f"{venue} {market}", value=side(size))
