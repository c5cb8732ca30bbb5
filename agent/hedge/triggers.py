"""Reasons to look closer than the band does: a wide basis, a date of the user's calendar.

A trigger takes the no-trade zone away, up to the first trade of the day: a target that follows the price would else
be followed run after run, as long as the basis stays wide. The smallest trade, the cooldown and every gate stay. The
others need no word here: the drift is the band's, coins that moved are in the exposure, what funding costs is
burden.py's, and leverage and liquidation are rescue.py's, which waits for no band.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from agent.hedge.parameters import Hedge
from agent.hedge.places import Place
from agent.model import Code, Memory, Reason
from agent.model.times import DAY_MS
from agent.model.words import percent
from agent.units import Price, Ratio


def triggers(hedge: Hedge, found: Sequence[Place], now_ms: int, memory: Memory) -> tuple[Reason, ...]:
    begins_ms, places = now_ms - now_ms % DAY_MS, {(place.view.venue, place.market.name) for place in found}
    if any(t.time_ms >= begins_ms for t in memory.trades if (t.venue, t.market) in places):
        return ()
    return (*_basis(hedge, found), *_dates(hedge, now_ms))


def _basis(hedge: Hedge, found: Sequence[Place]) -> Iterator[Reason]:
    """|mark / index - 1|. Beyond max_basis it is a gate, too."""
    for place in found:
        market = place.market
        off = abs(market.mark - market.index) / market.index if market.index > Price(0) else Ratio(0)
        if place.position and off > hedge.review_basis:
            subject = f"{place.view.venue} {market.name}"
            said = f"mark and index are {percent(off)} apart"
            yield Reason(code=Code.TRIGGERED, subject=subject, value=said, limit=percent(hedge.review_basis))


def _dates(hedge: Hedge, now_ms: int) -> Iterator[Reason]:
    today = datetime.fromtimestamp(now_ms // 1000, UTC).date()
    if today in hedge.calendar:
        yield Reason(code=Code.TRIGGERED, subject=hedge.underlying, value=f"{today} is in its calendar")
