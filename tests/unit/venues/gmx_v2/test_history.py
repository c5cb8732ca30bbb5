"""The index in the past, as the exchange's price service tells it."""

import json

import pytest

from agent.errors import Unreadable
from agent.reading import Found
from agent.units import Price
from agent.venues.gmx_v2.history import hourly_closes
from tests.unit.venues.gmx_v2.figures import Scene
from tests.unit.venues.gmx_v2.scene import gmx_v2

HOUR_MS = 3_600_000
NOW_MS = 500_000 * HOUR_MS + 1_800_000
ANSWER = {"period": "1h", "candles": [[1_800_000_000, 9, 9, 9, 9.9], [1_799_996_400, 2000.1, 2010, 1990, 2005.25]]}


def test_closes__newest_first__are_told_oldest_first_without_the_hour_under_way() -> None:
    reading = hourly_closes(gmx_v2(Scene(tickers=[])), 48, NOW_MS)
    [asked] = next(reading)
    assert asked.request == b"/prices/candles?tokenSymbol=ETH&period=1h&limit=49"

    with pytest.raises(StopIteration) as ended:
        reading.send(Found({(asked.source, asked.request): json.dumps(ANSWER).encode()}))

    assert ended.value.value == ((500_000 * HOUR_MS, Price("2005.25")),)


@pytest.mark.parametrize("rows", [[[1, 2, 3, 4]], [["1", 2, 3, 4, 5]], [[1, 2, 3, 4, "5"]], [[1, 2, 3, 4, 0]], 7])
def test_closes__of_another_shape__make_no_sense(rows: object) -> None:
    [asked] = next(hourly_closes(gmx_v2(Scene(tickers=[])), 1, NOW_MS))
    with pytest.raises(ValueError, match="makes no sense"):
        asked.decode(json.dumps({"candles": rows}).encode())


def test_closes__without_a_price_service__have_nobody_to_ask() -> None:
    with pytest.raises(Unreadable, match="no price service is configured"):
        next(hourly_closes(gmx_v2(Scene()), 1, NOW_MS))
