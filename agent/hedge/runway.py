"""How long a position lasts: how far its liquidation price is, in the coin's price and in time.

The logarithm of the price counts as a Brownian motion without drift, of deviation s a day. By the reflection
principle (Karatzas and Shreve, Brownian Motion and Stochastic Calculus, section 2.6) the chance that it touches a
price L within T days is twice the chance that it ends beyond L:  2 * (1 - Phi(d / (s * sqrt(T)))),
d = |ln(L / price)|.  It exceeds 5 % from  T = (d / (1.96 * s))^2  on: that is the runway.

Carry that is paid eats equity, and L comes nearer by k a day. L counts as if it stood from the first day where it
will stand on the last,  d - k * T = 1.96 * s * sqrt(T):  rather too short a runway of a short than too long. Carry
that is received is not counted on. Where positions share an account, one price moves and the others stand still.
"""

from collections.abc import Iterable
from decimal import Decimal

from agent.hedge.carry import carry_a_year
from agent.hedge.margin import distance, ends_at, headroom, lost_by_doubling, maintenance_margin
from agent.hedge.stats import DAYS_A_YEAR, LOOKBACK_DAYS, recent_volatility
from agent.model import Name, Past, Position, View, value
from agent.model.words import figure, percent, usd
from agent.units import Price, Ratio, Usd

Z = Decimal("1.96")
"""A normal variable lies beyond it, on one side, with a chance of 2.5 %: half of 5 %."""


@value
class Volatility:
    """Of one coin: the deviation of a day's logarithmic return, and where it is from."""

    daily: Ratio
    origin: str

    @property
    def a_year(self) -> Ratio:
        return Ratio(self.daily.raw * DAYS_A_YEAR.sqrt())


@value
class Runway:
    """Of one position. `days` until its liquidation price is touched with a chance of more than 5 %."""

    venue: Name
    market: Name
    mark: Price
    liquidation: Price | None
    """The venue's own figure where it has one. None: no positive price liquidates."""
    days: Ratio | None
    """None: it does not end."""
    needs: Usd
    """Below this equity the venue liquidates."""
    volatility: Volatility

    def says(self) -> str:
        """Like: +37 % (4,110); runway at 30-day volatility: 41 days."""
        if self.days == Ratio(0):
            return f"any moment: it needs {usd(self.needs)} of equity"
        if self.liquidation is None or self.days is None:
            return "never"
        return f"{self.away()}; runway at {self.volatility.origin}: {self.lasts()}"

    def away(self) -> str:
        return distance(self.liquidation, self.mark) if self.liquidation else "no price"

    def lasts(self) -> str:
        return spelled(self.days) if self.days is not None else "it does not end"


def spelled(days: Ratio) -> str:
    """Hours below two days."""
    if days < Ratio(2):
        return f"{figure(days.raw * 24, 1)} hours"
    return f"{figure(days.raw, 0 if days >= Ratio(10) else 1)} days"


def volatility_of(underlying: Name, past: Past, now_ms: int, assumed: Ratio) -> Volatility:
    """Realised, of the daily closes of the last 30 days; as `assumed`, a year, where too few of them are recorded."""
    found = recent_volatility(past.closes.get(underlying, ()), now_ms)
    if found:
        return Volatility(daily=Ratio(found / DAYS_A_YEAR.sqrt()), origin=f"{LOOKBACK_DAYS}-day volatility")
    said = f"an assumed volatility of {percent(assumed, 0)} a year"
    return Volatility(daily=Ratio(assumed.raw / DAYS_A_YEAR.sqrt()), origin=said)


def days_until(away: Decimal, daily: Decimal, drain: Decimal = Decimal(0)) -> Ratio | None:
    """Until a logarithmic distance is touched with a chance of more than 5 %, when it shrinks by `drain` a day.

    The positive root of  drain * T + 1.96 * daily * sqrt(T) - away = 0,  squared; None where nothing moves.
    """
    if away <= 0:
        return Ratio(0)
    pace = Z * daily
    speed = pace + (pace * pace + 4 * drain * away).sqrt()
    return Ratio((2 * away / speed) ** 2) if speed else None


def reach(days: Ratio, daily: Decimal, drain: Decimal = Decimal(0)) -> Decimal:
    """The logarithmic distance whose runway is that long."""
    return Z * daily * days.raw.sqrt() + drain * days.raw


def runways(view: View, past: Past, assumed: Ratio) -> tuple[Runway, ...]:
    """Of each position at the venue, by what was recorded until then."""
    return tuple(_runway(view, p, past, assumed) for p in view.positions if p.size)


def nearest(found: Iterable[Runway]) -> Runway | None:
    """The position that ends first; None where none ends."""
    ending = [each for each in found if each.days is not None]
    return min(ending, key=lambda each: each.days or Ratio(0), default=None)


def _runway(view: View, position: Position, past: Past, assumed: Ratio) -> Runway:
    market = view.market(position.market)
    moves = volatility_of(market.underlying, past, view.stamp.time_ms, assumed)
    end = position.liquidation or ends_at(view, market)
    return Runway(
        venue=view.venue,
        market=market.name,
        mark=market.mark,
        liquidation=end if end and end > Price(0) else None,
        days=_days(view, position, end, moves),
        needs=maintenance_margin(view),
        volatility=moves,
    )


def _days(view: View, position: Position, end: Price | None, moves: Volatility) -> Ratio | None:
    market, side = view.market(position.market), position.size.sign()
    if headroom(view) <= Usd(0):
        return Ratio(0)
    if end is None or end <= Price(0):
        return None
    away = -side * (end / market.mark).raw.ln()
    return days_until(away, moves.daily.raw, _drain(view, position))


def missing_for_runway(view: View, days: Ratio, past: Past, assumed: Ratio) -> Usd:
    """What the account lacks for every position to last that long; 0 when it lacks nothing."""
    return max((_missing(view, p, days, past, assumed) for p in view.positions if p.size), default=Usd(0))


def _missing(view: View, position: Position, days: Ratio, past: Past, assumed: Ratio) -> Usd:
    """Each dollar moves the liquidation price of a short by  1 / (|size| * (1 + fraction)).  Longs: 1 - fraction."""
    market, outwards = view.market(position.market), -position.size.sign()
    end = position.liquidation or ends_at(view, market)
    if end is None:
        return Usd(0)
    daily = volatility_of(market.underlying, past, view.stamp.time_ms, assumed).daily.raw
    away = reach(days, daily, _drain(view, position))
    wanted = market.mark * Ratio((outwards * away).exp())
    return max(Usd(0), lost_by_doubling(position, market) * (Ratio(outwards) * ((wanted - end) / market.mark)))


def _drain(view: View, position: Position) -> Decimal:
    """By how much a day the liquidation price comes nearer for the carry that the account pays, logarithmically."""
    carried = ((p, view.market(p.market)) for p in view.positions)
    a_year = sum((abs(p.size) * m.mark * carry_a_year(m, p.size) for p, m in carried), Usd(0))
    if a_year >= Usd(0):
        return Decimal(0)
    return (-a_year / lost_by_doubling(position, view.market(position.market))).raw / DAYS_A_YEAR
