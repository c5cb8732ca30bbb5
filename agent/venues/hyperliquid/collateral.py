"""What backs the positions, what could be moved behind them, and what is left to open more: by margin mode.

Cross: the account's value backs all positions together. Isolated: a position is liquidated on its own margin,
whatever else the account holds; the rest is a reserve that the agent may move there, and what an opening ties is
drawn from it by the exchange itself. With positions their own mode holds, without any the configured one.
"""

from collections.abc import Sequence
from decimal import Decimal

from agent.model import value
from agent.venues.hyperliquid.facts import Facts, notional
from agent.venues.hyperliquid.modes import Funds
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import Asset, Held

ZERO = Decimal(0)
TRANSFER_FLOOR = Decimal("0.1")
"""Of the notional: so much stays behind a position."""


@value
class Collateral:
    """US dollars, as a View has them."""

    equity: Decimal
    free: Decimal
    reserve: Decimal
    open_margin: Decimal


def collateral(setup: Setup, facts: Facts, funds: Funds) -> Collateral:
    held = ours(setup, facts)
    if not is_isolated(setup, held):
        elsewhere = sum((each.margin_used for each in facts.held.values() if each.leverage.kind == "isolated"), ZERO)
        return Collateral(equity=funds.equity - elsewhere, free=funds.free, reserve=ZERO, open_margin=funds.free)
    pairs = [(each, facts.universe[each.coin]) for each in held]
    free = sum((removable(each, asset) for each, asset in pairs), ZERO)
    return Collateral(equity=_behind(pairs), free=free, reserve=funds.free, open_margin=ZERO)


def ours(setup: Setup, facts: Facts) -> list[Held]:
    """Positions in configured coins."""
    return [held for held in facts.held.values() if setup.market_of(held.coin)]


def is_isolated(setup: Setup, held: Sequence[Held]) -> bool:
    return all(each.leverage.kind == "isolated" for each in held) if held else setup.settings.isolated


def _behind(pairs: Sequence[tuple[Held, Asset]]) -> Decimal:
    """Positions do not carry each other: all count as leveraged as the most leveraged of them."""
    total = sum((notional(held, asset) for held, asset in pairs), ZERO)
    return min((held.margin_used / notional(held, asset) for held, asset in pairs), default=ZERO) * total


def removable(held: Held, asset: Asset) -> Decimal:
    """What the exchange lets go of an isolated position's margin."""
    worth = notional(held, asset)
    floor = max(worth / held.leverage.value, TRANSFER_FLOOR * worth)
    return ZERO if asset.strict else max(ZERO, held.margin_used - floor)


def lacking(held: Held, asset: Asset) -> Decimal:
    """What brings an isolated position back to the leverage that it is set to."""
    return max(ZERO, notional(held, asset) / held.leverage.value - held.margin_used)
