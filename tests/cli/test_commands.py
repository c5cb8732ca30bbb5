"""The commands on the local chain, as processes: what they print and how they end."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Exit
from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.kit.faults.case import Case
from tests.kit.faults.process import Ended
from tests.kit.proxy import proxy

pytestmark = pytest.mark.chain

EXPOSURE = "18.1"


def _json(ended: Ended) -> Any:
    return json.loads(ended.out)


def test_status__an_unhedged_wallet__shows_exposure_position_and_delta(desk: Case) -> None:
    seen = desk.run("status", "--json")
    assert seen.exit == Exit.DONE, seen
    [hedge] = _json(seen)["hedges"]
    assert (hedge["exposure"], hedge["position"], hedge["delta"]) == (EXPOSURE, "0", EXPOSURE)
    assert "wstETH" in desk.run("status").out


def test_status__a_short_below_the_index__says_that_it_pays(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    market.trade_pool_to(desk.devnet, Decimal(1980))
    market.pass_hour(desk.devnet)
    assert "you PAY" in desk.run("status").out


def test_status__a_short_above_the_index__says_that_it_receives(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    market.trade_pool_to(desk.devnet, Decimal(2015))
    market.pass_hour(desk.devnet)
    assert "you RECEIVE" in desk.run("status").out


def test_plan__an_unhedged_wallet__would_trade_and_changes_nothing(desk: Case) -> None:
    block = desk.devnet.chain.web3.eth.block_number
    planned = desk.run("plan", "--json")
    assert planned.exit == Exit.WOULD_TRADE, planned
    [leg] = _json(planned)["verdict"]["legs"]
    assert [act["type"] for act in leg["actions"]] == ["Fund", "Trade"]
    assert leg["actions"][1]["size"] == f"-{EXPOSURE}"
    assert desk.devnet.chain.web3.eth.block_number == block


def test_plan__prices_that_disagree__is_held_and_names_both(desk: Case) -> None:
    market.answer(desk.devnet, "outside_eth_usd", Decimal(2100))
    held = desk.run("plan")
    assert held.exit == Exit.HELD, held
    assert "[ORACLE_DEVIATION]" in held.out
    assert "2,100" in held.out


def test_rehearse__without_any_key__shows_before_and_after_and_every_transfer(desk: Case) -> None:
    (desk.folder / "operator.key").unlink()
    played = desk.run("rehearse", "--json")
    assert played.exit == Exit.WOULD_TRADE, played
    told = _json(played)
    assert [each["ok"] for each in told["rehearsed"]] == [True, True, True]
    moved = [(m["kind"], m["source"]) for each in told["rehearsed"] for m in each["movements"]]
    operator = desk.devnet.address(Role.OPERATOR)
    assert moved == [("Approval", operator), ("Transfer", operator)]
    assert "before" in desk.run("rehearse").out


def test_run__without_a_key__says_which_setting_names_it(desk: Case) -> None:
    desk.set("file", '"missing.key"')
    ended = desk.run()
    assert ended.exit == Exit.CONFIG
    assert "missing.key" in ended.err
    assert "Traceback" not in ended.said


def test_run__first__hedges_and_ends_with_a_line_for_the_mail(desk: Case) -> None:
    done = desk.run()
    assert done.exit == Exit.DONE, done
    last = done.out.strip().splitlines()[-1]
    assert "position 0.0000 -> -18.1000" in last
    assert re.search(r"3 sent, cost [\d.]+ USD and [\d.]+ ETH of gas; exit 0 \(ETH: the position is inside", last)


def test_run__inside_the_band__sends_nothing_and_says_why(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    again = desk.run("run", "--json")
    assert again.exit == Exit.DONE
    told = _json(again)
    assert [reason["code"] for reason in told["reasons"]] == ["IN_BAND"]
    assert told["sent"] == []


def test_run__nothing_to_do__costs_two_round_trips(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    with proxy(desk.devnet.url) as node, desk.through(node.url):
        assert desk.run().exit == Exit.DONE
        assert len(node.trips) == 2, node.trips


def test_run__a_dead_node__is_temporary_and_does_not_print_its_url(desk: Case) -> None:
    with desk.through("http://127.0.0.1:1/v2/a-key-that-nobody-may-see"):
        ended = desk.run()
    assert ended.exit == Exit.TEMPORARY, ended
    assert "127.0.0.1:1" in ended.said
    assert "a-key-that-nobody-may-see" not in ended.said


def test_doctor__a_healthy_setup__ends_with_0_and_says_what_a_stolen_key_costs(desk: Case) -> None:
    seen = desk.run("doctor")
    assert seen.exit == Exit.DONE, seen
    assert "cannot reach spot" in seen.out


def test_doctor__a_pin_that_the_exchange_does_not_name__fails_and_names_both(desk: Case) -> None:
    wrong = desk.devnet.address(Role.STRANGER)
    desk.set("account_balance", f'"{wrong}"')
    seen = desk.run("doctor")
    assert seen.exit == Exit.CONFIG
    assert wrong in seen.out
    assert desk.devnet.exchange["AccountBalance"].lower() in seen.out.lower()


def test_doctor__no_delegation__fails_and_says_what_the_account_must_call(desk: Case) -> None:
    account, operator = desk.devnet.address(Role.ACCOUNT), desk.devnet.address(Role.OPERATOR)
    desk.devnet.chain.send(desk.devnet.contract("DelegateApproval"), "revoke", operator, 1, sender=account)
    seen = desk.run("doctor", "--json")
    assert seen.exit == Exit.CONFIG
    failed = [finding["says"] for finding in _json(seen)["findings"] if finding["level"] == "fail"]
    assert any(f"approve({operator}, 1)" in says for says in failed)
    assert desk.run().exit == Exit.PERSON


def test_flatten__a_live_position__closes_it_without_the_journal_and_the_feeds(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    for file in (desk.folder / "hedgekeeper-state").glob("journal*"):
        file.unlink()
    market.answer(desk.devnet, "outside_eth_usd", Decimal(1))
    closed = desk.run("flatten", "--json")
    assert closed.exit == Exit.DONE, closed
    assert _json(closed)["not_flat"] == []
    assert _json(desk.run("status", "--json"))["hedges"][0]["position"] == "0"
    assert desk.run("flatten").exit == Exit.DONE, "nothing left to close is fine"


def test_flatten__then_cron__adds_nothing_until_a_person_resumes(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    assert desk.run("flatten").exit == Exit.DONE
    market.pass_hour(desk.devnet)
    held = desk.run()
    assert held.exit == Exit.HELD, held
    assert "[ON_HOLD]" in held.out
    assert desk.run("journal", "resume").exit == Exit.DONE
    assert desk.run().exit == Exit.DONE
    assert _json(desk.run("status", "--json"))["hedges"][0]["position"] == f"-{EXPOSURE}"


def test_run__a_node_on_another_chain__is_left_out_by_name(desk: Case) -> None:
    with proxy(desk.devnet.url) as liar:
        liar.lies["eth_chainId"] = lambda params, said: "0x1"
        with desk.through(desk.devnet.url, liar.url):
            done = desk.run()
    assert done.exit == Exit.DONE, done
    assert "node left out" in done.err
    assert liar.url.removeprefix("http://") in done.err


def test_flatten__printed__gives_calls_that_close_when_the_owner_signs_them(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    printed = desk.run("flatten", "--print", "--json")
    assert printed.exit == Exit.PERSON, printed
    [call] = _json(printed)["owner_calls"]
    assert call["sender"] == desk.devnet.address(Role.ACCOUNT)
    signed = {"from": call["sender"], "to": call["to"], "data": call["data"], "gas": hex(2_000_000)}
    desk.devnet.chain.rpc("eth_sendTransaction", signed)
    assert _json(desk.run("status", "--json"))["hedges"][0]["position"] == "0"


def test_watch__three_times__runs_three_times_and_keeps_a_diary(desk: Case) -> None:
    watched = desk.run("watch", "--times", "3", "--every", "0.1")
    assert watched.exit == Exit.DONE, watched
    assert len(watched.out.strip().splitlines()) == 3
    assert [run["command"] for run in _json(desk.run("journal", "--json"))["runs"]] == ["watch"] * 3


def test_journal__after_a_run__tells_what_was_seen_rehearsed_and_sent(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    listed = _json(desk.run("journal", "--json"))
    [run] = listed["runs"]
    assert run["exit"] == 0
    shown = _json(desk.run("journal", "show", str(run["id"]), "--json"))
    assert {"Plan", "Verdict", "Rehearsal"} <= {note["type"] for note in shown["notes"]}
    assert len(shown["intents"]) == 3
    assert desk.run("journal", "show", "99").exit == Exit.CONFIG


def test_adopt__a_chain_that_was_reset__gets_going_again(desk: Case) -> None:
    before = desk.devnet.chain.snapshot()
    assert desk.run().exit == Exit.DONE
    desk.devnet.chain.revert(before)
    market.refresh_feeds(desk.devnet)
    stuck = desk.run()
    assert stuck.exit in (Exit.TEMPORARY, Exit.PERSON), stuck
    assert "journal adopt" in stuck.out
    adopted = desk.run("journal", "adopt", "--yes")
    assert adopted.exit == Exit.DONE, adopted
    assert desk.run().exit == Exit.DONE
    assert _json(desk.run("status", "--json"))["hedges"][0]["position"] == f"-{EXPOSURE}"


def test_init__flags__writes_a_file_that_doctor_accepts_and_never_overwrites(desk: Case) -> None:
    devnet = desk.devnet
    flags = {
        "rpc": devnet.url,
        "wallet": devnet.address(Role.COLD1),
        "account": devnet.address(Role.ACCOUNT),
        "operator": devnet.address(Role.OPERATOR),
        "clearing-house": devnet.exchange["ClearingHouse"],
        "base-token": devnet.exchange["BaseToken"],
        "feed": devnet.feeds["outside_eth_usd"],
        "assets": "ETH",
    }
    words = [word for name, answer in flags.items() for word in (f"--{name}", answer)]
    written = desk.run("init", "--yes", "-c", "mine.toml", *words)
    assert written.exit == Exit.DONE, written
    file = desk.folder / "mine.toml"
    file.write_text(file.read_text().replace('keystore = "operator.json"', 'file = "operator.key"'))
    file.write_text(file.read_text().replace("password =", "# password ="))
    assert desk.run("doctor", "-c", "mine.toml").exit == Exit.DONE
    assert desk.run("plan", "-c", "mine.toml").exit == Exit.WOULD_TRADE
    again = desk.run("init", "--yes", "-c", "mine.toml", *words)
    assert again.exit == Exit.CONFIG
    assert "left alone" in again.err
