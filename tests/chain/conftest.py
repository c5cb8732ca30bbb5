"""A node of its own for each test: 50 ms, and nothing to clean up."""

from collections.abc import Iterator

import pytest

from tests.chain.scene import CHAIN_ID
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.devnet.origin import anvil
from tests.kit.proxy import Proxy, proxy


@pytest.fixture
def node() -> Iterator[LocalNode]:
    with anvil(chain_id=CHAIN_ID) as url:
        local = LocalNode(url)
        local.rpc("anvil_mine", hex(10))
        yield local


@pytest.fixture
def front(node: LocalNode) -> Iterator[Proxy]:
    """The same node behind a proxy that counts and can fail."""
    with proxy(node.url) as before:
        yield before
