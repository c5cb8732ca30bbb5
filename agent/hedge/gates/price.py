"""Whether the venue's prices can be believed, and whether the market bears the trade."""

from collections.abc import Iterable

from agent.hedge.bound import fill_price, furthest, slipped, touch_price, worse, worst_price
from agent.hedge.gates.base import Case
from agent.hedge.outside import fresh, outside_price, quotes_of
from agent.hedge.words import coins, percent, price
from agent.model import Code, Kind, Reason
from agent.units import Price, Ratio


def oracle_stale(case: Case) -> Iterable[Reason]:
    """At least one outside price must be fresh."""
    if case.market is None:
        return
    quotes = quotes_of(case.market.underlying, case.snapshot)
    if any(fresh(quote) for quote in quotes):
        return
    for quote in quotes:
        age = (quote.stamp.time_ms - quote.updated_ms) // 1000
        yield case.deny(Code.ORACLE_STALE, f"{quote.source} is {age} s old", f"{quote.max_age_s} s")
    if not quotes:
        yield case.deny(Code.ORACLE_STALE, "there is no outside price")


def oracle_deviation(case: Case) -> Iterable[Reason]:
    """The venue's index against every fresh outside price; what it trades at may differ by the basis as well."""
    if case.trade is None or case.market is None:
        return
    off, market = case.limits.max_oracle_deviation, case.market
    wider = off + case.limits.max_basis
    touch = touch_price(market, case.trade.size)
    prices = (("index", market.index, off), ("mark", market.mark, wider), ("trading price", touch, wider))
    for quote in (q for q in quotes_of(market.underlying, case.snapshot) if fresh(q)):
        for name, found, allowed in prices:
            if _apart(found, quote.price, allowed):
                said = f"{name} {price(found)}, {quote.source} {price(quote.price)}"
                yield case.deny(Code.ORACLE_DEVIATION, said, percent(allowed))


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
    """Mark against index: |mark - index| / index."""
    if case.market and _apart(case.market.mark, case.market.index, case.limits.max_basis):
        found = f"mark {price(case.market.mark)}, index {price(case.market.index)}"
        yield case.deny(Code.BASIS, found, percent(case.limits.max_basis))


def _apart(one: Price, reference: Price, allowed: Ratio) -> bool:
    return abs(one - reference) > reference * allowed


def slippage(case: Case) -> Iterable[Reason]:
    """The price bound itself, against the venue's price now; a flatten has an allowance of its own."""
    if case.trade is None or case.market is None:
        return
    limits, size = case.limits, case.trade.size
    allowed = limits.max_exit_slippage if case.leg.kind is Kind.FLATTEN else limits.max_slippage
    loosest = worst_price(case.market, size, allowed)
    if worse(case.trade.worst, loosest, size):
        yield case.deny(Code.SLIPPAGE, f"bound {price(case.trade.worst)}", f"{price(loosest)} ({percent(allowed)})")


def depth(case: Case) -> Iterable[Reason]:
    """Where the venue shows its depth, the expected price at this size must keep to the price bound."""
    if not (case.trade and case.market and case.market.depth):
        return
    expected = fill_price(case.market, case.trade.size)
    if expected is None:
        yield case.deny(Code.DEPTH, f"no depth is known for {coins(abs(case.trade.size))}")
    elif worse(expected, case.trade.worst, case.trade.size):
        found = f"{coins(abs(case.trade.size))} at {price(expected)}"
        yield case.deny(Code.DEPTH, found, f"bound {price(case.trade.worst)}")
