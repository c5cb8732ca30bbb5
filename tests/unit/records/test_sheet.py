"""A file of hourly bars: what is missing stays missing, what is wrong is named."""

import gzip
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.model import Name, Rate
from agent.records import Bar, History
from agent.records.sheet import bars, rows
from agent.units import Price, Ratio
from tests.kit import beside

HEADER = "ts,spot_close,spot_low,perp_close,mark_close,mark_high,mark_low,funding_rate,funding_interval_hours"
FULL = "1600000000,100,99,101,102,103,98,0.0001,8"
BARE = "1600003600,,,,,,,,"


def written(tmp_path: Path, *lines: str, header: str = HEADER, packed: bool = False) -> Path:
    path, text = tmp_path / "bars.csv", "\n".join((header, *lines)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_bars__an_hour_with_everything_and_one_with_nothing__stand_as_they_are(tmp_path: Path, packed: bool) -> None:
    full, bare = bars(written(tmp_path, FULL, BARE, packed=packed))

    assert full == Bar(
        at_ms=1_600_000_000_000,
        spot=Price(100),
        traded=Price(101),
        mark=Price(102),
        high=Price(103),
        low=Price(98),
        funding=Rate(value=Ratio("0.0001"), interval_s=8 * 3600),
    )
    assert bare == Bar(at_ms=1_600_003_600_000)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1600000000,0,99,101,102,103,98,,", "line 2: spot_close must be above 0"),
        ("1600000000,nan,99,101,102,103,98,,", "line 2: "),
        ("1600000000,100,99,much,102,103,98,,", "line 2: perp_close: 'much' is no number"),
        ("1600000000,100,99,101,102,103,98,0.1,0", "funding_interval_hours must be above 0"),
        ("soon,100,99,101,102,103,98,,", "line 2: "),
    ],
)
def test_bars__a_line_that_makes_no_sense__is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        list(bars(written(tmp_path, line)))
    assert said in str(refused.value)


def test_bars__times_that_do_not_rise__are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 3: ts does not rise"):
        list(bars(written(tmp_path, FULL, FULL)))


def test_bars__a_mistyped_column__does_not_pass_for_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown column funding; known: ts, "):
        list(bars(written(tmp_path, "1,2", header="ts,funding")))
    with pytest.raises(ConfigError, match="no column ts"):
        list(bars(written(tmp_path, "1", header="spot_close")))


def test_bars__no_such_file__is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        list(bars(tmp_path / "none.csv"))


def test_rows__loaded_twice__give_the_same_bars_back(tmp_path: Path) -> None:
    """1,600,005,600 is a full hour."""
    found = list(bars(written(tmp_path, "1600005600,100,99,101,,,,0.0001,8", "1600009200,104,99,105,106,107,98,,")))
    with History(tmp_path / "history.sqlite") as history:
        for _ in range(2):
            history.fill(rows(found, Name("ETH"), Name("perp"), Name("ETH"), "bars.csv"))

        assert list(history.bars(Name("ETH"), Name("perp"), Name("ETH"))) == found


@pytest.mark.parametrize("coin", ["binance_SOL", "hyperliquid_HYPE"])
def test_rows__of_a_real_file__come_back_as_they_were(tmp_path: Path, coin: str) -> None:
    found = list(bars(beside.data(f"{coin}_1h.csv.gz")))[:3_000]
    with History(tmp_path / "history.sqlite") as history:
        history.fill(rows(found, Name("SOL"), Name("perp"), Name("SOL"), coin))

        assert list(history.bars(Name("SOL"), Name("perp"), Name("SOL"))) == found
