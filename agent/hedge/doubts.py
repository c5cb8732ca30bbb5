"""Whether a venue's prices can be believed: each by every fresh price from outside, and the mark by the index."""

from collections.abc import Iterator

from agent.hedge.bound import touch_price
from agent.hedge.outside import fresh, quotes_of
from agent.hedge.parameters import Limits
from agent.hedge.places import Place
from agent.model import Code, Market, Snapshot, value
from agent.model.words import percent, price
from agent.units import Base, Price, Ratio


@value
class Doubt:
    """What was found, and what would be believed."""

    code: Code
    found: str
    allowed: str

    @property
    def said(self) -> str:
        return f"{self.found}, {self.allowed} apart at most"


def doubts(market: Market, direction: Base, snapshot: Snapshot, limits: Limits) -> Iterator[Doubt]:
    """Everything that forbids to add to a position here by a trade in that direction."""
    yield from deviations(market, direction, snapshot, limits)
    yield from wide_basis(market, limits)


def closed(place: Place, direction: Base, snapshot: Snapshot, limits: Limits) -> str | None:
    """Why nothing can be added here now: what a gate would deny, another venue may take."""
    doubted = (doubt.said for doubt in doubts(place.market, direction, snapshot, limits))
    return place.shut or next(doubted, None)


def deviations(market: Market, direction: Base, snapshot: Snapshot, limits: Limits) -> Iterator[Doubt]:
    """The index from a price outside; what the venue trades at may differ by the basis as well."""
    off, touch = limits.max_oracle_deviation, touch_price(market, direction)
    wider = off + limits.max_basis
    prices = (("index", market.index, off), ("mark", market.mark, wider), ("trading price", touch, wider))
    for quote in (q for q in quotes_of(market.underlying, snapshot) if fresh(q)):
        for name, found, allowed in prices:
            if apart(found, quote.price, allowed):
                said = f"{name} {price(found)}, {quote.source} {price(quote.price)}"
                yield Doubt(code=Code.ORACLE_DEVIATION, found=said, allowed=percent(allowed))


def wide_basis(market: Market, limits: Limits) -> Iterator[Doubt]:
    """|mark - index| / index."""
    if apart(market.mark, market.index, limits.max_basis):
        said = f"mark {price(market.mark)}, index {price(market.index)}"
        yield Doubt(code=Code.BASIS, found=said, allowed=percent(limits.max_basis))


def away(one: Price, reference: Price) -> Ratio:
    """As a share of the reference; 1 where that is nothing."""
    return abs(one - reference) / reference if reference else Ratio(1)


def apart(one: Price, reference: Price, allowed: Ratio) -> bool:
    return abs(one - reference) > reference * allowed
