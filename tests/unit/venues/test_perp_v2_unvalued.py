"""An exchange that cannot value positions, because its pool's history is too short: only a flatten goes on."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.errors import Mismatch, Unreadable
from agent.model import View
from agent.reading import Read, drive
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2.methods import AccountBalance, Exchange, Vault
from tests.unit.venues.scene import (
    ACCOUNT,
    BALANCES,
    BASE,
    CHAIN,
    COLLATERAL,
    EXCHANGE,
    VAULT,
    Scene,
    perp_v2,
    root,
    script,
)

VALUATION = (
    AccountBalance.MARK.at(CHAIN, BALANCES, BASE),
    Vault.ACCOUNT_VALUE.at(CHAIN, VAULT, ACCOUNT),
    Vault.FREE.at(CHAIN, VAULT, ACCOUNT),
    Vault.WITHDRAWABLE.at(CHAIN, VAULT, ACCOUNT, COLLATERAL),
    Exchange.MARKET_TWAP.at(CHAIN, EXCHANGE, BASE, 900),
)
SIZE = AccountBalance.SIZE.at(CHAIN, BALANCES, ACCOUNT, BASE)


def look(*failing: Read[int], flatten: bool, error: Unreadable | None = None) -> View:
    """These reads revert."""
    written, requests = script(Scene(spot=root(1_990))), {read.request for read in failing}

    async def fetch(source: str, asked: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        answers = await written(CHAIN, asked)
        reverted = error or Unreadable("execution reverted: OLD")
        return tuple(reverted if request in requests else a for request, a in zip(asked, answers, strict=True))

    [view] = asyncio.run(drive([replace(perp_v2(), flatten=flatten).observe()], fetch))
    return view


def test_observe__no_valuation__is_unreadable_for_a_run() -> None:
    for read in VALUATION:
        with pytest.raises(Unreadable, match="OLD"):
            look(read, flatten=False)


def test_observe__no_valuation__shows_a_flatten_the_position_at_the_pools_own_price() -> None:
    view = look(*VALUATION, flatten=True)
    [market], [position] = view.markets, view.positions
    assert (position.size, market.index) == (Base(-5), Price(2000))
    assert abs((market.mark / Price(1990)).raw - 1) < Decimal("1e-20")
    assert (view.equity, view.free, market.funding.value) == (Usd(0), Usd(0), Ratio(0))
    assert view.halted is not None
    assert "no mark price" in view.halted


def test_observe__all_can_be_read__is_the_same_for_a_flatten() -> None:
    assert look(flatten=True) == look(flatten=False)


def test_observe__the_position_itself_cannot_be_read__is_unreadable_for_a_flatten_too() -> None:
    with pytest.raises(Unreadable, match="OLD"):
        look(SIZE, flatten=True)


def test_observe__another_contract_than_configured__stays_an_error() -> None:
    with pytest.raises(Mismatch):
        look(VALUATION[0], flatten=True, error=Mismatch("no such contract"))
