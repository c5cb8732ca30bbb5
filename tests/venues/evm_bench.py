"""The bench of a venue on a local chain: the real wire and the real fork, and a loop as long as their connections."""

import asyncio
import shutil
import time
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, TypeVar

from eth_account import Account
from eth_utils.crypto import keccak

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.fees import Fees
from agent.chain.rpc import Endpoint
from agent.chain.stage import Forks, ForkSettings
from agent.chain.wire import EvmWire
from agent.evm_slot import chain_id_of, operator_of
from agent.model import Address, EvmTx, Payload, Signed, Snapshot
from agent.reading import Fetch
from agent.seams import Stage, Venue
from agent.units import Base, Usd
from tests.kit.devnet.artifacts import ROOT
from tests.kit.devnet.chain import Chain as LocalChain
from tests.kit.devnet.roles import Role, actor
from tests.venues.desk import ETH, GWEI, LOCAL

T = TypeVar("T")
CONFIRMATIONS = 2
_MOMENT_S = 20


class EvmBench:
    """A funded account, and its operator's key."""

    market, size, along = ETH, Base(4), Usd(0)

    def __init__(self, local: LocalChain, runner: asyncio.Runner, venue: Venue, account: Address) -> None:
        self._local, self._runner, self.venue = local, runner, venue
        chain_id, operator = chain_id_of(venue.lane), operator_of(venue.lane)
        clock = ChainClock(lambda: time.monotonic_ns() // 1_000_000)
        self.chain = Chain(LOCAL, chain_id, [Endpoint(local.url, 10)], clock)
        fees = Fees(tip=0, ceiling=100 * GWEI, ttl_ms=180_000)
        self.wire = EvmWire(LOCAL, chain_id, operator, fees, clock, self.chain.submit)
        self._forks = Forks({LOCAL: self.chain}, ForkSettings(ours=frozenset({operator, account}), anvil=_anvil()))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self._runner.run(self.chain.__aexit__())

    async def moment(self) -> Fetch:
        await self._idle()
        return await self.chain.pin()

    async def _idle(self) -> None:
        """A node shows a block a moment before the receipts of it: it is given that moment."""
        async with asyncio.timeout(_MOMENT_S):
            while self._at_work():
                await asyncio.sleep(0.001)

    def _at_work(self) -> bool:
        rpc = self._local.rpc
        mined = rpc("eth_getBlockByNumber", "latest", False)["transactions"]
        return int(rpc("txpool_status")["pending"], 16) > 0 or not all(
            rpc("eth_getTransactionReceipt", ref) for ref in mined
        )

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
        return Signed(venue=self.venue.name, payload=payload, raw=raw, ref=f"0x{keccak(raw).hex()}")

    async def settle(self) -> None:
        await self._idle()
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
