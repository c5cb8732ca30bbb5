"""All-in cost of a trade at one place: fee and impact from its depth, and what holding it costs over a horizon.

Holding counts by the last rates, without compounding: what a forecast would have to beat.
"""

from collections.abc import Iterator, Sequence

from agent.hedge.bound import on_side, slipped, worth
from agent.hedge.carry import carry_a_year, over
from agent.model import Market
from agent.units import Base, Price, Ratio, Usd


def trading(market: Market, size: Base) -> Usd:
    """Against the mark. Between two points of the depth straight, and beyond the last as bad as there."""
    before, paid = Base(0), Usd(0)
    if not size:
        return paid
    for at, lost in _losses(market, size):
        if abs(size) <= at:
            return paid + (at * lost - paid) * ((abs(size) - before) / (at - before))
        before, paid = at, at * lost
    return paid * (abs(size) / before) if before else Usd(0)


def all_in(market: Market, size: Base, days: int) -> Usd:
    """Of a position that this trade opens and that is held so long; < 0 where it earns more than it costs."""
    return trading(market, size) - _earned(market, size, days)


def closing(market: Market, size: Base, days: int) -> Usd:
    """Of a trade that closes a part of a position: what it costs, and what holding that part would have earned."""
    return trading(market, size) + _earned(market, -size, days)


def sizes(market: Market, direction: Base) -> tuple[Base, ...]:
    """Where the price of one more coin changes."""
    return tuple(at for at, _ in _losses(market, direction))


def yearly(cost: Usd, notional: Usd, days: int) -> Ratio:
    """A cost over the horizon as a share of the notional and year."""
    return cost / notional / over(Ratio(1), days)


def preferred(rates: Sequence[Ratio], tolerance: Ratio) -> int:
    """The first that is as good as the cheapest."""
    return next(n for n, rate in enumerate(rates) if rate <= min(rates) + tolerance)


def _earned(market: Market, position: Base, days: int) -> Usd:
    return worth(position, market.mark) * over(carry_a_year(market, position), days)


def _losses(market: Market, size: Base) -> Iterator[tuple[Base, Price]]:
    """By size, what each coin loses on average against the mark; by the fee alone where no depth is shown."""
    side = [(abs(point.size), point.average) for point in on_side(market, size)]
    for at, price in side or [(abs(size), market.mark * slipped(market.fee, size))]:
        yield at, (market.mark - price if size.sign() < 0 else price - market.mark)
