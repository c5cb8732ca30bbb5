"""The local exchange for each test, taken back afterwards, and an operator who trades on it."""

import pytest

from tests.kit.devnet.fixtures import devnet, origin
from tests.kit.devnet.state import Devnet
from tests.venues.perp_v2 import Desk, perp_v2

__all__ = ["devnet", "origin"]


@pytest.fixture
def desk(devnet: Devnet) -> Desk:
    """An operator with a reserve of 60,000 USDC, allowed to trade for an empty account."""
    return Desk(devnet, perp_v2(devnet))
