"""GMX v2 on the local exchange passes the contract, over the real wire and the real fork: a keeper executes."""

import asyncio
from collections.abc import Iterator

import pytest

from agent.units import Usd
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.venues.contract import VenueBench, VenueContract
from tests.venues.evm_bench import CONFIRMATIONS, EvmBench
from tests.venues.gmx_v2 import Desk, gmx_v2

pytestmark = pytest.mark.chain


class GmxV2Bench(EvmBench):
    """Each increase brings its own collateral: there is none without a position."""

    along = Usd(6_000)

    def __init__(self, desk: Desk, runner: asyncio.Runner) -> None:
        super().__init__(desk.devnet.chain, runner, desk.venue, desk.venue.account)
        self._desk = desk

    async def settle(self) -> None:
        await self._idle()
        self._desk.execute()
        await super().settle()


class TestGmxV2(VenueContract):
    @pytest.fixture
    def bench(self, gmx_devnet: Devnet) -> Iterator[VenueBench]:
        yield from benched(Desk(gmx_devnet, gmx_v2(gmx_devnet, confirmations=CONFIRMATIONS)))


class TestGmxV2ByOwnHand(VenueContract):
    """Operator and account are one."""

    @pytest.fixture
    def bench(self, gmx_devnet: Devnet) -> Iterator[VenueBench]:
        venue = gmx_v2(gmx_devnet, Role.OPERATOR, confirmations=CONFIRMATIONS)
        yield from benched(Desk(gmx_devnet, venue).endow())


def benched(desk: Desk) -> Iterator[VenueBench]:
    with asyncio.Runner() as runner:
        bench = GmxV2Bench(desk, runner)
        yield bench
        bench.close()
