"""A devnet for each test: one origin per process, taken back after each test in a millisecond.

A conftest or a test module imports both names: `from tests.kit.devnet.fixtures import devnet, origin`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.kit.devnet import launch
from tests.kit.devnet.state import Devnet


@pytest.fixture(scope="session")
def origin() -> Iterator[Devnet]:
    with launch.devnet() as started:
        yield started


@pytest.fixture
def devnet(origin: Devnet) -> Iterator[Devnet]:
    with untouched(origin):
        yield origin


@contextmanager
def untouched(devnet: Devnet) -> Iterator[Devnet]:
    """Whatever happens inside, blocks and clock included, has not happened afterwards."""
    before = devnet.chain.snapshot()
    try:
        yield devnet
    finally:
        devnet.chain.revert(before)
