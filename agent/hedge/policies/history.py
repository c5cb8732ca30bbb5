"""What a policy may conclude from the recorded past; None where too little of it was recorded."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from decimal import Decimal

from agent.hedge.carry import carry_a_year
from agent.hedge.policies.base import Known, Wish, undecided
from agent.model import Rate
from agent.model.times import DAY_MS, YEAR_S
from agent.units import Base, Price, Ratio

STALE_MS = 2 * DAY_MS
"""Daily closes that end earlier are not the present."""


def recent_closes(known: Known, days: int) -> tuple[Price, ...] | None:
    """From so many days before the last one. None where more than a quarter is missing, or the last is old."""
    closes = known.past.closes.get(known.underlying, ())
    if not closes or known.now_ms - closes[-1][0] > STALE_MS:
        return None
    first = bisect_left(closes, closes[-1][0] - days * DAY_MS, key=lambda close: close[0])
    found = tuple(price for _, price in closes[first:])
    return found if 4 * len(found) >= 3 * (days + 1) else None


def funding_a_year(known: Known, days: int) -> Ratio | None:
    """Settled over the last days, each payment by how long it was for. None where more than half is missing."""
    paid = known.past.funding.get((known.venue, known.market.name), ())
    first = bisect_right(paid, known.now_ms - days * DAY_MS, key=lambda payment: payment[0])
    rates = [rate for _, rate in paid[first:]]
    covered_s = sum(rate.interval_s for rate in rates)
    if 2 * covered_s * 1000 < days * DAY_MS:
        return None
    return sum((rate.value for rate in rates), Ratio(0)) * Ratio(Decimal(YEAR_S) / covered_s)


def lacks_closes(known: Known, days: int) -> Wish:
    needs = "three quarters of them, the last at most two days old"
    return undecided(known, f"too few of the daily closes of {days} days are recorded", needs)


def lacks_funding(known: Known, days: int) -> Wish:
    return undecided(known, f"too little of the funding of {days} days is recorded", "half of it")


def carry_expected(known: Known, days: int) -> Ratio | None:
    """Of a hedge, a year: funding as in the last days, less the borrow fee of now; > 0 it receives."""
    funding = funding_a_year(known, days)
    if funding is None:
        return None
    market = replace(known.market, funding=Rate(value=funding, interval_s=YEAR_S))
    return carry_a_year(market, Base(1 if known.exposure.sign() < 0 else -1))
