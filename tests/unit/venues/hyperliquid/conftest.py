from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.kit.hyperliquid.exchange import Exchange
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import endowed, inside

Opens = Callable[..., Scene]


@pytest.fixture
def opens() -> Iterator[Opens]:
    """A desk at an exchange, the usual one if none is given."""
    with ExitStack() as stack:

        def scene(exchange: Exchange | None = None, **options: Any) -> Scene:
            return Scene(stack.enter_context(inside(exchange or endowed(), **options)))

        yield scene


@pytest.fixture
def scene(opens: Opens) -> Scene:
    return opens()
