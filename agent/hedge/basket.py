"""Coins of other underlyings that one hedge covers: each counts by value, as units of the hedged coin."""

from collections.abc import Iterator, Mapping

from agent.hedge.outside import outside_price
from agent.hedge.parameters import Hedge
from agent.model import Code, Name, Reason, Snapshot
from agent.units import Base, Price, Usd

Coins = Mapping[Name, Base]
"""What is held of each."""


def unpriced(hedge: Hedge, held: Coins, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Without these prices nobody can say how much is to be hedged. None is needed where only one coin is held."""
    prices, others = _prices(held, snapshot), _others(hedge, held)
    return tuple(
        Reason(
            code=Code.ORACLE_STALE,
            subject=hedge.underlying,
            value=f"{coin} has no fresh outside price, and the basket no known worth: no trade either way",
        )
        for coin in ((hedge.underlying, *others) if others else ())
        if coin not in prices
    )


def in_hedged(hedge: Hedge, held: Coins, snapshot: Snapshot) -> Base:
    """All of it in units of the hedged coin; nothing of it is unpriced."""
    prices, own = _prices(held, snapshot), hedge.underlying
    others = (held[coin] * prices[coin] / prices[own] for coin in _others(hedge, held))
    return sum(others, held[own])


def worths(held: Coins, snapshot: Snapshot) -> Mapping[Name, Usd]:
    """What each coin is worth outside; one without a price is left out."""
    return {coin: held[coin] * price for coin, price in _prices(held, snapshot).items()}


def direct(hedge: Hedge, snapshot: Snapshot) -> Iterator[Reason]:
    """A market of the coin itself carries no risk that two coins part."""
    for view in snapshot.views:
        for market in view.markets:
            if market.underlying in hedge.basket:
                said = f"{market.underlying} has the market {market.name} at {view.venue}"
                limit = f"a hedge of its own, [hedges.{market.underlying}], instead of the basket"
                yield Reason(code=Code.DIRECT_MARKET, subject=hedge.underlying, value=said, limit=limit)


def _prices(held: Coins, snapshot: Snapshot) -> Mapping[Name, Price]:
    return {coin: price for coin in held if (price := outside_price(coin, snapshot))}


def _others(hedge: Hedge, held: Coins) -> tuple[Name, ...]:
    return tuple(coin for coin, amount in held.items() if amount and coin != hedge.underlying)
