"""Perp v2 on the local chain passes the contract, over the real wire and the real fork."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.model import Cause
from agent.units import Base, Usd
from tests.kit.devnet import market
from tests.kit.devnet.perp_v2 import MAX_UINT256
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.venues.contract import VenueBench, VenueContract
from tests.venues.desk import fund
from tests.venues.evm_bench import CONFIRMATIONS, EvmBench
from tests.venues.perp_v2 import Desk, perp_v2

pytestmark = pytest.mark.chain


class PerpV2Bench(EvmBench):
    """The account has 10,000 USDC behind what it sells."""

    def __init__(self, desk: Desk, runner: asyncio.Runner) -> None:
        super().__init__(desk.devnet.chain, runner, desk.venue, desk.venue.account)
        self._devnet = desk.devnet

    async def meddle(self, cause: Cause, size: Base) -> bool:
        """This exchange deleverages nobody, and has no stop orders."""
        if cause not in (Cause.TRADE, Cause.LIQUIDATION):
            return False
        devnet, account = self._devnet, self._devnet.address(Role.ACCOUNT)
        house, base = devnet.contract("ClearingHouse"), devnet.exchange["BaseToken"]
        if cause is Cause.TRADE:
            order = (base, False, False, size.to_int(18), 0, MAX_UINT256, 0, bytes(32))
            devnet.chain.send(house, "openPosition", order, sender=account)
        else:
            market.set_price(devnet, Decimal(4_500))
            liquidator = devnet.address(Role.MAKER)
            devnet.chain.send(house, "liquidate(address,address)", account, base, sender=liquidator)
        return True

    async def move_funds(self, amount: Usd) -> None:
        devnet, account = self._devnet, self._devnet.address(Role.ACCOUNT)
        usdc, vault, units = devnet.token("USDC"), devnet.contract("Vault"), abs(amount).to_int(6)
        if amount < Usd(0):
            devnet.chain.send(vault, "withdraw", usdc.address, units, sender=account)
            return
        operator = devnet.address(Role.OPERATOR)
        devnet.chain.send(usdc, "approve", vault.address, units, sender=operator)
        devnet.chain.send(vault, "depositFor", account, usdc.address, units, sender=operator)


class TestPerpV2(VenueContract):
    @pytest.fixture
    def bench(self, devnet: Devnet) -> Iterator[VenueBench]:
        desk = Desk(devnet, perp_v2(devnet, confirmations=CONFIRMATIONS))
        desk.fill(fund("10000"))
        with asyncio.Runner() as runner:
            bench = PerpV2Bench(desk, runner)
            yield bench
            bench.close()
