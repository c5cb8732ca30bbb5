"""`scripts/demo --json` proves what it shows."""

import json
import os
import subprocess
from decimal import Decimal

import pytest

from tests.kit.devnet.artifacts import ROOT

pytestmark = pytest.mark.chain


@pytest.mark.parametrize(("venue", "trips"), [((), 2), (("--venue", "gmx-v2"), 3)], ids=["perp-v2", "gmx-v2"])
def test_demo__json__proves_a_hedge_from_nothing_to_flat(venue: tuple[str, ...], trips: int) -> None:
    environment = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    command = ["scripts/demo", *venue, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    proved = json.loads(done.stdout.splitlines()[-1])
    assert abs(Decimal(proved["exposure"]) - Decimal("18.1")) <= Decimal(proved["lot"])  # GMX pays funding in coins
    assert Decimal(proved["short_before"]) == 0
    assert abs(Decimal(proved["short_after"]) + Decimal(proved["exposure"])) <= Decimal(proved["lot"])
    assert abs(Decimal(proved["net_delta_after"])) <= Decimal(proved["lot"])
    assert proved["rehearsed_equals_sent"] is True
    assert proved["spot_unchanged"] is True
    assert proved["round_trips_no_action"] == trips
    assert proved["exit_codes"] == {
        "status": 0,
        "plan": 10,
        "rehearse": 10,
        "run": 0,
        "run_in_band": 0,
        "run_outside_band": 0,
        "flatten": 0,
        "status_after": 0,
    }, done.stdout
