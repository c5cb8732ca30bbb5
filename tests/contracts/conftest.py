"""Who acts on our own contracts. Run as `pytest tests/contracts`, see pytest.ini."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Other runs load this file as well, and do without ape.
    from ape.api import AccountAPI


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if config.pluginmanager.hasplugin("ape_test") else True


@pytest.fixture
def owner(accounts: "Sequence[AccountAPI]") -> "AccountAPI":
    return accounts[0]


@pytest.fixture
def holder(accounts: "Sequence[AccountAPI]") -> "AccountAPI":
    return accounts[1]


@pytest.fixture
def spender(accounts: "Sequence[AccountAPI]") -> "AccountAPI":
    return accounts[2]


@pytest.fixture
def stranger(accounts: "Sequence[AccountAPI]") -> "AccountAPI":
    return accounts[3]
