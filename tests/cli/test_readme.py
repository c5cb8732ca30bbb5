"""The README's tour, run as written: each block pasted as a whole into one shell."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.kit.devnet.artifacts import ROOT
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.state import CONFIG, FOLDER, STATE, Devnet, load

pytestmark = pytest.mark.chain

ENDS = ["exit 10", "exit 10", "exit 20", "exit 30", "exit 20"]
"""Of plan and rehearse; of plan where spot has come; of flatten --print, and of run after a flatten."""


def tour() -> list[str]:
    return re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.fixture
def left_behind() -> Iterator[None]:
    """As after an earlier tour whose chain was killed: its notes and its configuration are still there."""
    try:
        running = load()
    except DevnetError:
        FOLDER.mkdir(exist_ok=True)
        gone = Devnet(url="http://127.0.0.1:1", chain_id=31337, exchange={}, tokens={}, feeds={})
        (FOLDER / STATE).write_text(json.dumps(asdict(gone)))
        (FOLDER / CONFIG).write_text("of a chain that is gone")
    else:
        pytest.fail(f"a local chain is running at {running.url}: end it first")
    yield
    (FOLDER / STATE).unlink(missing_ok=True)


@pytest.mark.usefixtures("left_behind")
def test_readme__the_tour__runs_as_written(tmp_path: Path) -> None:
    blocks = tour()
    assert len(blocks) > 9
    script = "\n".join(["set -xeuo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", *blocks])
    environment = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    with (tmp_path / "said").open("w+") as said:
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, check=False
        )
        said.seek(0)
        text = said.read()
    assert done.returncode == 0, text
    assert re.findall(r"^exit \d+$", text, re.MULTILINE) == ENDS, text
    assert "EXPOSURE_UNCONFIRMED" in text
    assert "flat: no position, no working order" in text
    assert "Traceback" not in text
    assert not (FOLDER / STATE).exists(), "the last block did not stop the chain"
