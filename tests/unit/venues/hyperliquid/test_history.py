"""What shorts were paid, as the exchange tells it."""

import json
from decimal import Decimal

import pytest

from agent.model import Rate
from agent.units import Price, Ratio
from agent.venues.hyperliquid.history import exchange_time, funding_history, hourly_closes
from tests.unit.venues.hyperliquid.scene import Scene

HOUR_MS = 3_600_000


def test_history__three_hours__is_one_rate_an_hour_oldest_first(scene: Scene) -> None:
    start = scene.exchange.now_ms
    scene.exchange.advance(3 * 3600)

    found = scene.read(funding_history(scene.bench.venue, "ETH", start))

    assert [rate for _, rate in found] == [Rate(value=Ratio("0.0000125"), interval_s=3600)] * 3
    times = [at for at, _ in found]
    assert times == sorted(times)
    assert start <= times[0] < start + HOUR_MS + 60_000


@pytest.mark.parametrize("row", [{"coin": "BTC", "fundingRate": "0.1", "time": 1}, {"coin": "ETH", "time": 1}, {}])
def test_history__another_coin_or_no_rate__makes_no_sense(scene: Scene, row: dict[str, object]) -> None:
    reading = funding_history(scene.bench.venue, "ETH", 0)
    [asked] = next(reading)
    with pytest.raises(ValueError, match="makes no sense"):
        asked.decode(json.dumps([row]).encode())


def test_closes__hours_that_have_ended__stand_at_their_end_and_the_one_under_way_does_not(scene: Scene) -> None:
    start = scene.exchange.now_ms
    scene.exchange.advance(3600)
    scene.exchange.set_price("ETH", Decimal(2100))
    scene.exchange.advance(3600 + 1800)

    now_ms = scene.read(exchange_time(scene.bench.venue))
    found = scene.read(hourly_closes(scene.bench.venue, "ETH", start, now_ms))

    assert found == ((start + HOUR_MS, Price(2000)), (start + 2 * HOUR_MS, Price(2100)))


@pytest.mark.parametrize("row", [{"s": "BTC", "t": 1, "c": "1"}, {"s": "ETH", "t": 1, "c": 1.5}, {"s": "ETH"}, {}])
def test_closes__another_coin_or_no_price__makes_no_sense(scene: Scene, row: dict[str, object]) -> None:
    [asked] = next(hourly_closes(scene.bench.venue, "ETH", 0, 1))
    with pytest.raises(ValueError, match="makes no sense"):
        asked.decode(json.dumps([row]).encode())
