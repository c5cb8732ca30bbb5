"""What one look asks: 66 of the 1,200 weight that an address may spend in a minute, beside slow facts."""

from collections.abc import Mapping
from typing import Any

from agent.model import value
from agent.reading import Read
from agent.venues.hyperliquid.info import ask
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import (
    Account,
    Asset,
    Balance,
    Book,
    Resting,
    to_account,
    to_balances,
    to_book,
    to_resting,
    to_universe,
)


@value
class Agent:
    name: str
    address: str
    until_ms: int | None


@value
class Reads:
    mode: Read[str]
    """20"""
    universe: Read[Mapping[str, Asset]]
    """20"""
    account: Read[Account]
    """2"""
    balances: Read[Mapping[str, Balance]]
    """2"""
    orders: Read[tuple[Resting, ...]]
    """20"""
    books: Mapping[str, Read[Book]]
    """2 each, by coin"""
    agents: Read[tuple[Agent, ...]]
    """20, slow"""
    settings: Mapping[str, Read[tuple[str, int]]]
    """20 each and slow: how a coin's next position would be margined, by coin"""

    def all(self) -> tuple[Read[Any], ...]:
        fixed = (self.mode, self.universe, self.account, self.balances, self.orders, self.agents)
        return (*fixed, *self.books.values(), *self.settings.values())


def reads(setup: Setup) -> Reads:
    source, user = setup.source, setup.account.lower()
    coins = [market.coin for market in setup.settings.markets.values()]
    return Reads(
        mode=ask(source, str, type="userAbstraction", user=user),
        universe=ask(source, to_universe, type="metaAndAssetCtxs"),
        account=account_read(setup),
        balances=ask(source, to_balances, type="spotClearinghouseState", user=user),
        orders=ask(source, to_resting, type="frontendOpenOrders", user=user),
        books={coin: ask(source, to_book, type="l2Book", coin=coin) for coin in coins},
        agents=ask(source, _to_agents, type="extraAgents", user=setup.settings.owner.lower()),
        settings={coin: leverage_read(setup, coin) for coin in coins},
    )


def account_read(setup: Setup) -> Read[Account]:
    """Carries the exchange's own time: the wire asks the very same."""
    return ask(setup.source, to_account, type="clearinghouseState", user=setup.account.lower())


def leverage_read(setup: Setup, coin: str) -> Read[tuple[str, int]]:
    """How the coin's next position would be margined: cross or isolated, and its leverage."""
    return ask(setup.source, _to_leverage, type="activeAssetData", user=setup.account.lower(), coin=coin)


def _to_agents(found: Any) -> tuple[Agent, ...]:
    return tuple(Agent(name=row["name"], address=row["address"].lower(), until_ms=row["validUntil"]) for row in found)


def _to_leverage(found: Any) -> tuple[str, int]:
    return found["leverage"]["type"], found["leverage"]["value"]
