"""Perp v2 on the local chain passes the contract, over the real wire and the real fork."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.kit.devnet.state import Devnet
from tests.venues.contract import VenueBench, VenueContract
from tests.venues.desk import fund
from tests.venues.evm_bench import CONFIRMATIONS, EvmBench
from tests.venues.perp_v2 import Desk, perp_v2

pytestmark = pytest.mark.chain


class TestPerpV2(VenueContract):
    @pytest.fixture
    def bench(self, devnet: Devnet) -> Iterator[VenueBench]:
        venue = perp_v2(devnet, confirmations=CONFIRMATIONS)
        Desk(devnet, venue).fill(fund("10000"))
        with asyncio.Runner() as runner:
            bench = EvmBench(devnet.chain, runner, venue, venue.account)
            yield bench
            bench.close()
