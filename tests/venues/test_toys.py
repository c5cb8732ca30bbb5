"""The three toys pass the contract."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from agent.model import Cause, EvmTx, Name, Payload, Signed
from agent.reading import Fetch
from agent.seams import Venue, Wire
from agent.units import Base, Usd
from tests.kit.toys.fetches import Forks, freeze, live
from tests.kit.toys.keeper import Keeper
from tests.kit.toys.message import Requests
from tests.kit.toys.sync import Sync
from tests.kit.toys.vault import seal
from tests.kit.toys.wires import ChainWire, MessageWire
from tests.kit.toys.words import ETH
from tests.kit.toys.world import CONFIRMATIONS, KEEPER, SIZE_DECIMALS, STRANGER, SYNC, USD_DECIMALS, Sent, World
from tests.venues.contract import VenueBench, VenueContract

T = TypeVar("T")


def mined_at_once(world: World, sent: Sent) -> str:
    said = sent()
    world.tick()
    return said


class ToyBench:
    market = ETH
    size = Base(4)
    along = Usd(0)

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.world = World(keeper_delay_s=3, reorgs=True)
        self.world.chain.money.update({SYNC: 10_000 * 10**USD_DECIMALS, KEEPER: 10_000 * 10**USD_DECIMALS})
        wires = (MessageWire(self.world), ChainWire(self.world, mined_at_once))
        self.wire: Wire = next(wire for wire in wires if wire.lane == venue.lane)
        self.stage = Forks(self.world)
        self.world.tick()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)

    async def moment(self) -> Fetch:
        return live(freeze(self.world), Counter[Name]())

    def seal(self, payload: Payload) -> Signed:
        return seal(self.venue.name, payload)

    async def settle(self) -> None:
        for _ in range(4 + CONFIRMATIONS):
            self.world.tick()

    async def wait_until(self, time_ms: int) -> None:
        self.world.tick(max(0, time_ms - self.world.now_ms))

    async def meddle(self, cause: Cause, size: Base) -> bool:
        self.world.meddle(self.venue.name, cause, size.to_int(SIZE_DECIMALS))
        return True

    async def move_funds(self, amount: Usd) -> None:
        self.world.meddle(self.venue.name, Cause.FUNDS, amount=amount.to_int(USD_DECIMALS))

    async def vanish(self) -> bool:
        if isinstance(self.wire, MessageWire):
            return False
        self.world.reorg(1, "gone")
        return True

    def foreign(self, payload: Payload) -> Payload | None:
        return replace(payload, to=STRANGER, data=b"{}") if isinstance(payload, EvmTx) else None


class TestToys(VenueContract):
    @pytest.fixture(params=[Sync, Keeper, Requests], ids=["sync", "keeper", "message"])
    def bench(self, request: pytest.FixtureRequest) -> VenueBench:
        return ToyBench(request.param())
