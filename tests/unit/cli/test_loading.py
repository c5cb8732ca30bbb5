"""What a command loads: itself, and the rooms it needs. A cron job starts often."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.journal import Ledger
from agent.settings import journal_path
from tests.kit.devnet.artifacts import ROOT
from tests.unit.test_settings import good, loaded

FOREIGN = (
    "agent.venues.gmx_v2.venue",
    "agent.venues.gmx_v2.layouts",
    "agent.firewall.gmx_v2",
    "agent.firewall.hyperliquid",
)
"""Of kinds of venue that the configuration does not name."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration of Perp v2 alone, and a journal."""
    settings = loaded(tmp_path, good())
    journal_path(settings).parent.mkdir(mode=0o700)
    ledger = Ledger(journal_path(settings))
    ledger.begin_run("run", 1)
    ledger.close()
    return tmp_path


def modules(folder: Path, *command: str) -> set[str]:
    """Everything that is loaded when it ends."""
    script = "import sys, agent.cli as c; c.main(sys.argv[1:]); print('loaded:', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


def commands(loaded: set[str]) -> set[str]:
    return loaded & {f"agent.cli.{name}" for name in ("run", "plan", "status", "journal", "init", "watch")}


def test_help__loads_no_command(folder: Path) -> None:
    loaded = modules(folder, "--help")
    assert "agent.cli" in loaded
    assert commands(loaded) == set()
    assert not loaded & {"agent.settings", "agent.model", "pydantic", "asyncio"}


def test_journal__loads_neither_a_chain_nor_a_decision(folder: Path) -> None:
    loaded = modules(folder, "journal", "-c", "hedge.toml")
    assert commands(loaded) == {"agent.cli.journal"}
    assert not loaded & {"agent.hedge", "agent.wiring", "agent.chain", "web3", "aiohttp"}


def test_status__loads_the_kinds_of_venue_that_are_configured(folder: Path) -> None:
    loaded = modules(folder, "status", "-c", "hedge.toml")
    assert {"agent.venues.perp_v2.venue", "agent.firewall.perp_v2"} <= loaded
    assert not loaded & set(FOREIGN)
