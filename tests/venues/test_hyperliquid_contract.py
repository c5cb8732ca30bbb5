"""Hyperliquid on the local exchange server passes the contract, over the real wire: in both margin modes, in both
account modes that are known, and on exchanges that differ in what nobody has documented."""

from collections.abc import Iterator

import pytest

from agent.model import Code, State
from agent.units import Base
from tests.kit.hyperliquid.accounts import STANDARD, UNIFIED
from tests.venues.contract import VenueContract
from tests.venues.contract.desk import Desk
from tests.venues.hyperliquid import ACCOUNT, HyperliquidBench, bench, endowed

WORLDS = [(0, "isolated", STANDARD), (3, "cross", STANDARD), (7, "isolated", UNIFIED), (5, "cross", UNIFIED)]


class TestHyperliquid(VenueContract):
    @pytest.fixture(params=WORLDS, ids=lambda world: "-".join(map(str, world)))
    def bench(self, request: pytest.FixtureRequest) -> Iterator[HyperliquidBench]:
        seed, margin, mode = request.param
        exchange = endowed(seed, mode)
        exchange.set_leverage(ACCOUNT, "ETH", 2, is_cross=margin == "cross")
        with bench(exchange, margin=margin) as made:
            yield made

    def test_vc16_probe__a_price_that_the_market_refuses__is_refused(self, desk: Desk) -> None:
        if _forgets_refused(desk):
            _void_in_the_end(desk)
        else:
            super().test_vc16_probe__a_price_that_the_market_refuses__is_refused(desk)

    def test_vc24_failure__not_yet_final__is_still_open(self, desk: Desk) -> None:
        if _forgets_refused(desk):
            _void_in_the_end(desk)
        else:
            super().test_vc24_failure__not_yet_final__is_still_open(desk)


def _forgets_refused(desk: Desk) -> bool:
    assert isinstance(desk.bench, HyperliquidBench)
    with desk.bench.exchange.engine.at() as state:
        return not state.unknowns.keeps_rejected


def _void_in_the_end(desk: Desk) -> None:
    """Where the exchange does not remember what it refused, nobody can tell it from an order that never arrived."""
    intent = desk.send_all(desk.sign(desk.doomed(-desk.size)))
    assert desk.probe(intent).state is State.SIGNED
    desk.wait_until(intent.attempts[0].payload.expires_ms + 6_000)
    outcome = desk.probe(intent)
    assert (outcome.state, outcome.reason and outcome.reason.code) == (State.VOID, Code.BURNED)
    assert desk.position() == Base(0)
