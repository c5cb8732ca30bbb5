"""What the account signs on GMX v2, and what doctor and run make of it, on the local exchange."""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.errors import Exit
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER
from tests.kit.faults import case as cases
from tests.kit.faults.case import Case
from tests.kit.gmx import devnet as launch
from tests.kit.gmx import market
from tests.kit.gmx.offchain import Keeper

pytestmark = pytest.mark.chain

SEND = ("--send", "file:account.key")
PERMITTED = ("gmx", "delegate", "--allowance", "60000")


@pytest.fixture(scope="module")
def gmx() -> Iterator[Devnet]:
    with launch.devnet(keeper=Keeper(delay_s=0)) as started:
        yield started


@pytest.fixture
def desk(gmx: Devnet, tmp_path: Path) -> Iterator[Case]:
    """Delegated, with nothing done yet, and the account's own test key in a file."""
    with cases.on(gmx) as devnet:
        case = cases.unhedged(devnet, tmp_path / "keeper")
        key = case.folder / "account.key"
        key.touch(mode=0o600)
        key.write_text(actor(Role.ACCOUNT).key)
        yield case


@pytest.fixture
def strangers(desk: Case) -> Case:
    """The account has permitted nothing."""
    revoked = desk.run("gmx", "revoke", *SEND)
    assert revoked.exit == Exit.DONE, revoked
    _by_account(desk, desk.devnet.token("USDC"), "approve", desk.devnet.exchange["Router"], 0)
    return desk


def _by_account(case: Case, contract: Any, method: str, *arguments: Any) -> None:
    case.devnet.chain.send(contract, method, *arguments, sender=case.devnet.address(Role.ACCOUNT))


def _sign(case: Case, calls: Sequence[dict[str, Any]]) -> None:
    """As a wallet would: what is printed and nothing else."""
    for call in calls:
        asked = {"from": call["sender"], "to": call["to"], "data": call["data"], "value": hex(call["value"])}
        sent = case.devnet.chain.rpc("eth_sendTransaction", asked)
        assert case.devnet.chain.web3.eth.wait_for_transaction_receipt(sent)["status"] == 1


def _findings(case: Case, level: str) -> tuple[int, list[str]]:
    """How doctor ends, and what it says of that level about the venue."""
    case.devnet.chain.warp(1)  # of a permission that was just given, the last day is no longer a whole one
    seen = case.run("doctor", "--json")
    found = json.loads(seen.out)["findings"]
    return seen.exit, [each["says"] for each in found if each["level"] == level and each["subject"] == "venue gmx"]


def _position(case: Case) -> Decimal:
    [hedge] = json.loads(case.run("status", "--json").out)["hedges"]
    return Decimal(hedge["position"])


def test_rehearse__an_order__shows_the_keepers_part_and_calls_coin_and_vault_by_their_names(desk: Case) -> None:
    (desk.folder / "operator.key").unlink()
    played = desk.run("rehearse")
    assert played.exit == Exit.WOULD_TRADE, played
    assert "gmx: a keeper would execute it at 2000.00, impact " in played.out
    assert " of the execution fee would come back to " in played.out
    assert re.search(r"Transfer +gmx market short token +gmx account +gmx order vault ", played.out)


def test_run__of_an_operator_without_permission__prints_what_the_account_signs_to_give_it(strangers: Case) -> None:
    planned, ran = strangers.run("plan", "--json"), strangers.run("run", "--json")
    assert (planned.exit, ran.exit) == (Exit.PERSON, Exit.PERSON), (planned, ran)
    for told in (planned, ran):
        [call] = json.loads(told.out)["owner_calls"]
        assert call["to"] == strangers.devnet.exchange["SubaccountRouter"]
    assert "for the owner to sign\n  # lets 0x" in strangers.run("rehearse").out
    _sign(strangers, json.loads(ran.out)["owner_calls"])
    assert "the operator may trade: 200 actions, 59 days left" in _findings(strangers, "ok")[1]


def test_delegate__without_send__prints_what_the_account_must_sign_and_sends_nothing(strangers: Case) -> None:
    block = strangers.devnet.chain.web3.eth.block_number
    printed = strangers.run(*PERMITTED)
    assert printed.exit == Exit.PERSON, printed
    assert "nothing was sent: sign these with the account, in this order" in printed.out
    assert strangers.devnet.exchange["SubaccountRouter"] in printed.out
    assert "up to 60000 USD of the account as collateral" in printed.out
    assert strangers.devnet.chain.web3.eth.block_number == block


def test_delegate__the_printed_calls_signed_by_the_account__let_the_operator_hedge(strangers: Case) -> None:
    refused = strangers.run("run", "--json")
    assert (refused.exit, "NOT_DELEGATED" in refused.codes) == (Exit.PERSON, True)
    _sign(strangers, json.loads(strangers.run(*PERMITTED, "--json").out)["owner_calls"])
    assert "the operator may trade: 200 actions, 59 days left" in _findings(strangers, "ok")[1]
    assert strangers.run().exit == Exit.DONE
    assert _position(strangers) == -cases.EXPOSURE


def test_delegate__sent_with_the_accounts_test_key__is_mined(strangers: Case) -> None:
    assert _findings(strangers, "fail")[0] == Exit.CONFIG
    sent = strangers.run(*PERMITTED, *SEND, "--json")
    assert sent.exit == Exit.DONE, sent
    eth = strangers.devnet.chain.web3.eth
    mined = [eth.get_transaction_receipt(ref) for ref in json.loads(sent.out)["sent"]]
    assert [(each["from"], each["status"]) for each in mined] == [(strangers.devnet.address(Role.ACCOUNT), 1)] * 2
    assert _findings(strangers, "fail") == (Exit.DONE, [])


def test_delegate__renewed_after_orders__counts_on_from_what_was_used(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    assert desk.run("gmx", "delegate", "--actions", "50", *SEND).exit == Exit.DONE
    assert "the operator may trade: 50 actions, 59 days left" in _findings(desk, "ok")[1]


@pytest.mark.parametrize("place", ["file:operator.key", "file:none.key", "env:NOT_SET", "0x" + "11" * 32])
def test_delegate__another_key_than_the_accounts__is_78_and_shows_no_key(desk: Case, place: str) -> None:
    refused = desk.run("gmx", "delegate", "--send", place)
    assert refused.exit == Exit.CONFIG, refused
    for key in (actor(Role.OPERATOR).key, "11" * 32):
        assert key.removeprefix("0x") not in refused.said


def test_revoke__sent__ends_what_the_operator_may_at_once(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    assert desk.run("gmx", "revoke", *SEND).exit == Exit.DONE
    assert _findings(desk, "fail")[0] == Exit.CONFIG
    market.pass_hour(desk.devnet)
    desk.move_spot(Decimal(3))
    refused = desk.run("run", "--json")
    assert (refused.exit, "NOT_DELEGATED" in refused.codes) == (Exit.PERSON, True)
    assert _position(desk) == -cases.EXPOSURE


def test_doctor__before_and_after_an_order__says_what_a_keeper_would_execute_now(desk: Case) -> None:
    assert _findings(desk, "ok")[1][-1].startswith("a short of 0.001 ETH could be opened now, at about 1,99")
    assert desk.run().exit == Exit.DONE
    assert _findings(desk, "ok")[1][-1].startswith("ETH could be closed now, at about 2,00")


def test_doctor__a_loose_permission__warns_of_each_way_in_which_it_is(desk: Case) -> None:
    loose = ("--actions", "5000", "--days", "400", "--allowance", "2000000")
    assert desk.run("gmx", "delegate", *loose, *SEND).exit == Exit.DONE
    ended, said = _findings(desk, "warn")
    assert ended == Exit.DONE
    assert said[:2] == [
        "the permission is loose: 5000 actions, 399 days; 1000 and 180 are plenty",
        "the Router's allowance of collateral is as good as unlimited: approve a float",
    ]


@pytest.mark.parametrize(
    ("short", "left"),
    [(("--actions", "19"), "19 actions and 59 days"), (("--days", "7"), "200 actions and 6 days")],
    ids=["actions", "days"],
)
def test_permission__near_its_end__is_kept_for_the_way_out(desk: Case, short: tuple[str, ...], left: str) -> None:
    assert desk.run().exit == Exit.DONE
    assert desk.run("gmx", "delegate", *short, *SEND).exit == Exit.DONE
    ended, said = _findings(desk, "warn")
    assert ended == Exit.DONE
    renew = "the account renews with what `hedgekeeper gmx delegate --venue gmx` prints"
    assert f"only exits now: {left} are left (increases need 20 and 7); {renew}" in said
    market.pass_hour(desk.devnet)
    desk.move_spot(Decimal(3))
    held = desk.run()
    assert held.exit == Exit.PERSON, held
    assert f"kept for the way out: nothing is added: {left} are left (increases need 20 and 7)" in held.out
    assert _position(desk) == -cases.EXPOSURE
    assert desk.run("flatten").exit == Exit.DONE
    assert _position(desk) == 0


@pytest.mark.parametrize("coin", ["WETH", "wstETH", "evETH"])
def test_doctor__a_hedged_coin_approved_to_the_router__fails(desk: Case, coin: str) -> None:
    token = desk.devnet.token(coin)
    _by_account(desk, token, "approve", desk.devnet.exchange["Router"], ETHER)
    failed = f"the account has approved {token.address} to the Router: a stolen key could trade it away"
    assert _findings(desk, "fail") == (Exit.CONFIG, [failed])


def test_doctor__auto_top_up__fails(desk: Case) -> None:
    router, operator = desk.devnet.contract("SubaccountRouter"), desk.devnet.address(Role.OPERATOR)
    _by_account(desk, router, "setSubaccountAutoTopUpAmount", operator, ETHER // 10)
    failed = "auto-top-up is set: the operator's gas would be taken from the account's coins"
    assert _findings(desk, "fail") == (Exit.CONFIG, [failed])
