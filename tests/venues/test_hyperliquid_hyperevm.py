"""The second look over a real node: precompiles of a local chain, fed from the exchange."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.rpc import Endpoint
from agent.errors import Unreadable
from agent.model import Name, View
from agent.reading import drive
from agent.units import Base
from tests.kit.devnet.chain import Chain as LocalChain
from tests.kit.devnet.origin import anvil
from tests.kit.hyperliquid import hyperevm
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, ETH, HL, bench, endowed

pytestmark = pytest.mark.chain
EVM = Name("hyperevm")


@pytest.fixture(scope="module")
def local() -> Iterator[LocalChain]:
    with anvil(chain_id=999) as url:
        yield LocalChain(url)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Short 4 ETH, and flat in a coin of thousands."""
    exchange = endowed()
    exchange.quote("kPEPE")
    with bench(exchange, coins=("ETH", "kPEPE")) as trading:
        Scene(trading).sells("4")
    with bench(exchange, coins=("ETH", "kPEPE"), chain=EVM) as made:
        yield Scene(made)


@contextmanager
def reading(local: LocalChain, scene: Scene) -> Iterator["Reader"]:
    reader = Reader(local, scene)
    yield reader
    scene.bench.run(reader.chain.__aexit__())


class Reader:
    """Both sources, the chain pinned at its head."""

    def __init__(self, local: LocalChain, scene: Scene) -> None:
        clock = ChainClock(lambda: time.monotonic_ns() // 1_000_000)
        self.chain = Chain(EVM, 999, [Endpoint(local.url, 10)], clock)
        self._local, self._scene = local, scene

    def publish(self) -> None:
        """The chain's own time follows the exchange's."""
        behind = self._scene.exchange.now_ms // 1_000 - self._local.now()
        if behind > 0:
            self._local.warp(behind)
        hyperevm.publish(self._local, self._scene.exchange)

    def look(self) -> View:
        async def go() -> View:
            pinned = await self.chain.pin()

            async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
                return await (self._scene.bench.info if source == HL else pinned)(source, requests)

            return (await drive([self._scene.venue.observe()], fetch))[0]

        return self._scene.bench.run(go())


def test_second_look__at_a_real_node__agrees_until_it_does_not(local: LocalChain, scene: Scene) -> None:
    hyperevm.install(local)
    with reading(local, scene) as reader:
        reader.publish()
        view = reader.look()
        assert (view.disputed, view.remarks, view.size(ETH)) == (None, (), Base(-4))
        scene.exchange.deleverage(ACCOUNT, "ETH", Decimal(1))
        assert reader.look().disputed == "the position in ETH is -4 on HyperEVM and -3 at the exchange"
        reader.publish()
        assert reader.look().disputed is None
        hyperevm.answer(local, hyperevm.ORACLE, [hyperevm.price_row(1, 190_000)])
        assert reader.look().disputed == "the oracle price of ETH is 1900 on HyperEVM and 2000 at the exchange"
        reader.publish()
        hyperevm.answer(local, hyperevm.MARK, [hyperevm.price_row(1, 203_000)])
        assert reader.look().disputed == "the mark price of ETH is 2030 on HyperEVM and 2000 at the exchange"


def test_second_look__at_another_chain__is_told_and_contradicts_nothing(scene: Scene) -> None:
    with anvil(chain_id=999, timestamp=scene.exchange.now_ms // 1_000) as url:
        local = LocalChain(url)
        with reading(local, scene) as reader:
            view = reader.look()
    assert view.disputed is None
    assert "is this chain HyperEVM?" in view.remarks[0]
