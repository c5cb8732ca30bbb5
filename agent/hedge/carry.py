"""What a position earns or costs by being held."""

from collections.abc import Sequence
from decimal import Decimal

from agent.model import Market, Rate, Settled
from agent.model.times import DAY_MS, DAY_S, HOUR_S, YEAR_S
from agent.units import Base, Ratio


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


def over(a_year: Ratio, days: int) -> Ratio:
    """What a rate a year comes to over so many days, without compounding."""
    return a_year * Ratio(Decimal(days * DAY_S) / YEAR_S)


def mean_rate(rates: Sequence[Ratio]) -> Ratio:
    """Of at least one."""
    return sum(rates, Ratio(0)) / Ratio(len(rates))


def by_day(found: Settled, now_ms: int) -> dict[int, Ratio]:
    """The means of whole UTC days, a year, oldest first; a day without any is left out.

    What is paid at midnight is of the day that it ends, and the day under way has no mean yet.
    """
    days = dict[int, list[Ratio]]()
    for at, rate in found:
        if (day := (at - 1) // DAY_MS) < now_ms // DAY_MS:
            days.setdefault(day, []).append(yearly(rate))
    return {day: mean_rate(days[day]) for day in sorted(days)}
