"""What a transaction's logs say of our orders."""

from collections.abc import Iterable
from typing import TypeVar

from agent.errors import Unreadable
from agent.evm_slot import Log
from agent.venues.gmx_v2.events import PositionDecrease, PositionIncrease, find
from agent.venues.gmx_v2.setup import Setup

T = TypeVar("T")


def reported(setup: Setup, logs: Iterable[Log], kind: type[T]) -> tuple[T, ...]:
    """All events of that kind. Raises Unreadable where one is not in the form that this program reads."""
    emitter = setup.contracts.event_emitter
    try:
        return find(logs, emitter, kind)
    except ValueError as error:
        says = f"{setup.source}: an event {kind.__name__} of {emitter} cannot be read: {error}"
        raise Unreadable(says) from error


def trades(setup: Setup, logs: tuple[Log, ...]) -> tuple[PositionIncrease | PositionDecrease, ...]:
    return (*reported(setup, logs, PositionIncrease), *reported(setup, logs, PositionDecrease))
