"""The event loop of one command, and the signal that ends it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from agent.cli.door import stopped_by

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to. SIGTERM cancels it as Ctrl-C does, so that it closes what it has open.

    Raises KeyboardInterrupt then.
    """
    try:
        return asyncio.run(_stoppable(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Cancelled by the loop, and not by an exception wherever the program happens to be: what that breaks off may
    never be closed."""
    loop, task = asyncio.get_running_loop(), cast("asyncio.Task[T]", asyncio.current_task())
    with stopped_by(lambda: loop.call_soon_threadsafe(task.cancel)):
        return await work
