"""A Fetch without a chain: answers EVM readings from a table."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from agent.errors import Unreadable
from agent.model import Name
from agent.reading import Fetch, Reading, drive

T = TypeVar("T")
Table: TypeAlias = Mapping[str, Any]
"""By method: a result, an Unreadable, or what makes either of the parameters."""


def answering(table: Table) -> Fetch:
    """What the table does not hold is Unreadable."""

    async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple(_answer(table, *json.loads(request)) for request in requests)

    return fetch


def read(reading: Reading[T], table: Table) -> T:
    """Runs one reading to its end."""
    [found] = asyncio.run(drive([reading], answering(table)))
    return found


def _answer(table: Table, method: str, params: list[Any]) -> bytes | Unreadable:
    found = table.get(method, Unreadable(f"{method} is not in the table"))
    if callable(found):
        found = found(*params)
    return found if isinstance(found, Unreadable) else json.dumps(found).encode()
