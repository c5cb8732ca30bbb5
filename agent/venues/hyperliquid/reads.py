"""What one look asks: 66 of the 1,200 weight that an address may spend in a minute with one coin, 2 more for each
further one; beside them slow facts, which the wire asks again only after their own time."""

from collections.abc import Mapping
from typing import Any

from agent.model import value
from agent.reading import Answers, Read
from agent.venues.hyperliquid.facts import Facts
from agent.venues.hyperliquid.info import ask, word
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import (
    Account,
    Agent,
    Asset,
    Balance,
    Book,
    Resting,
    to_account,
    to_actions_left,
    to_agents,
    to_balances,
    to_book,
    to_leverage,
    to_resting,
    to_universe,
)


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
    actions_left: Read[int]
    """20, slow"""
    settings: Mapping[str, Read[tuple[str, int]]]
    """20 each and slow: how a coin's next position would be margined, by coin"""

    def all(self) -> tuple[Read[Any], ...]:
        fixed = (self.mode, self.universe, self.account, self.balances, self.orders, self.agents, self.actions_left)
        return (*fixed, *self.books.values(), *self.settings.values())

    def facts(self, found: Answers) -> Facts:
        return Facts(
            mode=found[self.mode],
            universe=found[self.universe],
            account=found[self.account],
            balances=found[self.balances],
            orders=found[self.orders],
            books={coin: found[read] for coin, read in self.books.items()},
            settings={coin: found[read] for coin, read in self.settings.items()},
            agents=found[self.agents],
            actions_left=found[self.actions_left],
        )


def reads(setup: Setup) -> Reads:
    source, user = setup.source, setup.account.lower()
    coins = [market.coin for market in setup.settings.markets.values()]
    return Reads(
        mode=mode_read(setup),
        universe=ask(source, to_universe, type="metaAndAssetCtxs"),
        account=account_read(setup),
        balances=ask(source, to_balances, type="spotClearinghouseState", user=user),
        orders=ask(source, to_resting, type="frontendOpenOrders", user=user),
        books={coin: ask(source, to_book, type="l2Book", coin=coin) for coin in coins},
        agents=ask(source, to_agents, type="extraAgents", user=setup.settings.owner.lower()),
        actions_left=ask(source, to_actions_left, type="userRateLimit", user=user),
        settings={coin: leverage_read(setup, coin) for coin in coins},
    )


def account_read(setup: Setup) -> Read[Account]:
    """Carries the exchange's own time: the wire asks the very same."""
    return ask(setup.source, to_account, type="clearinghouseState", user=setup.account.lower())


def mode_read(setup: Setup) -> Read[str]:
    """Where the account's collateral sits: see modes.py."""
    return ask(setup.source, word, type="userAbstraction", user=setup.account.lower())


def leverage_read(setup: Setup, coin: str) -> Read[tuple[str, int]]:
    """How the coin's next position would be margined: cross or isolated, and its leverage."""
    return ask(setup.source, to_leverage, type="activeAssetData", user=setup.account.lower(), coin=coin)
