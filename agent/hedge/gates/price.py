"""Whether the venue's prices can be believed, and whether the market bears the trade."""

from collections.abc import Iterable, Iterator

from agent.hedge.bound import furthest, needed_bound, slipped, worse, worst_price
from agent.hedge.doubts import Doubt, apart, deviations, wide_basis
from agent.hedge.gates.base import Case
from agent.hedge.outside import fresh, outside_price, quotes_of
from agent.model import Code, Kind, Name, Reason
from agent.model.words import coins, percent, price
from agent.units import Price


def oracle_stale(case: Case) -> Iterable[Reason]:
    """At least one outside price must be fresh; that of another venue, read now, is one."""
    if case.market is None:
        return
    quotes = quotes_of(case.market.underlying, case.snapshot)
    if any(fresh(quote) for quote in quotes) or any(_other_venues(case)):
        return
    for quote in quotes:
        age = (quote.stamp.time_ms - quote.updated_ms) // 1000
        yield case.deny(Code.ORACLE_STALE, f"{quote.source} is {age} s old", f"{quote.max_age_s} s")
    if not quotes:
        yield case.deny(Code.ORACLE_STALE, "there is no outside price")


def oracle_deviation(case: Case) -> Iterable[Reason]:
    """The venue's prices against every fresh outside price."""
    if case.trade and case.market:
        yield from _denied(case, deviations(case.market, case.trade.size, case.snapshot, case.limits))


def venues_apart(case: Case) -> Iterable[Reason]:
    """The index prices of two venues. Where a fresh outside price can tell which of them is wrong, it does."""
    if case.market is None or any(fresh(quote) for quote in quotes_of(case.market.underlying, case.snapshot)):
        return
    for venue, index in _other_venues(case):
        if apart(case.market.index, index, case.limits.max_oracle_deviation):
            said = f"index {price(case.market.index)}, that of {venue} {price(index)}"
            yield case.deny(Code.ORACLE_DEVIATION, said, percent(case.limits.max_oracle_deviation))


def _other_venues(case: Case) -> Iterator[tuple[Name, Price]]:
    """Only another exchange's: two accounts at one exchange have one oracle."""
    for view in case.snapshot.views:
        for market in view.markets:
            other = view.venue != case.leg.venue and view.stamp.source != case.view.stamp.source
            if other and case.market and market.underlying == case.market.underlying:
                yield view.venue, market.index


def far_from_outside(case: Case) -> Iterable[Reason]:
    """A bound that the firewall would not sign, said before it is asked. Increases meet stricter gates."""
    outside = outside_price(case.market.underlying, case.snapshot) if case.market else None
    if case.trade is None or outside is None:
        return
    allowed = furthest(case.limits)
    if worse(case.trade.worst, outside * slipped(allowed, case.trade.size), case.trade.size):
        found = f"bound {price(case.trade.worst)}, outside price {price(outside)}"
        yield case.deny(Code.ORACLE_DEVIATION, found, percent(allowed))


def basis(case: Case) -> Iterable[Reason]:
    """Mark against index."""
    if case.market:
        yield from _denied(case, wide_basis(case.market, case.limits))


def _denied(case: Case, found: Iterable[Doubt]) -> Iterable[Reason]:
    return (case.deny(doubt.code, doubt.found, doubt.allowed) for doubt in found)


def slippage(case: Case) -> Iterable[Reason]:
    """The price bound itself, against the venue's price now; an exit and a rescue have an allowance of their own."""
    if case.trade is None or case.market is None:
        return
    limits, size = case.limits, case.trade.size
    allowed = limits.max_exit_slippage if case.leg.kind in (Kind.FLATTEN, Kind.RESCUE) else limits.max_slippage
    loosest = worst_price(case.market, size, allowed)
    if worse(case.trade.worst, loosest, size):
        yield case.deny(Code.SLIPPAGE, f"bound {price(case.trade.worst)}", f"{price(loosest)} ({percent(allowed)})")


def depth(case: Case) -> Iterable[Reason]:
    """Where the venue shows its depth, the bound must allow what this size needs."""
    if not (case.trade and case.market and case.market.depth):
        return
    needed = needed_bound(case.market, case.trade.size)
    if needed is None:
        yield case.deny(Code.DEPTH, f"no depth is known for {coins(abs(case.trade.size))}")
    elif worse(needed, case.trade.worst, case.trade.size):
        found = f"{coins(abs(case.trade.size))} at {price(needed)}"
        yield case.deny(Code.DEPTH, found, f"bound {price(case.trade.worst)}")
