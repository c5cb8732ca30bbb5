"""What a user reads on the local chain: what is in flight, on hold, interrupted, and one JSON object for programs."""

import json
import os
import signal
from typing import Any

import pytest

from agent.cli.words import short
from agent.errors import Exit
from tests.kit.devnet.roles import Role
from tests.kit.faults import records
from tests.kit.faults.case import Case

pytestmark = pytest.mark.chain

EXPOSURE = "18.1"


def _stop_mining(desk: Case) -> None:
    desk.devnet.chain.rpc("evm_setAutomine", False)


def test_status__a_transaction_in_flight__says_what_it_does_on_which_lane_and_how_far_it_got(desk: Case) -> None:
    _stop_mining(desk)
    assert desk.run("run", "--deadline", "3").exit == Exit.TEMPORARY
    seen = desk.run("status")
    assert f"nonce 0 of operator ({short(desk.devnet.address(Role.OPERATOR))}) on local" in seen.out
    assert "approve 18,493.37 USD of collateral: sent, not mined (" in seen.out
    planned = desk.run("plan")
    assert planned.exit == Exit.TEMPORARY, planned
    assert "[IN_FLIGHT]" in planned.out
    desk.devnet.chain.rpc("evm_mine")
    assert "approve 18,493.37 USD of collateral: mined (" in desk.run("status").out
    assert desk.run("plan").exit == Exit.WOULD_TRADE, "what is mined is done"


def test_status__our_own_landing_that_no_run_has_seen__is_not_someone_elses(desk: Case) -> None:
    """Killed after the swap was sent: the chain has it, the journal does not know yet."""
    with desk.started("run", steps=True) as running:
        running.until("sent", nth=3)
        desk.kill(running)
    told = json.loads(desk.run("status", "--json").out)
    assert told["hedges"][0]["position"] == f"-{EXPOSURE}"
    assert [reason["code"] for reason in told["reasons"]] == ["IN_BAND"]
    [open_] = told["in_flight"]
    assert open_["does"] == "sell 18.1 ETH at no less than 1,978.02"
    assert open_["became"].startswith("mined, sold 18.1 at 1,998")
    planned = desk.run("plan")
    assert planned.exit == Exit.DONE, planned


def test_run__sigterm__tells_what_is_open_and_the_next_run_takes_over(desk: Case) -> None:
    with desk.started("run", steps=True) as running:
        running.until("sent", nth=2)
        os.kill(running.pid, signal.SIGTERM)
        running.go()
        ended = running.end()
    assert ended.exit == Exit.TEMPORARY, ended
    assert ended.err.startswith("hedgekeeper: interrupted; open:\n  nonce 1 of operator (0x"), ended
    assert "deposit 18,493.37 USD of collateral" in ended.err
    [run] = json.loads(desk.run("journal", "--json").out)["runs"]
    assert (run["exit"], run["summary"][:11]) == (Exit.TEMPORARY, "interrupted")
    assert desk.run().exit == Exit.DONE
    assert json.loads(desk.run("status", "--json").out)["hedges"][0]["position"] == f"-{EXPOSURE}"


def test_run__sigterm_again_and_again_while_it_waits_for_a_block__closes_and_tells_what_is_open(desk: Case) -> None:
    """As when a service manager ends the program and its group: not a line more than what there is to say."""
    _stop_mining(desk)
    with desk.started("run") as running:
        while not records.unmined(desk.devnet):
            assert running.process.poll() is None
        while running.process.poll() is None:
            os.kill(running.pid, signal.SIGTERM)
        ended = running.end()
    assert (ended.exit, ended.out) == (Exit.TEMPORARY, ""), ended
    first, lane, does, _, last = ended.err.splitlines()
    assert (first, last) == ("hedgekeeper: interrupted; open:", "The next run goes on with it")
    assert lane.startswith("  nonce 0 of operator")
    assert does == "    approve 18,493.37 USD of collateral: sent, not mined"


def test_flatten__sigterm_while_it_waits_for_a_run__ends_at_once(desk: Case) -> None:
    with desk.started("run", steps=True) as run:
        run.until("send")
        with desk.started("flatten") as flatten:
            while "flattened by run 2" not in desk.run("status").out:
                assert flatten.process.poll() is None
            os.kill(flatten.pid, signal.SIGTERM)
            ended = flatten.end()
        desk.kill(run)
    assert ended.exit == Exit.TEMPORARY, ended
    assert ended.err.startswith("hedgekeeper: interrupted"), ended


def test_journal__a_run_that_was_killed__is_interrupted_and_one_under_way_is_running(desk: Case) -> None:
    with desk.started("run", steps=True) as running:
        running.until("send")
        assert "run      running" in desk.run("journal").out
        desk.kill(running)
    assert "run      interrupted" in desk.run("journal").out


def test_watch__sigterm_between_two_rounds__ends_as_the_last_one_did(desk: Case) -> None:
    with desk.started("watch", "--every", "600") as running:
        assert running.process.stdout is not None
        line = running.process.stdout.readline()
        os.kill(running.pid, signal.SIGTERM)
        ended = running.end()
    assert "exit 0" in line
    assert (ended.exit, ended.err) == (Exit.DONE, "")


def test_watch__a_dead_node__goes_on_with_a_line_per_round(desk: Case) -> None:
    with desk.through("http://127.0.0.1:9"):
        timed = desk.run("watch", "--times", "3", "--every", "0.1")
        on_blocks = desk.run("watch", "--times", "3", "--every", "0.1", "--blocks")
    for ended in (timed, on_blocks):
        assert ended.exit == Exit.TEMPORARY, ended
        assert [line.count("127.0.0.1:9: Cannot connect") for line in ended.out.splitlines()] == [1, 1, 1]


def test_hold__right_after_a_flatten__is_shown_and_not_hidden_by_the_cooldown(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    assert desk.run("flatten").exit == Exit.DONE
    held = desk.run()
    assert held.exit == Exit.HELD, held
    assert "[ON_HOLD]" in held.out
    assert "nothing is added to a position until `hedgekeeper journal resume`" in desk.run("status").out


def test_run__inside_the_band_but_shut_out_by_the_account__needs_a_person(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    account, operator = desk.devnet.address(Role.ACCOUNT), desk.devnet.address(Role.OPERATOR)
    desk.devnet.chain.send(desk.devnet.contract("DelegateApproval"), "revoke", operator, 1, sender=account)
    ended = desk.run()
    assert ended.exit == Exit.PERSON, ended
    assert "[NOT_DELEGATED]" in ended.out
    approval = desk.devnet.exchange["DelegateApproval"]
    for command in ("plan", "rehearse", "run"):
        told = desk.run(command)
        assert told.exit == Exit.PERSON, told
        assert told.out.count("for the owner to sign\n") == told.out.count(f"  to    {approval}\n") == 1, told
    [call] = json.loads(desk.run("plan", "--json").out)["owner_calls"]
    assert call["to"] == approval


def test_flatten__printed__says_method_bound_and_expiry(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    printed = desk.run("flatten", "--print").out
    assert "# closes the position of -18.1 ETH, at no worse than 2,0" in printed
    assert "# closePosition: close ETH: a short for no more than 3" in printed
    assert "# until 20" in printed


def test_json__every_command__prints_exactly_one_object(desk: Case) -> None:
    commands = (
        ("doctor",),
        ("status",),
        ("plan",),
        ("rehearse",),
        ("run",),
        ("watch", "--times", "1"),
        ("flatten", "--print"),
        ("flatten",),
        ("journal",),
        ("journal", "show"),
        ("journal", "adopt"),
        ("journal", "adopt", "--yes"),
        ("journal", "resume"),
        ("journal", "show", "99"),
    )
    for command in commands:
        ended = desk.run(*command, "--json")
        told: Any = json.loads(ended.out)
        assert isinstance(told, dict), command
        assert ended.out.count("\n") == 1, command
        assert told.get("exit", ended.exit) == ended.exit, command


def test_text__every_command__names_no_lane_and_no_state_in_our_own_jargon(desk: Case) -> None:
    _stop_mining(desk)
    desk.run("run", "--deadline", "2")
    for command in (
        ("status",),
        ("plan",),
        ("run", "--deadline", "1"),
        ("journal",),
        ("journal", "show"),
        ("doctor",),
    ):
        assert "evm:31337" not in desk.run(*command).out, command
