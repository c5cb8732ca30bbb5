"""What a rise of all prices does to an account: equity, leverage, liquidation, and what would be missing."""

from dataclasses import replace

from agent.hedge.margin import headroom, leverage, missing_collateral
from agent.model import Market, Name, Position, View, value
from agent.units import Price, Ratio, Usd

MOVES = tuple(Ratio(tenths) / Ratio(10) for tenths in range(1, 11))
"""+10 % to +100 %."""
ONE = Ratio(1)


@value
class Stressed:
    """One venue after one move, with nothing done meanwhile."""

    venue: Name
    move: Ratio
    equity: Usd
    leverage: Ratio | None
    """None: no equity is left."""
    liquidated: bool
    add: Usd
    """Collateral that brings it back to the leverage for opening."""


def stress(view: View, open_leverage: Ratio, moves: tuple[Ratio, ...] = MOVES) -> tuple[Stressed, ...]:
    """Empty where there is no position."""
    held = any(position.size for position in view.positions)
    return tuple(_stressed(view, move, open_leverage) for move in moves) if held else ()


def moved(view: View, move: Ratio) -> View:
    """With every mark and index so much higher, and the result of it in the equity."""
    gained = sum((p.size * view.market(p.market).mark * move for p in view.positions), Usd(0))
    markets = tuple(_moved(market, move) for market in view.markets)
    return replace(view, markets=markets, equity=view.equity + gained)


def _moved(market: Market, move: Ratio) -> Market:
    return replace(market, mark=market.mark * (ONE + move), index=market.index * (ONE + move))


def _stressed(view: View, move: Ratio, open_leverage: Ratio) -> Stressed:
    then = moved(view, move)
    return Stressed(
        venue=view.venue,
        move=move,
        equity=then.equity,
        leverage=leverage(then),
        liquidated=headroom(then) < Usd(0) or any(_beyond(p, then.market(p.market).mark) for p in then.positions),
        add=missing_collateral(then, open_leverage),
    )


def _beyond(position: Position, mark: Price) -> bool:
    """By the venue's own figure. A rise liquidates no long."""
    return position.size.sign() < 0 and position.liquidation is not None and mark > position.liquidation
