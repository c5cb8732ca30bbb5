"""How far the short may be off its target before a trade is worth its cost, and how near the trade then goes.

A constant share of the target, or by cost. Being d coins off costs the risk  g/2 * d^2 * S * v^2 / E  a year (price
S, volatility v, exposure E, aversion g). A trade costs k for each dollar, less what the carry of the traded part
brings, and a fixed amount f. It stops at a near edge a, where one coin nearer would save less than it costs, and
begins at b, from where the way back to a pays for the fixed cost, too. What can be saved depends on the target:

- It stays, but for coins that come and go: what is off stays off, over the horizon T.
  a = k * E / (g * v^2 * T),  b = a + sqrt(2 * f * E / (g * S * v^2 * T)).
- It follows the price (a short of constant dollars): what is off wanders with the price itself. In shares of the
  target worth U,  a = m - h  and  b = m + h  with  m * h^3 = 3 * f * E * S / (4 * g * U^2)  and
  m^3 - m * h^2 = 3 * k * E * S / (2 * g * U): the cube root of a proportional cost alone, the fourth root of a fixed
  one alone, and both as in Whalley and Wilmott, Optimal hedging of options with small but arbitrary transaction cost
  structure (1999). The volatility cancels: a faster price costs and risks more alike.
"""

from decimal import Context, Decimal

from agent.hedge.band import band_of
from agent.hedge.bound import touch_price, worth
from agent.hedge.carry import carry_a_year, over
from agent.hedge.parameters import Hedge
from agent.hedge.zone_rule import CostZone
from agent.model import Market, value
from agent.model.words import percent
from agent.units import Base, Price, Ratio

_ROOTS, _STEPS = Context(prec=20), 12
"""An estimate needs no more digits."""


@value
class Zone:
    """In coins off the target: a trade begins beyond `start` and ends at `edge`."""

    start: Base
    edge: Base
    why: str = ""


NONE = Zone(start=Base(0), edge=Base(0), why="none: a trigger has fired")


def constant(target: Base, band: Ratio) -> Zone:
    """A share of the target."""
    return Zone(start=band_of(target, band), edge=Base(0), why=percent(band))


def zone_of(
    hedge: Hedge, drift: Base, target: Base, exposure: Base, market: Market, moves: Decimal | None, *, wanders: bool
) -> Zone:
    """The hedge's own band while the volatility of a year is unknown. `wanders`: the target follows the price."""
    rule, days = hedge.cost_zone, hedge.horizon_days
    if rule is None or not (target and exposure and moves):
        return constant(target, hedge.band)
    trade = max(Ratio(0), _paid(market, drift) - over(_gained(market, drift, target), days))
    return (
        wandering(rule, target, exposure, market.mark, trade)
        if wanders
        else staying(rule, target, exposure, market.mark, trade, Ratio(moves), days)
    )


def staying(rule: CostZone, target: Base, exposure: Base, mark: Price, trade: Ratio, moves: Ratio, days: int) -> Zone:
    """`trade` is what a dollar traded costs, `moves` the volatility of a year."""
    risk = moves * moves * over(Ratio(1), days) * rule.aversion
    fixed = rule.fixed / worth(exposure, mark)
    edge = abs(exposure) * (trade / risk)
    start = edge + abs(exposure) * Ratio((2 * (fixed / risk).raw).sqrt())
    said = f"by cost: {percent(trade, 3)} a trade, volatility {percent(moves, 0)} a year, {days} days"
    return _within(rule, target, start, edge, said)


def wandering(rule: CostZone, target: Base, exposure: Base, mark: Price, trade: Ratio) -> Zone:
    """`trade` is what a dollar traded costs."""
    held, short = worth(exposure, mark), worth(target, mark)
    scale = held / short / rule.aversion
    proportional, fixed = trade * scale * Ratio("1.5"), rule.fixed / short * scale * Ratio("0.75")
    middle, half = _solved(proportional.raw, fixed.raw)
    said = f"by cost: {percent(trade, 3)} a trade, of a target that follows the price"
    return _within(rule, target, abs(target) * Ratio(middle + half), abs(target) * Ratio(middle - half), said)


def _solved(proportional: Decimal, fixed: Decimal) -> tuple[Decimal, Decimal]:
    """m and h of  m * h^3 = fixed,  m^3 - m * h^2 = proportional.

    With q^3 = fixed and u^3 = m:  h = q / u,  and  u^9 - q^2 * u = proportional,  which Newton's steps reach from
    above.
    """
    q = _root(fixed, 3)
    u = _root(proportional, 9) + _root(q, 4)
    for _ in range(_STEPS if u else 0):
        u -= (u**9 - q * q * u - proportional) / (9 * u**8 - q * q)
    return u**3, q / u if u else u


def _root(of: Decimal, n: int) -> Decimal:
    return _ROOTS.power(of, Decimal(1) / n) if of else of


def _within(rule: CostZone, target: Base, start: Base, edge: Base, said: str) -> Zone:
    widest = abs(target) * rule.widest
    return Zone(start=min(start, widest), edge=max(Base(0), min(edge, widest)), why=said)


def _paid(market: Market, drift: Base) -> Ratio:
    """Fee and spread of a small trade; impact of a large one is left to the slices."""
    touch = touch_price(market, drift)
    lost = touch - market.mark if drift.sign() > 0 else market.mark - touch
    return max(Price(0), lost) / market.mark


def _gained(market: Market, drift: Base, target: Base) -> Ratio:
    """A year, on each dollar traded: more of a position that receives, or less of one that pays."""
    carry = carry_a_year(market, target)
    return carry if drift.sign() == target.sign() else Ratio(0) - carry
