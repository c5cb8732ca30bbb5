"""One hedge on two systems: GMX v2 on the local chain, and Hyperliquid beside it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from tests.kit.devnet import hyperliquid, hyperliquid_market
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import devnet as gmx
from tests.kit.gmx import keeper, offchain
from tests.kit.gmx import market as gmx_market
from tests.kit.gmx.launch import fund
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.kit.gmx.state import Gmx

_HOUR_S = 3600
_SHORT_USD = 180_000
"""Of somebody else: what the longs pay is shared by all shorts, and there should be some."""


@contextmanager
def deployed(*, port: int = 0, chain_id: int = 31337) -> Iterator[Devnet]:
    """GMX has been there for an hour, and shorts earn something by now."""
    with anvil(port=port, chain_id=chain_id, timestamp=int(time.time()) - _HOUR_S) as url:
        built = gmx.deploy(url)
        _open_short(built.gmx)
        gmx_market.pass_hour(built)
        yield replace(built, kind=Kind.BOTH)


def _open_short(exchange: Gmx) -> None:
    trader, margin = actor(Role.ARBITRAGEUR).address, _SHORT_USD // 2 * USDC_UNIT
    fund(exchange, trader, usdc=margin, ether=ETHER)
    ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=_SHORT_USD * USD, amount=margin)
    keeper.execute(exchange, create(exchange, trader, ask))


@contextmanager
def at_work(devnet: Devnet) -> Iterator[Devnet]:
    with hyperliquid.at_work(devnet) as beside, offchain.at_work(beside, offchain.Keeper()) as working:
        yield working


def set_price(devnet: Devnet, price: Decimal, *, only: Side | None = None) -> None:
    """The exchanges' prices are one side: they never differ."""
    gmx_market.set_price(devnet, price, only=only)
    if only is not Side.OUTSIDE:
        hyperliquid_market.set_price(devnet, price, only=Side.EXCHANGE)


def refresh_feeds(devnet: Devnet) -> None:
    gmx_market.refresh_feeds(devnet)


def pass_hour(devnet: Devnet) -> None:
    gmx_market.pass_hour(devnet)


def describe(devnet: Devnet) -> str:
    return f"{gmx_market.describe(devnet)}; Hyperliquid: {hyperliquid_market.describe(devnet).partition(': ')[2]}"
