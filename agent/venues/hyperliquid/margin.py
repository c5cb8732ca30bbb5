"""Margin by the exchange's own tiers, and where it would liquidate.

maintenance = notional * rate - deduction, with rate = 1 / (2 * the tier's largest leverage); a tier's deduction makes
the figure continuous at its lower bound. (The exchange's documentation, margin tiers.)
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from agent.venues.hyperliquid.structs import Tier

ONE = Decimal(1)


def rate(tier: Tier) -> Decimal:
    return ONE / (2 * tier.max_leverage)


def tier_of(notional: Decimal, tiers: Sequence[Tier]) -> Tier:
    return [tier for tier in tiers if tier.lower <= notional][-1]


def deduction(tier: Tier, tiers: Sequence[Tier]) -> Decimal:
    total = Decimal(0)
    for before, after in pairwise(tiers):
        if after.lower <= tier.lower:
            total += after.lower * (rate(after) - rate(before))
    return total


def maintenance(notional: Decimal, tiers: Sequence[Tier]) -> Decimal:
    tier = tier_of(notional, tiers)
    return notional * rate(tier) - deduction(tier, tiers)


def liquidation_price(size: Decimal, mark: Decimal, margin: Decimal, tiers: Sequence[Tier]) -> Decimal | None:
    """`margin` is what backs this position: the account's value (cross) or its own margin with its result (isolated).

    liq = price - side * (margin - maintenance) / size / (1 - l * side), l = 1 / maintenance leverage; side is -1 for
    a short. None where no positive price liquidates.
    """
    side, coins = (ONE if size > 0 else -ONE), abs(size)
    if not coins:
        return None
    notional = coins * mark
    room = margin - maintenance(notional, tiers)
    found = mark - side * room / coins / (1 - rate(tier_of(notional, tiers)) * side)
    return found if found > 0 else None
