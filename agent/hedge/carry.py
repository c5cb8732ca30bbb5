"""What a position earns or costs by being held."""

from decimal import Decimal

from agent.model import Market, Rate, Settled
from agent.units import Base, Ratio

HOUR_S = 3600
YEAR_S = 365 * 24 * HOUR_S
DAY_MS = 24 * HOUR_S * 1000


def carry_a_year(market: Market, size: Base) -> Ratio:
    """Of the notional, at the present rates and without compounding: > 0, the position receives.

    Funding > 0 means that longs pay shorts; the borrow fee is paid by either side.
    """
    funding = yearly(market.funding)
    received = funding if size.sign() < 0 else -funding
    return received - yearly(market.borrow)


def yearly(rate: Rate) -> Ratio:
    return rate.value * Ratio(Decimal(YEAR_S) / rate.interval_s)


def hourly(rate: Rate) -> Ratio:
    return rate.value * Ratio(Decimal(HOUR_S) / rate.interval_s)


def by_day(found: Settled, now_ms: int) -> dict[int, Ratio]:
    """The means of whole UTC days, a year, oldest first; a day without any is left out.

    What is paid at midnight is of the day that it ends, and the day under way has no mean yet.
    """
    days = dict[int, list[Ratio]]()
    for at, rate in found:
        if (day := (at - 1) // DAY_MS) < now_ms // DAY_MS:
            days.setdefault(day, []).append(yearly(rate))
    return {day: sum(days[day], Ratio(0)) / Ratio(len(days[day])) for day in sorted(days)}
