"""`plan --stress`, `plan --capital` and the margin lines of status and plan, on the local chain."""

import json
import time
from decimal import Decimal

import pytest

from agent.errors import Exit
from tests.kit.devnet import market, spot
from tests.kit.devnet.roles import Role
from tests.kit.faults.case import Case
from tests.kit.faults.operator import KEY

pytestmark = pytest.mark.chain


def test_capital__no_position_and_no_key__says_what_the_hedge_needs(desk: Case) -> None:
    (desk.folder / KEY).unlink()
    seen = desk.run("plan", "--capital", "--idle-rate", "0.1", "--json")
    assert seen.exit == Exit.DONE, seen
    needs = json.loads(seen.out)["capital"]
    assert [need["stance"]["name"] for need in needs] == ["unlevered", "1x", "2x"]
    assert all(need["size"] == "-18.1" and need["idle_rate"] == "0.1" for need in needs)
    notional = Decimal(needs[2]["notional"])
    assert notional / 2 < Decimal(needs[2]["collateral"]) < notional * Decimal("0.51")
    assert needs[0]["exits_gas_wei"] > 0
    told = desk.run("plan", "--capital").out
    assert "short 18.1 ETH on perp, " in told
    assert "gas for 3 exits at the fee ceiling: 0.225 ETH" in told


def test_stress__a_live_short__shows_each_rise_and_what_would_be_missing(desk: Case) -> None:
    assert "no position: nothing to stress" in desk.run("plan", "--stress").out
    assert desk.run().exit == Exit.DONE
    seen = desk.run("plan", "--stress", "--json")
    rows = json.loads(seen.out)["stress"]
    assert [row["move"] for row in rows][::9] == ["0.1", "1"]
    assert [row["liquidated"] for row in rows] == [False] * 4 + [True] * 6
    assert desk.run("plan", "--stress").out.count("LIQUIDATED") == 6
    [seen_at] = json.loads(desk.run("status", "--json").out)["snapshot"]["views"]
    assert (seen_at["latency_s"], seen_at["stops"]) == (15, False)
    for command in ("status", "plan"):
        assert "+42 % (2,8" in desk.run(command).out
        [margin] = json.loads(desk.run(command, "--json").out)["margin"]
        assert 17 < Decimal(margin["days"]) < 19
        assert margin["says"].endswith("runway at an assumed volatility of 80 % a year: 18 days")


def test_capital__a_rate_that_is_no_share__is_refused(desk: Case) -> None:
    refused = desk.run("plan", "--capital", "--idle-rate", "5 %")
    assert refused.exit == Exit.CONFIG
    assert "--idle-rate: must be a share a year, from 0 to 1, not '5 %'" in refused.err


def test_rescue__the_reserve_is_too_small__the_owner_is_shown_what_to_sign(desk: Case) -> None:
    """At +25 % it stands at 4.8 times: a person has time to answer, and the account could post its own coins."""
    spot.move(desk.devnet, Role.OPERATOR, "USDC", Decimal(-41_500))
    assert desk.run().exit == Exit.DONE
    market.set_price(desk.devnet, Decimal(2_500))
    for command in ("plan", "run"):
        asked = desk.run(command)
        assert asked.exit == Exit.PERSON, asked
        assert "[RESCUE]" in asked.out
        assert "posts 13,1" in asked.out
        approve, deposit = json.loads(desk.run(command, "--json").out)["owner_calls"]
        assert approve["to"] == desk.devnet.token("USDC").address
        assert deposit["sender"] == desk.devnet.address(Role.ACCOUNT)


def test_status__a_month_of_prices_was_recorded__takes_its_volatility_and_says_so(desk: Case) -> None:
    """3 % up and 3 % down, day by day: 18 days at 80 % a year become 35 at 57 %."""
    assert desk.run().exit == Exit.DONE
    today_s = int(time.time()) // 86_400 * 86_400
    closes = (f"{today_s - 86_400 * (31 - day)},{2060 if day % 2 else 2000}" for day in range(32))
    (desk.folder / "bars.csv").write_text("\n".join(("ts,spot_close", *closes)))
    loaded = desk.run("data", "load", "bars.csv", "--underlying", "ETH", "--venue", "perp")
    assert loaded.exit == Exit.DONE, loaded
    [margin] = json.loads(desk.run("status", "--json").out)["margin"]
    assert margin["volatility"]["origin"] == "30-day volatility"
    assert Decimal("0.029") < Decimal(margin["volatility"]["daily"]) < Decimal("0.031")
    assert 33 < Decimal(margin["days"]) < 37
