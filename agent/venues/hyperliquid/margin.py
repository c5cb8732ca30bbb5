"""Margin by the exchange's own tiers, and where it would liquidate.

maintenance = notional * rate - deduction, with rate = 1 / (2 * the tier's largest leverage); a tier's deduction makes
the figure continuous at its lower bound. (The exchange's documentation, margin tiers.)
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from agent.venues.hyperliquid.structs import Tier

ONE = Decimal(1)


def rate(tier: Tier) -> Decimal:
    return ONE / (2 * tier.max_leverage)


def tier_of(notional: Decimal, tiers: Sequence[Tier]) -> Tier:
    return [tier for tier in tiers if tier.lower <= notional or tier is tiers[0]][-1]


def deduction(tier: Tier, tiers: Sequence[Tier]) -> Decimal:
    total = Decimal(0)
    for before, after in pairwise(tiers):
        if after.lower <= tier.lower:
            total += after.lower * (rate(after) - rate(before))
    return total


def maintenance(notional: Decimal, tiers: Sequence[Tier]) -> Decimal:
    tier = tier_of(notional, tiers)
    return notional * rate(tier) - deduction(tier, tiers)


def liquidation_price(size: Decimal, mark: Decimal, backing: Decimal, tiers: Sequence[Tier]) -> Decimal | None:
    """`backing` is what stands behind this position alone: an isolated position's margin with its result; in cross
    the account's value without what the others must keep. None where no positive price liquidates.

    The exchange shows the price for the tier of today's notional. Rates rise from tier to tier, so that maintenance
    is the largest of the tiers' lines: the first of them to be reached ends the position.
    """
    found = [price for price in _crossings(size, mark, backing, tiers) if price > 0]
    if not found or not size:
        return None
    return max(found) if size > 0 else min(found)


def _crossings(size: Decimal, mark: Decimal, backing: Decimal, tiers: Sequence[Tier]) -> Iterator[Decimal]:
    """From  backing + size * (price - mark) = |size| * price * rate - deduction,  for each tier."""
    for tier in tiers:
        slope = size - abs(size) * rate(tier)
        if slope:
            yield (size * mark - backing - deduction(tier, tiers)) / slope
