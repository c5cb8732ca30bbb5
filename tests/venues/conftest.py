"""The local exchanges for each test, taken back afterwards, and an operator who trades on one of them."""

from collections.abc import Iterator

import pytest

from tests.kit.devnet.fixtures import devnet, origin, untouched
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import devnet as gmx_launch
from tests.venues import gmx_v2 as gmx
from tests.venues.perp_v2 import Desk, perp_v2

__all__ = ["devnet", "origin"]


@pytest.fixture
def desk(devnet: Devnet) -> Desk:
    """An operator with a reserve of 60,000 USDC, allowed to trade for an empty account."""
    return Desk(devnet, perp_v2(devnet))


@pytest.fixture(scope="session")
def gmx_origin() -> Iterator[Devnet]:
    with gmx_launch.deployed() as started:
        yield started


@pytest.fixture
def gmx_devnet(gmx_origin: Devnet) -> Iterator[Devnet]:
    """GMX v2, with an account that holds 60,000 USDC and lets an operator trade; no keeper is at work."""
    with untouched(gmx_origin):
        yield gmx_origin


@pytest.fixture
def gmx_desk(gmx_devnet: Devnet) -> gmx.Desk:
    """Its operator at work for the account."""
    return gmx.Desk(gmx_devnet, gmx.gmx_v2(gmx_devnet))


@pytest.fixture
def gmx_own_desk(gmx_devnet: Devnet) -> gmx.Desk:
    """An operator that trades for its own account, with as much in it."""
    return gmx.Desk(gmx_devnet, gmx.gmx_v2(gmx_devnet, Role.OPERATOR)).endow()
