"""The README's tour, run as written."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.kit.devnet.artifacts import ROOT
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.state import FOLDER, STATE, load

pytestmark = pytest.mark.chain

_UP_S = 60
_NOTED = FOLDER / STATE


def tour() -> list[str]:
    """Every line of the README that begins with a prompt, in order."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def script(lines: list[str]) -> str:
    """A background command is waited for, as a person waits until it has said its piece."""
    wait = f"for _ in $(seq {_UP_S * 10}); do [ -e {shlex.quote(str(_NOTED))} ] && break; sleep 0.1; done"
    steps = ["set -euo pipefail", "trap 'kill $(jobs -p)' EXIT"]
    for line in lines:
        steps += [f"printf '%s\\n' {shlex.quote('$ ' + line)}", line]
        if line.endswith("&"):
            steps.append(wait)
    return "\n".join(steps)


def _nothing_runs() -> None:
    """The tour starts a chain of its own; what one that was killed left behind is taken away."""
    try:
        running = load()
    except DevnetError:
        _NOTED.unlink(missing_ok=True)
    else:
        pytest.fail(f"a local chain is running at {running.url}: end it first")


def test_readme__the_tour__runs_as_written(tmp_path: Path) -> None:
    _nothing_runs()
    lines = tour()
    assert len(lines) > 12
    environment = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    with (tmp_path / "said").open("w+") as said:
        done = subprocess.run(
            ["bash", "-c", script(lines)],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said.seek(0)
        text = said.read()
    assert done.returncode == 0, text
    assert "flat: no position, no working order" in text
    assert "Traceback" not in text
