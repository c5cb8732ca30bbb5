"""A replay on the command line: from a file or the history, by a policy's name or as configured."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.errors import Exit
from tests.unit.test_settings import good

HOUR_S = 3600
START = 1_583_020_800
"""1 March 2020, midnight."""


def sheet(hours: int = 60) -> str:
    """From 2,000 to 1,000 at hour 24, and back by hour 48; a payment every eight hours."""
    lines = ["ts,spot_close,perp_close,mark_close,mark_high,mark_low,funding_rate,funding_interval_hours"]
    for hour in range(hours):
        price = 1000 if 24 <= hour < 48 else 2000
        paid = "0.0001,8" if hour % 8 == 0 else ","
        lines.append(f"{START + hour * HOUR_S},{price},{price},{price},{price},{price},{paid}")
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bars.csv").write_text(sheet())


def told(capsys: pytest.CaptureFixture[str], *flags: str) -> str:
    assert main(("replay", *flags)) == Exit.DONE
    return capsys.readouterr().out


def figures(capsys: pytest.CaptureFixture[str], *flags: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, *flags, "--json"))
    return found


FILE = ("--data", "bars.csv", "--underlying", "ETH")
FREE = ("--no-fees", "--no-margin")


def test_replay__a_file_and_a_policy__needs_no_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """7 payments of 0.01 %: five on 20,000 USD, two or three on 10,000: at hours 24, 32 and 40."""
    found = figures(capsys, *FILE, "--policy", "full", *FREE)

    assert (found["total"], found["funding"], found["trades"]) == ("11", "11", 1)
    assert found["unhedged"]["depth"] == "-0.5"
    assert found["hedged"]["depth"] == "0"


def test_replay__half_of_it_by_set__falls_by_a_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, *FILE, "--policy", "partial", "--set", "ratio=0.5", *FREE)

    assert found["hedged"]["depth"].startswith("-0.249")


def test_replay__a_span__is_all_that_counts(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, *FILE, "--policy", "full", *FREE, "--from", "2020-03-02", "--to", "2020-03-03")

    assert (found["holes"]["bars"], found["start"]) == (25, "10000")
    assert (found["since_ms"], found["until_ms"]) == ((START + 86_400) * 1000, (START + 2 * 86_400) * 1000)


def test_replay__fees__are_taken_unless_they_are_off(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, *FILE, "--policy", "full", "--fee", "0.001", "--slippage", "0", "--no-margin")

    assert (found["fees"], found["slippage"]) == ("20", "0")


def test_replay__a_fixed_value_in_dollars__is_kept_within_its_band(capsys: pytest.CaptureFixture[str]) -> None:
    """5,000 USD of 10 coins: 2.5 at 2,000, 5 at 1,000, 2.5 again; within a band of the whole target, once."""
    flags = (*FILE, "--policy", "fixed-usd", "--set", "usd=5000", *FREE)

    assert figures(capsys, *flags)["turnover"] == str(5000 + 2500 + 5000)
    assert figures(capsys, *flags, "--band", "0.99")["turnover"] == "5000"


def test_replay__text__says_what_happened_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, *FILE, "--policy", "full", *FREE)

    assert "ETH from 2020-03-01 00:00 at 2,000 to 2020-03-03 11:00 at 2,000" in said
    assert "funding, you RECEIVE" in said
    assert "-50 %" in said
    assert "1 trade, turnover 20,000 USD; on average 100 % hedged" in said
    assert "no liquidation" in said
    assert "60 hours of data" in said


def test_replay__without_collateral__names_what_held_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, *FILE, "--policy", "full", "--capital", "0")

    assert "0 trades, turnover 0 USD; on average 0 % hedged" in said
    assert "held back, times by reason: COLLATERAL 60" in said


def test_replay__the_configured_hedge_on_the_history__is_what_the_file_gives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("hedgekeeper.toml").write_text(single())
    assert main(("data", "load", "bars.csv", "--underlying", "ETH", "--venue", "perp")) == Exit.DONE
    capsys.readouterr()

    recorded = figures(capsys, *FREE, "--policy", "full")

    assert recorded == figures(capsys, *FILE, *FREE, "--policy", "full")
    assert figures(capsys, *FREE)["funding"] == "11", "the configuration's own policy is full"


def single() -> str:
    """Every coin of it counted once."""
    return good().replace('assets = ["ETH", "WETH", "wstETH"]', 'assets = ["ETH"]')


def test_compare__a_file_of_march_2020__shows_every_policy_in_that_window_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(capsys, *FILE, "--compare")

    assert "2020-03: the pandemic" in said
    assert "2021-05" not in said
    rows = {line.split()[0].rstrip(",") for line in said.splitlines() if "%" in line}
    assert {"full", "partial", "starter", "tactical", "preservation", "basis", "funding-switch"} <= rows
    assert "not compared: schedule, which depends on dates" in said
    assert "preservation, 1 liquidated" in said, "it opened at 1,000, an hour before 2,000"
    [window] = json.loads(told(capsys, *FILE, "--compare", "--json"))
    assert window["policies"][0]["policy"] == "full"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--data", "none.csv", "--policy", "full"), "none.csv: cannot be read"),
        ((*FILE, "--policy", "fool"), "there is no policy 'fool'"),
        ((*FILE, "--policy", "partial", "--set", "ratio"), "must be KEY=VALUE"),
        ((*FILE, "--policy", "partial", "--set", "ratio=2"), "ratio must be"),
        ((*FILE, "--policy", "partial", "--set", "rato=0.5"), "unknown parameter rato; known: ratio"),
        ((*FILE, "--policy", "full", "--from", "2021-01-01"), "no hour between --from and --to has"),
        (("--bogus",), "`hedgekeeper replay --help` shows what there is"),
        (FILE, "no such file"),
        ((*FILE, "--policy", "full", "--from", "2021-01-01", "--to", "2020-01-01"), "must be before the other"),
        ((*FILE, "--policy", "full", "--from", "soon"), "must be a date"),
        ((*FILE, "--policy", "full", "--coins", "0"), "above 0"),
        ((*FILE, "--policy", "full", "--fee", "-1"), "at least 0"),
        ((*FILE, "--set", "ratio=1"), "--set, --band: are for the policy that --policy names"),
        ((*FILE, "--policy", "full", "--compare"), "not allowed with"),
    ],
)
def test_replay__flags_that_make_no_sense__are_refused(
    flags: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("replay", *flags)) == Exit.CONFIG
    assert said in capsys.readouterr().err


def test_compare__a_file_of_other_months__says_which_it_looks_for(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bars.csv").write_text(sheet().replace("15830", "14830").replace("1583", "1483"))

    assert main(("replay", *FILE, "--compare")) == Exit.CONFIG
    assert "reach none of 2020-03, 2021-05" in capsys.readouterr().err
