"""Small questions to a chain before there is a configuration, or beside a run."""

import asyncio
import time
from pathlib import Path
from typing import TypeVar

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.rpc import Endpoint
from agent.errors import Mismatch, Unreadable
from agent.evm import hex_int
from agent.model import Address, Name, value
from agent.prices.feed import DECIMALS, Feed
from agent.reading import Reading, drive
from agent.settings import Configuration, looked_up
from agent.venues.perp_v2.pins import Discovered, discover
from agent.wallets.check import check
from agent.wallets.tokens import Token, tokens_for
from agent.wiring import parts

T = TypeVar("T")

TIMEOUT_S = 10
SOURCE = Name("main")
NO_MARKET = "MR_PNE"
"""MarketRegistry.sol, getPool: the pool does not exist."""


@value
class Place:
    """A chain that answers at a URL, which is not shown. Its questions raise Unreadable, or Mismatch where the answer
    says that the question was about the wrong thing."""

    url: str
    chain_id: int

    def __repr__(self) -> str:
        return f"Place({self.chain_id})"

    def tokens(self, symbols: tuple[str, ...]) -> tuple[Token, ...]:
        """Known by these symbols, and on the chain what they are known as. ConfigError for an unknown one."""
        tokens = tokens_for(SOURCE, self.chain_id, symbols, {})
        for found in self._asked(check(SOURCE, tokens)):
            if found.level == "fail":
                raise Mismatch(f"{found.subject}: {found.says}")
        return tokens

    def exchange(self, clearing_house: Address, base_token: Address | None = None) -> Discovered:
        """What a Perp v2 exchange says of its contracts, and of the pool of one market."""
        try:
            return self._asked(discover(SOURCE, clearing_house, (base_token,) if base_token else ()))
        except Unreadable as error:
            if base_token and NO_MARKET in str(error):
                raise Mismatch(
                    f"the exchange has no market with base token {base_token}. It is a virtual token of its own, "
                    "like vETH in its list of deployments, and not the coin itself"
                ) from error
            asked = f"is {clearing_house} the exchange's ClearingHouse, on chain {self.chain_id}?"
            raise error.about(asked) from error

    def feed_decimals(self, address: Address) -> int:
        """Of an aggregator that answers with a price."""
        return self._asked(_feed_decimals(address))

    def _asked(self, reading: Reading[T]) -> T:
        async def ask() -> T:
            nodes = [Endpoint(self.url, TIMEOUT_S)]
            async with Chain(SOURCE, self.chain_id, nodes, ChainClock(_monotonic_ms)) as chain:
                [said] = await drive([reading], await chain.pin())
                return said

        return asyncio.run(ask())


def place(rpc: str, folder: Path) -> Place:
    """The chain behind an RPC URL, or behind what names one. Raises ConfigError, or Unreadable when none answers."""
    url = looked_up(rpc, folder, "rpc")
    return Place(url=url, chain_id=asyncio.run(_chain_id(url)))


def _feed_decimals(address: Address) -> Reading[int]:
    stated = DECIMALS.at(SOURCE, address)
    decimals: int = (yield (stated,))[stated]
    feed = Feed(source=SOURCE, address=address, decimals=decimals)
    feed.answer((yield feed.reads()))
    return decimals


async def _chain_id(url: str) -> int:
    node = Endpoint(url, TIMEOUT_S)
    try:
        return hex_int(await node.one("eth_chainId"))
    except (TypeError, ValueError):
        raise Unreadable(f"{node.host}: did not name its chain: is this an RPC URL?") from None
    finally:
        await node.close()


async def head_of_first_chain(settings: Configuration) -> int:
    """The number of its newest block. Raises Unreadable."""
    async with parts.chain(settings, next(iter(settings.chains))) as chain:
        return (await chain.pin()).pin.block.number


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
