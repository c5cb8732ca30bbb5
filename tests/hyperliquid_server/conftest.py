"""An exchange on a loopback port, with an account, its agent and a book."""

from collections.abc import Iterator

import pytest

from tests.hyperliquid_server.client import Client
from tests.kit.hyperliquid.server import served
from tests.unit.kit.hyperliquid.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def client(scene: Scene) -> Iterator[Client]:
    with served(scene.exchange) as url:
        yield Client(url)
