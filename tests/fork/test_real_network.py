"""The same reads and the same rehearsal against a real network: nothing is signed, no key is needed.

export HEDGEKEEPER_TEST_RPC=https://...           its RPC URL takes the place of those in the configuration
export HEDGEKEEPER_TEST_CONFIG=~/hedgekeeper.toml a configuration with one chain, as `hedgekeeper init` writes it
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RPC, CONFIG = "HEDGEKEEPER_TEST_RPC", "HEDGEKEEPER_TEST_CONFIG"
READ_ONLY_EXITS = {0, 10, 20, 30}
"""Nothing to do, would trade, held by a gate, needs a person: everything was read."""

pytestmark = [
    pytest.mark.chain,
    pytest.mark.skipif(
        not (os.environ.get(RPC) and os.environ.get(CONFIG)),
        reason=f"not run: export {RPC} (an RPC URL) and {CONFIG} (a configuration for that network)",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the configuration that reads from the exported URL and has no key; its journal stays here."""
    text = Path(os.environ[CONFIG]).expanduser().read_text()
    text, count = re.subn(r"(?ms)^rpc *= *\[.*?\]", f'rpc = ["env:{RPC}"]', text)
    assert count == 1, f"{CONFIG} must have one chain, with a list of RPC URLs"
    text = re.sub(r"(?m)^(keystore|password|env|file|state) *=.*\n", "", text)
    (tmp_path / "hedgekeeper.toml").write_text(text)
    return tmp_path


def hedgekeeper(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], RPC: os.environ[RPC]}
    program = [sys.executable, "-m", "agent", *command]
    return subprocess.run(
        program, cwd=folder, env=environment, text=True, capture_output=True, timeout=300, check=False
    )


def test_status__on_a_real_network__reads_every_source(folder: Path) -> None:
    done = hedgekeeper(folder, "status", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    snapshot = json.loads(done.stdout)["snapshot"]
    assert snapshot["gaps"] == []
    assert snapshot["views"]
    assert len({stamp["block_hash"] for stamp in stamps(snapshot)}) == 1


def test_rehearse__on_a_real_network__plays_what_it_would_send(folder: Path) -> None:
    done = hedgekeeper(folder, "rehearse", "--json")
    assert done.returncode in READ_ONLY_EXITS, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert all(played["ok"] for played in told["rehearsed"]), told["rehearsed"]
    assert bool(told["rehearsed"]) == bool(told["legs"])


def stamps(snapshot: dict[str, list[dict[str, dict[str, str]]]]) -> Iterator[dict[str, str]]:
    for part in ("views", "held", "quotes", "terms"):
        yield from (each["stamp"] for each in snapshot[part])
