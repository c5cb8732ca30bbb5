"""Questions to a person at a terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass


def ask(question: str) -> str:
    """Raises EOFError where nobody is there, KeyboardInterrupt on Ctrl-C."""
    with _interruptible():
        return input(question)


def ask_secret(question: str) -> str:
    """The same, without showing what is typed."""
    with _interruptible():
        return getpass(question)


@contextmanager
def _interruptible() -> Iterator[None]:
    """A running event loop only notes Ctrl-C for later: a prompt inside it would never end."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
