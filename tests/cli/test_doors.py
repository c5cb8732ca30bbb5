"""A configuration that does not fit the chain, and what doctor shows, on the local chain."""

import json
from decimal import Decimal

import pytest

from agent.cli import init, main
from agent.errors import Exit
from agent.model import Name
from agent.settings import load
from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.kit.faults.case import Case
from tests.kit.faults.operator import CONFIG

pytestmark = pytest.mark.chain


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("id = 31337", "id = 10", "is on chain 31337, not 10"),
        ("decimals = 18", "decimals = 6", "has 18 decimals, not 6: is this the right token?"),
        (
            '[prices.outside]\nchain = "local"',
            '[prices.outside]\ndecimals = 18\nchain = "local"',
            "has 8 decimals, but 18",
        ),
        ("feed = {feed}", "feed = {nobody}", "is there such a contract on this chain?"),
        ("vault = {vault}", "vault = {nobody}", "is there such a contract on this chain?"),
        ("collateral = ", "collateral_decimals = 18\ncollateral = ", "has 6 decimals, but collateral_decimals is 18"),
    ],
)
def test_command__what_is_there_is_not_as_configured__is_78_and_says_what(
    desk: Case, was: str, now: str, says: str
) -> None:
    names = {
        "feed": f'"{desk.devnet.feeds["outside_eth_usd"]}"',
        "vault": f'"{desk.devnet.exchange["Vault"]}"',
        "nobody": f'"{desk.devnet.address(Role.STRANGER)}"',
    }
    file = desk.folder / CONFIG
    text = file.read_text()
    assert was.format(**names) in text
    file.write_text(text.replace(was.format(**names), now.format(**names), 1))
    for command in ("status", "run", "doctor"):
        ended = desk.run(command)
        assert ended.exit == Exit.CONFIG, ended
        assert says in ended.said


def test_run__without_anvil__is_78_and_names_the_setting(desk: Case) -> None:
    file = desk.folder / CONFIG
    file.write_text('anvil = "no-such-anvil"\n' + file.read_text())
    ended = desk.run()
    assert ended.exit == Exit.CONFIG, ended
    assert "anvil = 'no-such-anvil': there is no such program" in ended.said


def test_doctor__one_dead_node_of_two__warns_names_it_and_ends_with_0(desk: Case) -> None:
    with desk.through(desk.devnet.url, "http://127.0.0.1:1/v2/a-key-that-nobody-may-see"):
        seen = desk.run("doctor")
    assert seen.exit == Exit.DONE, seen
    assert "left out: local: no node can be used: 127.0.0.1:1" in seen.out
    assert "a-key-that-nobody-may-see" not in seen.said


def test_doctor__a_live_hedge__shows_rates_price_gaps_leverage_and_the_hold(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    seen = desk.run("doctor")
    assert seen.exit == Exit.DONE, seen
    assert "1 wstETH is worth 1.2 ETH now" in seen.out
    assert "1 evETH is worth 1.05 ETH now" in seen.out
    assert "no increase above 2x" in seen.out
    assert "away (limit 1 %)" in seen.out
    assert desk.run("flatten").exit == Exit.DONE
    assert "nothing is added until `hedgekeeper journal resume`" in desk.run("doctor").out


def test_doctor__a_position_without_its_journal__fails_and_says_how_to_go_on(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE
    for file in (desk.folder / "hedgekeeper-state").glob("journal*"):
        file.write_bytes(b"broken " * 999)
    seen = desk.run("doctor", "--json")
    assert seen.exit == Exit.CONFIG
    [failed] = [finding for finding in json.loads(seen.out)["findings"] if finding["level"] == "fail"]
    assert failed["subject"] == "journal"
    for file in (desk.folder / "hedgekeeper-state").glob("journal*"):
        file.unlink()
    assert "journal adopt" in desk.run("doctor").out


def test_doctor__an_unreadable_venue__is_no_false_gas_alarm(desk: Case) -> None:
    desk.set("pool", f'"{desk.devnet.address(Role.STRANGER)}"')
    seen = desk.run("doctor", "--json")
    assert seen.exit == Exit.CONFIG
    [gas] = [finding for finding in json.loads(seen.out)["findings"] if finding["subject"].startswith("gas")]
    assert gas["level"] == "warn"
    assert "perp could not be read" in gas["says"]


def test_doctor__an_outside_price_far_off__shows_the_gap(desk: Case) -> None:
    market.answer(desk.devnet, "outside_eth_usd", Decimal(2100))
    seen = desk.run("doctor")
    assert "outside 2,100 is 4.76 % away (limit 1 %)" in seen.out


def test_init__asked_at_a_terminal__explains_each_wrong_address_and_keeps_the_rest(
    desk: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    devnet, stranger = desk.devnet, desk.devnet.address(Role.STRANGER)
    said = {
        "rpc": ("http://127.0.0.1:1", "", devnet.url),
        "wallet": (devnet.address(Role.COLD1),),
        "assets": ("", "ETH"),
        "underlying": ("",),
        "account": (devnet.address(Role.ACCOUNT),),
        "operator": (devnet.address(Role.OPERATOR),),
        "keystore": ("",),
        "clearing_house": (stranger, devnet.exchange["ClearingHouse"]),
        "base_token": (devnet.tokens["WETH"], devnet.exchange["BaseToken"]),
        "feed": (stranger, devnet.feeds["outside_eth_usd"]),
        "max_fee_gwei": ("",),
        "policy": ("",),
    }
    lines = iter([line for name in init.QUESTIONS for line in said.get(name, ())])
    monkeypatch.setattr("builtins.input", lambda question: next(lines))
    file = desk.folder / "mine.toml"
    assert main(["init", "-c", str(file)]) == Exit.DONE
    told = capsys.readouterr().out
    assert "127.0.0.1:1: " in told, told
    assert "there is no token WETH on main (chain id 31337)" in told
    assert f"is {stranger} the exchange's ClearingHouse, on chain 31337?" in told
    assert f"the exchange has no market with base token {devnet.tokens['WETH']}" in told, told
    assert f"decimals() at {stranger} answered nothing" in told
    assert load(file).prices[Name("ETH")].decimals == 8
    assert list(lines) == []
