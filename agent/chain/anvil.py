"""One anvil process that forks a chain at a block, gone when its context ends, whatever ends it."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from agent.chain.redact import Redactor
from agent.errors import Mismatch, Unreadable

_URL_VARIABLE = "HEDGEKEEPER_FORK_URL"
_CONFIGURATION = f'[rpc_endpoints]\norigin = "${{{_URL_VARIABLE}}}"\n'
"""The URL holds a key: in the environment it is ours alone to read, on the command line it is everybody's."""

# The shell ends anvil when our end of its standard input closes, so even a SIGKILL of us leaves nothing behind.
_GUARD = """
folder=$1; shift
"$@" </dev/null &
exec >/dev/null 2>&1
cat
kill -9 $!; wait
rm -rf "$folder"
"""

_FLAGS = (
    "--host=127.0.0.1",
    "--port=0",
    "--fork-url=origin",
    "--accounts=0",  # else it prints private keys
    "--auto-impersonate",
    "--no-mining",  # a block for each transaction, at the time we say
    "--no-storage-caching",  # the cache goes by chain id and block number: another devnet has the same
    "--no-rate-limit",
    "--disable-default-create2-deployer",
    "--disable-min-priority-fee",
    "--retries=2",
    "--timeout=10000",
)
_INHERITED = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""Of our environment: the rest may hold a signing key, or configure another fork than the one we want."""
_LISTENING = re.compile(r"Listening on (127\.0\.0\.1:\d+)\s")
_POLL_S = 0.005
_LOG_BYTES = 65536


def find_anvil(configured: str = "anvil") -> str | None:
    """The path of the binary, None when there is none."""
    return shutil.which(configured)


@asynccontextmanager
async def anvil_fork(url: str, block: int, *, binary: str = "anvil", start_s: float = 20) -> AsyncIterator[str]:
    """Yields the URL of the fork. Raises Unreadable when it cannot be had in time, Mismatch without the program."""
    found = find_anvil(binary)
    if found is None:
        raise Mismatch(
            f"anvil = {binary!r}: there is no such program, and a rehearsal needs it: install Foundry "
            "(https://getfoundry.sh), or run `npm install --global @foundry-rs/anvil`"
        )
    with tempfile.TemporaryFile() as log:  # it has no name, because what anvil prints holds the URL
        process = _start(found, url, block, Path(tempfile.mkdtemp(prefix="hedgekeeper-fork-")), log)
        try:
            yield await _address(log, Redactor(url), start_s)
        finally:
            await _end(process)


def _start(binary: str, url: str, block: int, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a folder of its own, where anvil looks for its configuration; the guard removes it."""
    (folder / "foundry.toml").write_text(_CONFIGURATION)
    command = [os.path.abspath(binary), *_FLAGS, f"--fork-block-number={block}"]
    return subprocess.Popen(  # noqa: S603  (the binary is the one that the user has configured)
        ["/bin/sh", "-c", _GUARD, "hedgekeeper-fork", str(folder), *command],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**_inherited(), "HOME": str(folder), _URL_VARIABLE: url},
        start_new_session=True,  # Ctrl-C is for us, and we end it
    )


def _inherited() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name.upper() in _INHERITED}


async def _address(log: IO[bytes], redact: Redactor, start_s: float) -> str:
    try:
        async with asyncio.timeout(start_s):
            while True:
                said = os.pread(log.fileno(), _LOG_BYTES, 0).decode(errors="replace")
                if listening := _LISTENING.search(said):
                    return f"http://{listening[1]}"
                if said.lower().startswith("error"):
                    raise Unreadable(f"anvil could not fork: {redact(said[len('error: ') :])}")
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        raise Unreadable(
            f"anvil did not fork within {start_s:g} s: is the upstream node slow or rate-limited?"
        ) from None


async def _end(process: subprocess.Popen[bytes]) -> None:
    """A second cancellation does not stop it; neither does our own end, because of the guard."""
    await asyncio.shield(asyncio.to_thread(process.communicate))
