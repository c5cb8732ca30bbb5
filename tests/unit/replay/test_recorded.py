"""What a replayed policy looks back at is what the history would have given it."""

from pathlib import Path

import pytest

from agent.model.times import HOUR_MS
from agent.records import Bar, History
from agent.records.rows import Rows
from agent.records.sheet import bars, rows
from agent.replay.conditions import VENUE
from agent.replay.recorded import Recorded
from tests.kit import beside
from tests.unit.replay.scene import ETH, bar


def compared(found: list[Bar], path: Path, days: int) -> None:
    recorded = Recorded(ETH, (VENUE, ETH), days)
    with History(path) as history:
        for n, each in enumerate(found):
            recorded.add(each)
            told = rows([each], ETH, VENUE, ETH, "file")
            history.fill(Rows(prices=list(told.prices), marks=list(told.marks), funding=list(told.funding)))
            if n % 17 == 0:
                assert recorded.past() == history.past(each.at_ms, days)


def test_recorded__hour_by_hour__is_what_the_history_tells(tmp_path: Path) -> None:
    made = [bar(hour, str(2000 + hour), paid="0.0001" if hour % 8 == 0 else None) for hour in range(-30, 100)]

    compared([*made[:40], *made[60:]], tmp_path / "history.sqlite", days=3)


@pytest.mark.parametrize("coin", ["binance_ETH", "hyperliquid_SOL"])
def test_recorded__of_a_real_file_with_its_holes__is_what_the_history_tells(tmp_path: Path, coin: str) -> None:
    found = list(bars(beside.data(f"{coin}_1h.csv.gz")))[1_700:2_100]
    assert found[-1].at_ms - found[0].at_ms == 399 * HOUR_MS

    compared(found, tmp_path / "history.sqlite", days=9)
