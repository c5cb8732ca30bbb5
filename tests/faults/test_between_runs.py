"""What happens between two runs, on the real exchange: a person is told, and nothing is made worse."""

import json
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Exit
from agent.hedge.exposure import STILL_MS
from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.kit.devnet.tokens import ETHER
from tests.kit.faults import records
from tests.kit.faults.case import Case
from tests.kit.faults.process import Ended

pytestmark = pytest.mark.chain

SHORT = Decimal("-18.1")


def told(ended: Ended, code: str) -> dict[str, Any]:
    [reason] = [reason for reason in json.loads(ended.out)["reasons"] if reason["code"] == code]
    found: dict[str, Any] = reason
    return found


def test_a_position__liquidated_by_the_exchange__is_30_and_named_with_both_sizes(hedged: Case) -> None:
    """Before that, the price at which it ends was shown."""
    shown = hedged.run("status").out
    assert "liquidates at" in shown
    market.set_price(hedged.devnet, Decimal(2900))
    liquidate(hedged)
    left = records.position(hedged.devnet)
    assert SHORT < left < 0

    held = hedged.run("run", "--json")

    assert held.exit == Exit.PERSON, held
    reason = told(held, "CHANGED_ASKS")
    assert reason["subject"] == "perp ETH"
    assert reason["value"].startswith("liquidated, ")
    assert f"short {-left:f}".rstrip("0") in reason["value"]
    assert f"short {-SHORT}" in reason["value"]
    assert records.position(hedged.devnet) == left, "nothing is added before a person has looked"
    for command in (("plan", "--json"), ("run", "--json")):
        explained = hedged.run(*command).out
        assert ("CHANGED_ASKS" in explained, "FOREIGN_FILL" in explained) == (True, False), explained


def liquidate(case: Case) -> None:
    """Anyone may, and takes the position over."""
    devnet = case.devnet
    devnet.chain.send(
        devnet.contract("ClearingHouse"),
        "liquidate(address,address)",
        devnet.address(Role.ACCOUNT),
        devnet.exchange["BaseToken"],
        sender=devnet.address(Role.ARBITRAGEUR),
    )


def test_a_reserve__gone_when_more_must_be_hedged__is_30_with_what_to_send_and_where(hedged: Case) -> None:
    """No creeping towards the target, and no cooldown that hides the reason."""
    devnet, operator = hedged.devnet, hedged.devnet.address(Role.OPERATOR)
    usdc = devnet.token("USDC")
    devnet.chain.send(
        usdc, "transfer", devnet.address(Role.DEPLOYER), usdc.functions.balanceOf(operator).call(), sender=operator
    )
    hedged.adopt()  # that was a transaction of the operator's key
    hedged.move_spot(Decimal(3))
    for _ in range(2):
        held = hedged.run("run", "--json")
        assert held.exit == Exit.PERSON, held
        assert "are missing" in told(held, "COLLATERAL")["value"]
        assert f"collateral {usdc.address} to operator {operator}" in told(held, "COLLATERAL")["value"]
    assert records.position(devnet) == SHORT


@pytest.mark.parametrize("later", ["block", "time"])
def test_a_change__seen_twice_in_one_block__is_not_confirmed_until_a_later_one_or_half_a_minute(
    hedged: Case, later: str
) -> None:
    chain = hedged.devnet.chain
    chain.pay(hedged.devnet.address(Role.COLD1), 3 * ETHER, sender=hedged.devnet.address(Role.DEPLOYER))
    for _ in range(2):
        held = hedged.run("plan", "--json")
        assert held.exit == Exit.HELD, held
        assert told(held, "EXPOSURE_UNCONFIRMED")["value"] == "18.1 -> 21.1"
    if later == "block":
        chain.rpc("evm_mine")
    else:
        chain.rpc("evm_increaseTime", STILL_MS // 1000)
    planned = hedged.run("plan", "--json")
    codes = {reason["code"] for reason in json.loads(planned.out)["reasons"]}
    assert "EXPOSURE_UNCONFIRMED" not in codes
    assert planned.exit in (Exit.WOULD_TRADE, Exit.HELD), "the first run may have been too recent"


def test_a_hedge__larger_than_one_order__is_finished_in_one_run_in_slices(unhedged: Case) -> None:
    unhedged.set("max_order_usd", '"10000"')
    done = unhedged.run("run", "--json")
    assert done.exit == Exit.DONE, done
    assert records.position(unhedged.devnet) == SHORT
    assert records.position_changes(unhedged.devnet).total() == 4


def test_a_watch__its_node_is_gone__says_so_each_time_and_goes_on(unhedged: Case) -> None:
    with unhedged.through("http://127.0.0.1:1"):
        watched = unhedged.run("watch", "--times", "2", "--every", "0.1")
    assert watched.exit == Exit.TEMPORARY, watched
    assert len([line for line in watched.said.splitlines() if "127.0.0.1:1" in line]) == 2
