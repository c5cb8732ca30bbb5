"""stdout and the signals of one command: what was done decides its exit code, not whether anyone heard of it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import TextIOBase
from types import FrameType
from typing import TextIO, cast

from agent.cli.lanes import lanes_named


class Door(TextIOBase):
    """stdout that never raises. `why` is what became of it; from then on nothing more is written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.why = stream, cast("OSError | None", None)

    @property
    def left(self) -> bool:
        """The reader went away (`| head`): nothing is wrong, but nobody listens any more."""
        return isinstance(self.why, BrokenPipeError)

    def write(self, text: str, /) -> int:
        if self.why is None:
            try:
                self._stream.write(text)
            except OSError as error:
                self._shut(error)
        return len(text)

    def flush(self) -> None:
        if self.why is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._shut(error)

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._stream.errors

    def _shut(self, error: OSError) -> None:
        """What is still buffered goes nowhere: Python flushes stdout again at exit, and would complain."""
        self.why = error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


@contextmanager
def opened() -> Iterator[Door]:
    """stdout for the time of one command."""
    before: TextIO | None = sys.stdout  # None where it was closed (`>&-`)
    with ExitStack() as stack:
        door = Door(before or stack.enter_context(open(os.devnull, "w")))
        stack.callback(setattr, sys, "stdout", before)
        sys.stdout = cast("TextIO", door)
        yield door
        door.flush()


def heard() -> bool:
    """Whether anyone still reads what is printed."""
    sys.stdout.flush()
    return not (isinstance(sys.stdout, Door) and sys.stdout.left)


def complain(text: str) -> None:
    """On stderr, where that can be written; a lane in it is said in words."""
    with suppress(OSError):
        print(f"hedgekeeper: {lanes_named(text)}", file=sys.stderr, flush=True)


@contextmanager
def stopped_by(stop: Callable[[], object]) -> Iterator[None]:
    """SIGTERM does that, once: a second one must not break off the closing.

    Only while something is open, or is waited for. Else the signal ends the program as it ends any other.
    """

    def once(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        stop()

    before = signal.signal(signal.SIGTERM, once)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is once:
            signal.signal(signal.SIGTERM, before)


def interrupt() -> None:
    raise KeyboardInterrupt
