"""A journal on a real disk, in a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.journal import Ledger
from tests.unit.journal.samples import START_MS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    ledger = Ledger(path)
    ledger.begin_run("run", START_MS)
    yield ledger
    ledger.close()
