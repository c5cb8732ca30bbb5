"""GMX v2 on the local exchange passes the contract, over the real wire and the real fork: a keeper executes."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.model import Cause
from agent.units import Base, Usd
from tests.kit.devnet.launch import PRICE
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import keeper, market
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
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

    async def meddle(self, cause: Cause, size: Base) -> bool:
        gmx, account, devnet = self._desk.gmx, self._desk.account, self._desk.devnet
        size_usd = int(size.raw * PRICE) * USD
        if cause is Cause.LIQUIDATION:
            market.set_price(devnet, PRICE * Decimal("1.75"))
            keeper.liquidate(gmx, account)
        elif cause is Cause.ADL:
            market.set_price(devnet, PRICE * Decimal("0.9"))
            keeper.adl(gmx, account, size_usd)
        elif cause is Cause.STOP:
            trigger = keeper.contract_price("WETH", PRICE * Decimal("1.02"))
            stop = create(gmx, account, Ask(kind=OrderType.STOP_LOSS_DECREASE, size_usd=size_usd, trigger=trigger))
            market.set_price(devnet, PRICE * Decimal("1.03"))
            keeper.execute(gmx, stop)
        else:
            keeper.execute(gmx, create(gmx, account, Ask(kind=OrderType.MARKET_DECREASE, size_usd=size_usd)))
        return True

    async def move_funds(self, amount: Usd) -> None:
        kind = OrderType.MARKET_INCREASE if amount > Usd(0) else OrderType.MARKET_DECREASE
        create(self._desk.gmx, self._desk.account, Ask(kind=kind, size_usd=0, amount=abs(amount).to_int(6)))


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
