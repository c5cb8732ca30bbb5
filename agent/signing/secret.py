"""Bytes that never show."""

from collections.abc import Callable
from typing import Never, TypeVar

T = TypeVar("T")


class Secret:
    """A key or a password: not printed, compared, copied, pickled or left behind in a traceback."""

    __slots__ = ("_open",)

    def __init__(self, content: bytes) -> None:
        # In a closure, because whatever dumps an object's attributes would find it in one of them.
        self._open: Callable[[], bytes] = lambda: content

    def use(self, work: Callable[[bytes], T]) -> T:
        """Hands the bytes to `work`, which keeps them to itself. Its errors come out without the frames below."""
        try:
            return work(self._open())
        except BaseException as error:
            # Those frames, and what led to the error, hold the bytes as local variables.
            error.__traceback__ = error.__cause__ = error.__context__ = None
            raise

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("a secret is neither copied nor pickled")
