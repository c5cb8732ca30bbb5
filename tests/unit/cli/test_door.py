"""What became of stdout, and a signal: the exit code is that of what was done."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli import door, main
from agent.cli.loop import finished
from agent.errors import Exit
from tests.kit.devnet.artifacts import ROOT


def ended(*command: str, out: int) -> tuple[int, str]:
    """A command with that stdout: its exit code, and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "agent", *command],
        cwd=ROOT,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def nobody_listens() -> Iterator[int]:
    """The end of a pipe whose reader has gone: `| head`."""
    reads, writes = os.pipe()
    os.close(reads)
    yield writes
    os.close(writes)


@pytest.fixture
def full() -> Iterator[int]:
    writes = os.open("/dev/full", os.O_WRONLY)
    yield writes
    os.close(writes)


def test_stdout__the_reader_has_gone__is_quiet_and_ends_as_without_it(nobody_listens: int) -> None:
    assert ended("--help", out=nobody_listens) == (Exit.DONE, "")
    code, said = ended("status", "--json", "-c", "none.toml", out=nobody_listens)
    assert code == Exit.CONFIG
    assert said.startswith("hedgekeeper: none.toml: no such file")


def test_stdout__the_disk_is_full__is_one_line_and_temporary(full: int) -> None:
    code, said = ended("--help", out=full)
    assert code == Exit.TEMPORARY
    [line] = said.splitlines()
    assert line.startswith("hedgekeeper: the output could not be written: [Errno 28] No space left on device")


def test_stdout__the_disk_is_full__hides_nothing_worse(full: int) -> None:
    code, said = ended("status", "--json", "-c", "none.toml", out=full)
    assert code == Exit.CONFIG
    assert len(said.splitlines()) == 2


def test_stdout__closed__changes_nothing() -> None:
    command = f"exec {sys.executable} -m agent status --json -c none.toml >&-"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (Exit.CONFIG, 1)


def test_stdout__after_the_reader_has_gone__is_known_to_a_watch(nobody_listens: int) -> None:
    with os.fdopen(os.dup(nobody_listens), "w") as stream:
        shut = door.Door(stream)
        shut.write("a line")
        shut.flush()
        assert shut.left
        shut.write("another")
        shut.flush()


@pytest.fixture
def sigterm() -> Iterator[None]:
    """As it was, afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def ctrl_c_ignored() -> Iterator[None]:
    """As a shell's `&` leaves it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("sigterm", "ctrl_c_ignored")
def test_sigterm__again_and_again_while_a_command_runs__cancels_it_once_and_lets_it_close() -> None:
    closed: list[str] = []

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(60)
        finally:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(0)
            closed.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        finished(work())
    assert closed == ["all of it"]


@pytest.mark.usefixtures("sigterm")
def test_sigterm__where_a_timer_is_waited_for__interrupts_it() -> None:
    with pytest.raises(KeyboardInterrupt), door.stopped_by(door.interrupt):
        signal.raise_signal(signal.SIGTERM)


def test_sigterm__not_sent__is_left_as_it_was() -> None:
    before = signal.getsignal(signal.SIGTERM)

    async def work() -> int:
        assert signal.getsignal(signal.SIGTERM) is not before
        return 7

    assert finished(work()) == 7
    assert signal.getsignal(signal.SIGTERM) is before


def test_json__a_command_that_fails__is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json", "-c", str(tmp_path / "none.toml")]) == Exit.CONFIG
    told = json.loads(capsys.readouterr().out)
    assert told["exit"] == Exit.CONFIG
    assert "no such file" in told["error"]
