"""A folder with a configuration and a key on a local chain of its own, for the commands as a user runs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.devnet.fixtures import origin
from tests.kit.devnet.state import Devnet
from tests.kit.faults import case as cases
from tests.kit.faults.case import Case

__all__ = ["origin"]


@pytest.fixture
def desk(origin: Devnet, tmp_path: Path) -> Iterator[Case]:
    """Nothing done yet."""
    with cases.on(origin) as devnet:
        yield cases.unhedged(devnet, tmp_path / "keeper")
