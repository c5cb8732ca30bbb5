"""The fork's process: whatever ends a rehearsal ends it too."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.chain.anvil import anvil_fork
from agent.errors import Unreadable
from tests.chain.scene import run
from tests.chain.test_fork import ANVIL
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.proxy import Proxy

pytestmark = pytest.mark.chain

PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
CERTIFICATES = {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


def gone(url: str) -> bool:
    """Within two seconds."""
    for _ in range(100):
        if not listens(url):
            return True
        time.sleep(0.02)
    return False


def our_children() -> list[str]:
    listed = subprocess.run(["ps", "-wweo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 1) for line in listed.splitlines()[1:]]
    return [args for parent, args in rows if int(parent) == os.getpid() and "hedgekeeper-fork" in args]


async def forked(node: LocalNode, urls: list[str], how: str) -> None:
    async with anvil_fork(node.url, 1, binary=ANVIL) as url:
        urls.append(url)
        assert listens(url)
        if how == "raise":
            raise ZeroDivisionError
        if how == "cancel":
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(10)


def test_a_fork__at_the_end_of_its_context__is_gone(node: LocalNode) -> None:
    urls: list[str] = []
    run(forked(node, urls, "return"))
    assert gone(urls[0])
    assert our_children() == []


@pytest.mark.parametrize(("how", "error"), [("raise", ZeroDivisionError), ("cancel", asyncio.CancelledError)])
def test_a_fork__whose_rehearsal_fails_or_is_cancelled__is_gone(
    node: LocalNode, how: str, error: type[BaseException]
) -> None:
    urls: list[str] = []
    with pytest.raises(error):
        run(forked(node, urls, how))
    assert gone(urls[0])
    assert our_children() == []


def test_a_fork__that_did_not_come_in_time__is_gone(front: Proxy) -> None:
    front.delay_s = 30

    async def wait() -> None:
        async with anvil_fork(front.url, 1, binary=ANVIL, start_s=0.3):
            raise AssertionError("it came")

    with pytest.raises(Unreadable):
        run(wait())
    assert our_children() == []


_KILLED = """
import asyncio, os, pathlib, sys, tempfile
from agent.chain.anvil import anvil_fork
async def main():
    async with anvil_fork(sys.argv[1], 1, binary=sys.argv[2]) as url:
        print(url, *pathlib.Path(tempfile.gettempdir()).glob("hedgekeeper-fork-*"), flush=True)
        os.kill(os.getpid(), int(sys.argv[3]))
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("signal", [9, 15])
def test_a_fork__when_we_are_killed__is_gone_with_its_folder(node: LocalNode, tmp_path: Path, signal: int) -> None:
    program = [sys.executable, "-c", _KILLED, node.url, ANVIL, str(signal)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(program, capture_output=True, text=True, timeout=30, env=environment)
    assert ended.returncode == -signal
    url, folder = ended.stdout.split()
    assert Path(folder).parent == tmp_path
    assert gone(url)
    for _ in range(100):
        if not Path(folder).exists():
            break
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []


def test_a_fork__is_given_nothing_of_our_environment_that_could_hold_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPERATOR_KEY", "0xsecret")
    seen, program = tmp_path / "seen", tmp_path / "anvil"
    program.write_text(f"#!/bin/sh\nenv >{seen}\npwd >>{seen}\necho 'Error: that was all'\n")
    program.chmod(0o700)

    async def start() -> None:
        async with anvil_fork("http://node.example/v2/f00dface", 1, binary=str(program)):
            raise AssertionError("it came")

    with pytest.raises(Unreadable, match="anvil could not fork: that was all"):
        run(start())
    names = {line.partition("=")[0] for line in seen.read_text().splitlines() if "=" in line}
    assert names <= {"PATH", "HOME", "HEDGEKEEPER_FORK_URL", "PWD", "OLDPWD", "SHLVL", "_", *PROXIES, *CERTIFICATES}
    assert not Path(seen.read_text().splitlines()[-1]).exists()
