"""Perp v2 on the local chain passes the contract, over the real wire and the real fork."""

import asyncio
import shutil
import time
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.fees import Fees
from agent.chain.rpc import Endpoint
from agent.chain.stage import Forks, ForkSettings
from agent.chain.wire import EvmWire
from agent.model import Address, EvmTx, Payload, Signed, Snapshot
from agent.reading import Fetch
from agent.seams import Stage
from agent.units import Base
from tests.kit.devnet.artifacts import ROOT
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.venues.contract import VenueBench, VenueContract
from tests.venues.perp_v2 import ETH, LOCAL, PERP, Desk, fund, perp_v2

pytestmark = pytest.mark.chain

T = TypeVar("T")
GWEI = 10**9
CONFIRMATIONS = 2


class PerpV2Bench:
    """A funded account, its operator's key, and a loop that lives as long as the connections."""

    market, size = ETH, Base(4)

    def __init__(self, devnet: Devnet, runner: asyncio.Runner) -> None:
        self._local, self._runner = devnet.chain, runner
        self.venue = perp_v2(devnet, confirmations=CONFIRMATIONS)
        Desk(devnet, self.venue).fill(fund("10000"))
        clock = ChainClock(lambda: time.monotonic_ns() // 1_000_000)
        self.chain = Chain(LOCAL, devnet.chain_id, [Endpoint(devnet.url, 10)], clock)
        fees = Fees(tip=0, ceiling=100 * GWEI, ttl_ms=180_000)
        self.wire = EvmWire(LOCAL, devnet.chain_id, self.venue.operator, fees, clock, self.chain.submit)
        ours = frozenset({self.venue.operator, self.venue.account})
        self._forks = Forks({LOCAL: self.chain}, ForkSettings(ours=ours, anvil=_anvil()))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def moment(self) -> Fetch:
        await self._idle()
        return await self.chain.pin()

    async def _idle(self) -> None:
        """A node shows a block a moment before the receipts of it: it is given that moment."""
        rpc = self._local.rpc
        while int(rpc("txpool_status")["pending"], 16) or not all(
            rpc("eth_getTransactionReceipt", ref)
            for ref in rpc("eth_getBlockByNumber", "latest", False)["transactions"]
        ):
            await asyncio.sleep(0.001)

    def stage(self, snapshot: Snapshot) -> AbstractAsyncContextManager[Stage]:
        return self._forks(snapshot)

    def seal(self, payload: Payload) -> Signed:
        assert isinstance(payload, EvmTx)
        fields = {
            "type": 2,
            "chainId": self.chain.chain_id,
            "nonce": payload.nonce,
            "to": payload.to,
            "data": payload.data,
            "value": payload.value,
            "gas": payload.gas,
            "maxFeePerGas": payload.max_fee,
            "maxPriorityFeePerGas": payload.tip,
        }
        raw = bytes(Account.from_key(actor(Role.OPERATOR).key).sign_transaction(fields).raw_transaction)
        return Signed(venue=PERP, payload=payload, raw=raw, ref=f"0x{keccak(raw).hex()}")

    async def settle(self) -> None:
        for _ in range(CONFIRMATIONS):
            self._local.warp(1)

    async def wait_until(self, time_ms: int) -> None:
        self._local.warp(max(1, time_ms // 1000 - self._local.now() + 1))

    async def vanish(self) -> bool:
        await self._idle()
        self._local.rpc("anvil_reorg", 1, [])
        return True

    def foreign(self, payload: Payload) -> Payload | None:
        assert isinstance(payload, EvmTx)
        return replace(payload, to=Address(actor(Role.STRANGER).address), data=b"", gas=21_000)


def _anvil() -> str:
    found = shutil.which("anvil") or shutil.which("anvil", path=str(ROOT / "node_modules" / ".bin"))
    assert found is not None
    return found


class TestPerpV2(VenueContract):
    @pytest.fixture
    def bench(self, devnet: Devnet) -> Iterator[VenueBench]:
        with asyncio.Runner() as runner:
            bench = PerpV2Bench(devnet, runner)
            yield bench
            runner.run(bench.chain.__aexit__())
