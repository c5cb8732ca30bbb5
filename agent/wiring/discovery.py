"""Small questions to a chain before there is a configuration, or beside a run."""

import asyncio
import time
from pathlib import Path

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.rpc import Endpoint
from agent.errors import Unreadable
from agent.evm import hex_int
from agent.model import Address, Name
from agent.reading import drive
from agent.settings import Configuration, looked_up
from agent.venues.perp_v2.pins import Discovered, discover
from agent.wiring import parts

TIMEOUT_S = 10


async def discover_perp_v2(
    url: str, folder: Path, clearing_house: Address, base_token: Address
) -> tuple[int, Discovered]:
    """The chain's id, and what the exchange there says of its contracts."""
    found = looked_up(url, folder)
    chain_id = await _chain_id(found)
    source = Name("main")
    async with Chain(source, chain_id, [Endpoint(found, TIMEOUT_S)], ChainClock(_monotonic_ms)) as chain:
        [said] = await drive([discover(source, clearing_house, (base_token,))], await chain.pin())
        return chain_id, said


async def _chain_id(url: str) -> int:
    node = Endpoint(url, TIMEOUT_S)
    try:
        return hex_int(await node.one("eth_chainId"))
    except (TypeError, ValueError):
        raise Unreadable(f"{node.host}: did not name its chain: is this an RPC URL?") from None
    finally:
        await node.close()


def head_of_first_chain(settings: Configuration) -> int:
    """The number of its newest block. Raises Unreadable."""

    async def look() -> int:
        async with parts.chain(settings, next(iter(settings.chains))) as chain:
            return (await chain.pin()).pin.block.number

    return asyncio.run(look())


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
