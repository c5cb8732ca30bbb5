"""The market as a short sees it: rates, margin, room for more, and what trades of some sizes would fetch."""

from collections.abc import Iterator
from decimal import Decimal

from agent.errors import Unreadable
from agent.model import DepthPoint, Market, Rate
from agent.reading import Answers
from agent.units import Base, Price, Ratio
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.setup import ONE, USD
from agent.venues.gmx_v2.structs import ExecutionPrice, MarketInfo
from agent.venues.gmx_v2.valuation import ValueReads

SECOND = 1
"""Rates are per second."""
LEAST_DOLLAR = Price("0.98")
"""Collateral is posted as one dollar a coin, and the exchange counts it at its price."""
_STEPS = (Decimal(1), Decimal("1.5"), Decimal(2), Decimal(3), Decimal(5), Decimal("7.5"))
_DECADES = range(2, 8)
"""100 US dollars to 75 million."""


def ladder(seen: Seen) -> tuple[int, ...]:
    """Sizes to ask prices for, in US dollars times 1e30: sales up to what the market takes, then purchases up to all
    of our position."""
    steps = sorted(int(step.scaleb(decade + USD)) for decade in _DECADES for step in _STEPS)
    smallest = (seen.setup.market.lot * seen.setup.price(seen.priced.index.min)).to_int(USD)
    room, held = room_left(seen), seen.managed.size_in_usd if seen.managed else 0
    return (
        *(size for size in (smallest, *steps, room) if smallest <= size <= room),
        *(-size for size in (smallest, *steps, held) if smallest <= size <= held),
    )


def room_left(seen: Seen) -> int:
    """What shorts may still add, in US dollars times 1e30: open interest and the pool's reserve both bound it.

    MarketUtils: validateOpenInterest, validateReserve and validateOpenInterestReserve, for shorts.
    """
    found, reads, short = seen.found, seen.market, seen.setup.market.short
    pool = found[reads.pool] // (2 if seen.setup.market.long.address == short.address else 1)
    backing = pool * seen.priced.wire.short_token_price.min
    factor = min(found[reads.reserve_factor], found[reads.interest_reserve_factor])
    return max(0, min(found[reads.most_interest], backing * factor // ONE) - seen.short_interest())


def full(seen: Seen) -> Iterator[str]:
    """Why nothing should be added now."""
    smallest = seen.setup.market.lot * seen.setup.price(seen.priced.index.min)
    room = seen.setup.dollars_of(room_left(seen))
    if room < smallest:
        yield f"the market takes {room.raw:.0f} USD more of shorts"
    dollar = Price.from_int(seen.priced.wire.short_token_price.min, USD - seen.setup.market.short.decimals)
    if dollar < LEAST_DOLLAR:
        yield f"a dollar of collateral is worth {dollar.raw:.3f} USD"


def to_market(seen: Seen, values: ValueReads, second: Answers) -> Market:
    """Mark and index are the exchange's one price: it executes at the oracle's, and impact is in the depth."""
    info, prices = second[values.market], seen.priced.index
    mark = Price((seen.setup.price(prices.min).raw + seen.setup.price(prices.max).raw) / 2)
    return Market(
        name=seen.setup.market.name,
        underlying=seen.setup.market.underlying,
        lot=seen.setup.market.lot,
        minimum=seen.setup.dollars_of(seen.found[seen.market.least_size]),
        mark=mark,
        index=mark,
        funding=funding(seen, info),
        borrow=Rate(value=seen.setup.ratio(info.borrowing_factor_per_second_for_shorts), interval_s=SECOND),
        initial_margin=_initial_margin(seen),
        maintenance_margin=seen.setup.ratio(seen.found[seen.market.liquidation_factor]),
        fee=seen.setup.ratio(max(seen.found[seen.market.fee_worse], seen.found[seen.market.fee_better])),
        depth=tuple(_depth(seen, values, second)),
    )


def funding(seen: Seen, info: MarketInfo) -> Rate:
    """As shorts feel it, > 0 when they receive. The factor is on the open interest of who pays: shorts receive it
    scaled by how much more the longs hold. Where one side holds nothing, nothing is paid."""
    factor, shorts, longs = info.next_funding.funding_factor_per_second, seen.short_interest(), seen.long_interest()
    if not (shorts and longs):
        return Rate(value=Ratio(0), interval_s=SECOND)
    if not info.next_funding.longs_pay_shorts:
        return Rate(value=-seen.setup.ratio(factor), interval_s=SECOND)
    return Rate(value=Ratio(seen.setup.ratio(factor).raw * longs / shorts), interval_s=SECOND)


def _initial_margin(seen: Seen) -> Ratio:
    """The larger of the fixed factor and the one that grows with the open interest (PositionUtils)."""
    by_interest = seen.short_interest() * seen.found[seen.market.collateral_factor_by_interest] // ONE
    return seen.setup.ratio(max(seen.found[seen.market.collateral_factor], by_interest))


def _depth(seen: Seen, values: ValueReads, second: Answers) -> Iterator[DepthPoint]:
    """An order executes whole, at one price; a size that the exchange would not execute is left out."""
    for size_usd, read in values.ladder.items():
        try:
            execution = second[read]
        except Unreadable:
            continue
        yield DepthPoint.whole(_coins(seen, size_usd), _all_in(seen, size_usd, execution))


def _coins(seen: Seen, size_usd: int) -> Base:
    """A sale states today's dollars; a purchase dollars at entry, of which all stand for the whole position."""
    held = seen.managed
    if size_usd > 0 or held is None:
        return -(seen.setup.dollars_of(size_usd) / seen.setup.price(seen.priced.index.min))
    return Base(seen.setup.coins(held.size_in_tokens).raw * -size_usd / held.size_in_usd)


def _all_in(seen: Seen, size_usd: int, execution: ExecutionPrice) -> Price:
    reads, improved = seen.market, execution.balance_was_improved
    fee = seen.setup.ratio(seen.found[reads.fee_better if improved else reads.fee_worse])
    price = seen.setup.price(execution.execution_price)
    return price * (Ratio(1) - fee if size_usd > 0 else Ratio(1) + fee)
