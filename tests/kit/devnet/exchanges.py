"""The exchanges that a local chain can have, each with what `scripts/devnet` and `scripts/demo` ask of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Protocol

from agent.model.base import value
from tests.kit.devnet import both, hyperliquid, hyperliquid_market
from tests.kit.devnet import launch as perp_v2
from tests.kit.devnet import market as perp_v2_market
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.gmx import devnet as gmx_v2
from tests.kit.gmx import market as gmx_v2_market
from tests.kit.gmx.offchain import Keeper, at_work


class Launch(Protocol):
    def __call__(self, *, port: int = 0, chain_id: int = 31337) -> AbstractContextManager[Devnet]: ...


class Market(Protocol):
    """A module of this shape."""

    def set_price(self, devnet: Devnet, price: Decimal, *, only: Side | None = None) -> None: ...
    def refresh_feeds(self, devnet: Devnet) -> None: ...
    def pass_hour(self, devnet: Devnet) -> None: ...
    def describe(self, devnet: Devnet) -> str: ...


@value
class Exchange:
    launch: Launch
    """The chain with all that is deployed on it."""
    at_work: Callable[[Devnet], AbstractContextManager[Devnet]]
    """Who is needed beside the chain, on this one or on a fork of it."""
    market: Market
    forked: bool = False
    """Whether the demo plays on a fork of the chain. Not where blocks come by themselves: a forked anvil can block
    for good when it is asked several things at once about an older block."""


EXCHANGES = {
    Kind.PERP_V2: Exchange(launch=perp_v2.devnet, at_work=nullcontext, market=perp_v2_market, forked=True),
    Kind.GMX_V2: Exchange(
        launch=gmx_v2.deployed, at_work=lambda devnet: at_work(devnet, Keeper()), market=gmx_v2_market
    ),
    Kind.HYPERLIQUID: Exchange(launch=hyperliquid.deployed, at_work=hyperliquid.at_work, market=hyperliquid_market),
    Kind.BOTH: Exchange(launch=both.deployed, at_work=both.at_work, market=both),
}
