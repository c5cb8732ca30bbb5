"""The local exchange for each test, taken back afterwards."""

from collections.abc import Iterator

import pytest

from tests.gmx.replay import START
from tests.kit.devnet.chain import Chain
from tests.kit.devnet.origin import anvil
from tests.kit.gmx import launch
from tests.kit.gmx.state import Gmx


@pytest.fixture(scope="session")
def seeded() -> Iterator[Gmx]:
    """Within one second, the one the recording began in."""
    with anvil(timestamp=START) as url:
        chain = Chain(url)
        chain.rpc("anvil_setBlockTimestampInterval", 0)
        yield launch.deploy(chain)


@pytest.fixture
def standing(seeded: Gmx) -> Iterator[Gmx]:
    """Its clock stands still unless it is set."""
    before = seeded.chain.snapshot()
    try:
        yield seeded
    finally:
        seeded.chain.revert(before)


@pytest.fixture
def gmx(standing: Gmx) -> Iterator[Gmx]:
    standing.chain.rpc("anvil_removeBlockTimestampInterval")
    try:
        yield standing
    finally:
        standing.chain.rpc("anvil_setBlockTimestampInterval", 0)
