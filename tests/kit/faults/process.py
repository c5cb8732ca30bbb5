"""The real program as a process of its own: led step by step, put to sleep, and killed for real."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.kit.devnet.artifacts import ROOT

KILLED = -signal.SIGKILL
PROGRAM = ("-m", "agent")
_HANGS_S = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    exit: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def codes(self) -> set[str]:
        """Of a run with --json: every reason it gave."""
        told = json.loads(self.out)
        return {reason["code"] for reason in (*told["reasons"], *told["happened"])}


@dataclass
class Running:
    """A command while it runs. With steps it stands still before each of them until it is told to go."""

    process: subprocess.Popen[str]
    announced: IO[str]
    leave: IO[str]
    steps: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    def step(self) -> str | None:
        """The step that it stands before; None when it has ended."""
        step = self.announced.readline().strip()
        if not step:
            return None
        self.steps.append(step)
        return step

    def go(self) -> None:
        self.leave.write("\n")
        self.leave.flush()

    def until(self, wanted: str, nth: int = 1) -> None:
        """From one step to the next, until it stands before the n-th `wanted` from here."""
        while nth:
            step = self.step()
            assert step, f"it ended before {wanted}: {self.end()}"
            nth -= step == wanted
            if nth:
                self.go()

    def sleep(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def fill_disk(self, largest_file: int) -> None:
        """No file of its own grows beyond so many bytes any more."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (largest_file, largest_file))

    def end(self) -> Ended:
        out, err = self.process.communicate(timeout=_HANGS_S)
        return Ended(self.process.returncode, out, err)


@contextmanager
def started(
    folder: Path,
    *command: str,
    program: Sequence[str] = PROGRAM,
    steps: bool = False,
) -> Iterator[Running]:
    """In `folder`, where the configuration lies."""
    with ExitStack() as stack:
        (announced, announce), (heard, leave) = os.pipe(), os.pipe()
        told = ["--steps", f"{announce},{heard}"] if steps else []
        ours = stack.enter_context(open(announced)), stack.enter_context(open(leave, "w"))
        process = subprocess.Popen(
            [sys.executable, *program, *command, *told],
            cwd=folder,
            env={
                "PATH": f"{ROOT / 'node_modules' / '.bin'}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(folder.parent),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(announce, heard),
            text=True,
        )
        stack.callback(_gone, process)
        os.close(announce)
        os.close(heard)
        yield Running(process, *ours)


def _gone(process: subprocess.Popen[str]) -> None:
    """Whatever became of the test: nothing of it runs on."""
    process.kill()
    process.communicate()
