"""The exchange as a process of its own, gone when this process is gone.

with spawned() as url:
    drive(url, "fund", user=..., usdc="10000")
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[3]


@contextmanager
def spawned(*options: str) -> Iterator[str]:
    """Options as of `python -m tests.kit.hyperliquid`. Its time is the machine's unless it is --standing."""
    command = [sys.executable, "-m", "tests.kit.hyperliquid", "--tied", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.stdin.close()
            process.wait()
