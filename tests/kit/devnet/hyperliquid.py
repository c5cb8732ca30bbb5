"""From an empty chain to coins in two cold wallets, and beside it the exchange, where an account has an agent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.heartbeat import beating
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.devnet.tokens import deploy_feeds, deploy_tokens
from tests.kit.devnet.wallets import seed_wallets
from tests.kit.hyperliquid.clock import Clock
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.server import served

COIN = "ETH"
PRICE, COLLATERAL, LEVEL_USD = Decimal(2000), Decimal(60_000), Decimal(20_000)
AGENT_MS = 60 * 86_400_000


@contextmanager
def deployed(*, port: int = 0, chain_id: int = 31337) -> Iterator[Devnet]:
    """The chain alone, with no exchange beside it."""
    with anvil(port=port, chain_id=chain_id, timestamp=int(time.time())) as url:
        yield deploy(url)


def deploy(url: str) -> Devnet:
    chain, deployer = Chain(url), actor(Role.DEPLOYER).address
    built = Devnet(
        kind=Kind.HYPERLIQUID,
        url=url,
        chain_id=chain.web3.eth.chain_id,
        exchange={},
        tokens=deploy_tokens(chain, deployer),
        feeds=deploy_feeds(chain, deployer, PRICE),
    )
    seed_wallets(built, reserve=None)
    return built


@contextmanager
def at_work(devnet: Devnet) -> Iterator[Devnet]:
    """Yields the devnet with the URL of its exchange. Both have the same time until the context ends."""
    with served(opened(ChainClock(devnet.chain))) as url, beating(devnet.chain):
        yield replace(devnet, hyperliquid=url)


def opened(clock: Clock) -> Exchange:
    """With a book of ten levels on each side, and an account that has collateral and lets its agent trade."""
    exchange, account = Exchange(clock=clock), actor(Role.ACCOUNT).address
    ends_ms = exchange.now_ms + AGENT_MS
    exchange.fund(account, COLLATERAL)
    exchange.approve(account, actor(Role.AGENT).address, name="hedgekeeper", valid_until_ms=ends_ms)
    exchange.set_price(COIN, PRICE)
    exchange.quote(COIN, size_usd=LEVEL_USD)
    return exchange


class ChainClock(Clock):
    """The machine's clock, until somebody lets time pass on the chain: then it passes here, too."""

    def __init__(self, chain: Chain) -> None:
        super().__init__(None)
        self._chain = chain

    @property
    def now_ms(self) -> int:
        self.advance(max(0, self._chain.now() * 1000 - super().now_ms))
        return super().now_ms
