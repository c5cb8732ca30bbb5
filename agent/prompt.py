"""Questions to a person at a terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass


def ask(question: str) -> str:
    """Raises EOFError where nobody is there, KeyboardInterrupt on Ctrl-C and SIGTERM."""
    with _interruptible():
        return input(question)


def ask_secret(question: str) -> str:
    """The same, without showing what is typed."""
    with _interruptible():
        return getpass(question)


@contextmanager
def _interruptible() -> Iterator[None]:
    """A running event loop only notes a signal for later: a prompt inside it would never end."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
