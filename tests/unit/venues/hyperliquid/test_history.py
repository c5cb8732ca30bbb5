"""What shorts were paid, as the exchange tells it."""

import json

import pytest

from agent.model import Rate
from agent.units import Ratio
from agent.venues.hyperliquid.history import funding_history
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
