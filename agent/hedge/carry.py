"""What a position earns or costs by being held."""

from decimal import Decimal

from agent.model import Market, Rate
from agent.units import Base, Ratio

HOUR_S = 3600
YEAR_S = 365 * 24 * HOUR_S


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
