"""One anvil of our own: started on a port of its choice, gone when this process is gone."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.roles import DERIVATION_PATH, MNEMONIC, Role

ROOT = Path(__file__).parents[3]

# The shell ends anvil when our end of its standard input closes, so even a SIGKILL of us leaves nothing behind.
_GUARD = '"$@" </dev/null & child=$!; exec >/dev/null 2>&1; cat; kill -9 "$child"; wait "$child"'
_KEEPS_NO_FILES = ["--max-persisted-states", "0"]
_LISTENING = re.compile(r"Listening on [\d.]+:(\d+)")
_START_DEADLINE_S = 20


@contextmanager
def anvil(
    *, port: int = 0, chain_id: int = 31337, timestamp: int | None = None, fork_url: str | None = None
) -> Iterator[str]:
    """Yields the RPC URL of a new chain, or of a fork. A port of 0 lets the system choose."""
    chain = _fork(fork_url) if fork_url else _empty(timestamp)
    command = [_binary(), "--port", str(port), "--chain-id", str(chain_id), *_KEEPS_NO_FILES, *chain]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            ["sh", "-c", _GUARD, "anvil-guard", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{_port(log.fileno())}"
        finally:
            process.communicate()


def _empty(timestamp: int | None) -> list[str]:
    accounts = ["--accounts", str(len(Role)), "--mnemonic", MNEMONIC, "--derivation-path", DERIVATION_PATH]
    return [*accounts, *(["--timestamp", str(timestamp)] if timestamp is not None else [])]


def _fork(url: str) -> list[str]:
    """Without accounts: anvil would make those it knows rich again. Everyone may be sent from instead."""
    return ["--fork-url", url, "--no-storage-caching", "--accounts", "0", "--auto-impersonate"]


def _binary() -> str:
    found = shutil.which("anvil") or shutil.which("anvil", path=str(ROOT / "node_modules" / ".bin"))
    if found is None:
        raise DevnetError("anvil is neither on PATH nor in node_modules/.bin: run scripts/setup.")
    return found


def _port(log: int) -> int:
    deadline = time.monotonic() + _START_DEADLINE_S
    while time.monotonic() < deadline:
        output = os.pread(log, 65536, 0).decode(errors="replace")
        if listening := _LISTENING.search(output):
            return int(listening[1])
        if output.startswith("Error"):
            break
        time.sleep(0.005)
    raise DevnetError(f"anvil did not start:\n{output}")
