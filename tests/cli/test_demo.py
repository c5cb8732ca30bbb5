"""`scripts/demo --json` proves what it shows."""

import json
import os
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.devnet.artifacts import ROOT

pytestmark = pytest.mark.chain

PLAYED, MODELLED = "played on a fork", "by the venue's own model, not on a fork"


def shown(*venue: str) -> tuple[str, dict[str, Any]]:
    environment = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    command = ["scripts/demo", *venue, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("venue", "trips", "rehearsed"),
    [
        pytest.param((), 2, PLAYED, id="perp-v2"),
        pytest.param(("--venue", "gmx-v2"), 3, PLAYED, id="gmx-v2"),
        pytest.param(("--venue", "hyperliquid"), 11, MODELLED, id="hyperliquid"),
    ],
)
def test_demo__json__proves_a_hedge_from_nothing_to_flat(venue: tuple[str, ...], trips: int, rehearsed: str) -> None:
    said, proved = shown(*venue)
    assert abs(Decimal(proved["exposure"]) - Decimal("18.1")) <= Decimal(proved["lot"])  # GMX pays funding in coins
    assert Decimal(proved["short_before"]) == 0
    assert abs(Decimal(proved["short_after"]) + Decimal(proved["exposure"])) <= Decimal(proved["lot"])
    assert abs(Decimal(proved["net_delta_after"])) <= Decimal(proved["lot"])
    assert proved["rehearsed_equals_sent"] is True
    assert proved["spot_unchanged"] is True
    assert proved["round_trips_no_action"] == trips
    assert [words for words in (PLAYED, MODELLED) if words in said] == [rehearsed]
    assert proved["exit_codes"] == {
        "status": 0,
        "plan": 10,
        "rehearse": 10,
        "run": 0,
        "run_in_band": 0,
        "run_outside_band": 0,
        "flatten": 0,
        "status_after": 0,
    }, said


@pytest.mark.parametrize("venue", ["perp-v2", "gmx-v2"])
def test_demo__a_price_that_runs_away__is_met_by_the_reserve_then_by_a_smaller_short(venue: str) -> None:
    """From 2 times, +30 % takes it to 6 times, which the reserve mends; 35 % more to 9 times, which nothing does."""
    said, proved = shown("--story", "rescue", "--venue", venue)
    short = {step: Decimal(found["short"]) for step, found in proved["steps"].items()}
    leverage = {step: Decimal(found["leverage"]) for step, found in proved["steps"].items()}
    assert short["opened"] == short["topped_up"] == Decimal("18.1")
    assert Decimal(4) < short["shrunk"] < Decimal(5)
    assert short["asked"] == short["shrunk"]
    assert abs(short["whole"] - Decimal("18.1")) <= Decimal("0.01")
    assert max(leverage.values()) <= Decimal("2.05")
    assert Decimal(proved["steps"]["shrunk"]["reserve"]) == 0
    assert proved["spot_unchanged"] is True
    assert proved["exit_codes"] == {
        "capital": 0,
        "run": 0,
        "stress": 0,
        "status_high": 0,
        "run_topped_up": 0,
        "run_shrunk": 30,
        "run_asks": 30,
        "run_whole": 0,
    }, said


@pytest.mark.parametrize("venue", ["gmx-v2", "hyperliquid"])
def test_demo__the_exchange_deleverages__the_next_run_says_so_and_hedges_again(venue: str) -> None:
    """Half of the short is closed at 1,800."""
    said, proved = shown("--story", "deleveraged", "--venue", venue)
    short = {step: Decimal(size) for step, size in proved["steps"].items()}
    assert (short["opened"], short["deleveraged"]) == (Decimal("18.1"), Decimal("9.05"))
    assert abs(short["hedged_again"] - Decimal("18.1")) <= Decimal("0.01")
    assert short["after"] == short["hedged_again"]
    [named] = proved["named"]
    assert named.startswith("auto-deleveraged, 9.05 at 1,800")
    assert named.endswith("it is short 9.05, our fills add up to short 18.1")
    before, after = said.split("The run after it has nothing to say")
    assert (before.count(named), after.count("[CHANGED]")) == (2, 0)
    assert proved["spot_unchanged"] is True
    assert proved["exit_codes"] == {"run": 0, "status_deleveraged": 0, "run_hedges_again": 0, "run_after": 0}, said


def test_demo__two_venues__one_dark_and_one_halted__doubles_nothing_and_ends_whole() -> None:
    said, proved = shown("--venue", "both")
    lot, steps = Decimal(proved["lot"]), proved["steps"]
    short = {step: Decimal(found["short"]) for step, found in steps.items()}
    assert abs(short["opened"] - Decimal("18.1")) <= lot
    assert all(Decimal(steps["opened"][venue]) > 0 for venue in ("gmx", "hl"))
    assert steps["dark"] == steps["opened"]
    assert steps["halted"]["gmx"] == steps["opened"]["gmx"]
    assert abs(short["halted"] - short["opened"] - 1) <= 2 * lot
    assert steps["whole"] == steps["halted"]
    assert short["closed"] == 0
    assert proved["doubles"] == 0
    assert proved["rehearsed_equals_sent"] is True
    assert proved["spot_unchanged"] is True
    for words in (PLAYED, MODELLED, "may be anything from none to short 7.24 ETH: nothing is added", "[HALTED]"):
        assert words in said
    assert proved["exit_codes"] == {
        "status": 0,
        "plan": 10,
        "rehearse": 10,
        "run": 0,
        "funding": 0,
        "run_dark": 75,
        "status_dark": 75,
        "plan_halted": 20,
        "run_halted": 0,
        "run_whole": 0,
        "status_whole": 0,
        "flatten": 0,
        "status_after": 0,
    }, said
