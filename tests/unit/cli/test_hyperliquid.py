"""The new agent key: made, kept, let in by the owner; against the local exchange."""

import json
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from agent.cli import main
from agent.errors import ConfigError, Exit
from agent.signing import keystore
from agent.wiring import agent_key
from tests.kit.hyperliquid.accounts import Account as SubAccount
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.server import served

OWNER_SECRET = keccak(text="owner's key")
OWNER = Account.from_key(OWNER_SECRET).address
PASSWORD = "correct horse"
DAY_MS = 86_400_000


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PASSWORD", PASSWORD)
    monkeypatch.setenv("OWNER_KEY", OWNER_SECRET.hex())
    encrypt = keystore._encrypt  # at its least work: the tests need no protection
    monkeypatch.setattr(keystore, "_encrypt", lambda raw, word, work: encrypt(raw, word, 2))
    found = Exchange(network="Testnet")
    found.fund(OWNER, Decimal(1_000))
    with served(found):
        yield found


def approve(exchange: Exchange, *flags: str, account: str = OWNER, network: str = "testnet") -> int:
    where = ("--network", network, "--account", account, "--url", exchange.url)
    return main(("hyperliquid", "approve-agent", *where, "--keystore", "agent.json", *flags))


def post(exchange: Exchange, signature: str, network: str = "testnet") -> int:
    where = ("--network", network, "--account", OWNER, "--url", exchange.url)
    return main(("hyperliquid", "post", *where, "--message", "agent.json.approve", "--signature", signature))


def listed(exchange: Exchange) -> dict[str, Any]:
    with exchange.engine.at() as state:
        return {agent.name: agent for agent in state.agents_of(OWNER.lower())}


def signed(message: Path, secret: bytes) -> str:
    """By a wallet that is given the file."""
    data = encode_typed_data(full_message=json.loads(message.read_text()))
    return f"0x{Account.sign_message(data, secret).signature.hex()}"


def test_approve_agent__with_a_test_key__is_let_in_and_kept_encrypted(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approve(exchange, "--password", "env:PASSWORD", "--send", "env:OWNER_KEY", "--days", "30") == Exit.DONE
    [agent] = listed(exchange).values()
    file = tmp_path / "agent.json"
    secret = Account.decrypt(file.read_text(), PASSWORD)
    assert Account.from_key(secret).address.lower() == agent.address
    assert (agent.name, stat.S_IMODE(file.stat().st_mode)) == ("hedgekeeper", 0o600)
    assert 0 <= exchange.now_ms + 30 * DAY_MS - agent.valid_until_ms < 60_000
    told = capsys.readouterr().out
    assert f'address = "{Account.from_key(secret).address}"\nkeystore = "{file}"\n' in told
    assert 'password = "env:PASSWORD"' in told
    assert not (tmp_path / "agent.json.approve").exists()
    for text in (told, file.read_text()):
        assert bytes(secret).hex() not in text
        assert OWNER_SECRET.hex() not in text
        assert PASSWORD not in text


def test_approve_agent__for_a_wallet__sends_nothing_until_its_signature_is_posted(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approve(exchange, "--password", "env:PASSWORD", "--json") == Exit.PERSON
    said = json.loads(capsys.readouterr().out)
    message = tmp_path / "agent.json.approve"
    assert json.loads(message.read_text()) == said["typed_data"]
    assert (said["owner"], said["said"], said["typed_data"]["domain"]["chainId"]) == (OWNER, None, 421614)
    assert not exchange.log("/exchange")
    assert post(exchange, signed(message, OWNER_SECRET)) == Exit.DONE
    assert listed(exchange)["hedgekeeper"].address == said["agent"].lower()


def test_post__signature_of_another_or_for_another_network__nothing_is_sent(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    approve(exchange, "--password", "env:PASSWORD")
    message = tmp_path / "agent.json.approve"
    stranger = keccak(text="stranger's key")
    assert post(exchange, signed(message, stranger)) == Exit.PERSON
    assert f"but {OWNER} is the owner of {OWNER}" in capsys.readouterr().err
    assert post(exchange, signed(message, OWNER_SECRET), "mainnet") == Exit.CONFIG
    assert "the message is for Testnet" in capsys.readouterr().err
    assert post(exchange, "0x12") == Exit.PERSON
    message.write_text("{}")
    assert post(exchange, "0x" + "1" * 130) == Exit.PERSON
    assert not exchange.log("/exchange")


def test_approve_agent__same_name__says_which_key_loses_its_permission(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange.approve(OWNER, "0x" + "ab" * 20, name="hedge")
    assert approve(exchange, "--password", "env:PASSWORD", "--send", "env:OWNER_KEY", "--name", "hedge") == Exit.DONE
    assert f"agent 0x{'ab' * 20} has the same name and loses its permission" in capsys.readouterr().out
    assert len(listed(exchange)) == 1


@pytest.mark.parametrize("there", ["agent.json", "agent.json.approve"])
def test_approve_agent__file_is_there__no_key_is_made(
    exchange: Exchange, tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).write_text("kept")
    assert approve(exchange, "--password", "env:PASSWORD") == Exit.CONFIG
    assert "no key is made over another" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(there, "kept")]
    assert not exchange.log()


def test_approve_agent__address_that_the_exchange_knows__is_never_used(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = keccak(text="a key of last year")
    exchange.approve(OWNER, Account.from_key(known).address, name="old")
    monkeypatch.setattr("agent.signing.keys.token_bytes", lambda size: known)
    assert approve(exchange, "--password", "env:PASSWORD") == Exit.PERSON
    assert "a key is never used twice" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_approve_agent__account_that_cannot_let_a_key_in__says_why(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = "0x" + "Ab" * 20
    exchange.approve(OWNER, agent, name="old")
    for account, why in ((agent.lower(), "is an agent key of"), ("0x" + "12" * 20, "has no such account")):
        assert approve(exchange, "--password", "env:PASSWORD", account=account) == Exit.CONFIG
        assert why in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_approve_agent__for_a_sub_account__its_master_signs(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    sub = "0x" + "5b" * 20
    with exchange.engine.at() as state:
        state.accounts[sub] = SubAccount(address=sub, master=OWNER.lower(), name="short")
    assert approve(exchange, "--password", "env:PASSWORD", "--send", "env:OWNER_KEY", account=sub) == Exit.DONE
    assert f"it may trade for {sub}" in capsys.readouterr().out.lower()
    assert list(listed(exchange)) == ["hedgekeeper"]


@pytest.mark.parametrize("fault", [Kind.STATUS_BEFORE, Kind.GARBAGE, Kind.DROP_BEFORE])
def test_approve_agent__exchange_out_of_order__is_temporary_and_nothing_is_made(
    exchange: Exchange, tmp_path: Path, fault: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange.inject(fault, path="/info", times=None)
    assert approve(exchange, "--password", "env:PASSWORD") == Exit.TEMPORARY
    assert "127.0.0.1" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--days", "181"), "180 days at most"),
        (("--name", "longer than sixteen"), "at most 16"),
        (("--name", "x valid_until 9"), "without blanks"),
        (("--password", "env:NOT_SET"), "NOT_SET is not set"),
        (("--send", "f" * 64), "never the key itself"),
        (("--send", "env:" + "f" * 64), "is no name of one"),
        (("--send", "env:PASSWORD"), "not a private key"),
        (("--account", "0x12"), "is not an address"),
        (("--url", "exchange"), "is no URL"),
    ],
    ids=lambda flags: " ".join(flags)[:24] if isinstance(flags, tuple) else "",
)
def test_approve_agent__wrong_flags__nothing_is_made(
    exchange: Exchange, tmp_path: Path, flags: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        approve(exchange, *(() if "--password" in flags else ("--password", "env:PASSWORD")), *flags) == Exit.CONFIG
    )
    told = capsys.readouterr().err
    assert why in told
    assert "f" * 64 not in told
    assert PASSWORD not in told
    assert not list(tmp_path.iterdir())
    assert not exchange.log("/exchange")


def configured(exchange: Exchange, folder: Path, venues: int = 1) -> None:
    """As it is before the key is there: the operator's address stands for nobody yet."""
    entries = "".join(
        f"""
        [venues.hl{n}]
        kind = "hyperliquid"
        network = "testnet"
        url = "{exchange.url}"
        account = "0x{n + 1:040x}"
        operator = "hot"
        [venues.hl{n}.markets.ETH]
        underlying = "ETH"
        coin = "ETH"
        asset = 1
        size_decimals = 4
        """
        for n in range(venues)
    ).replace(f"0x{1:040x}", OWNER)
    names = [f"hl{n}" for n in range(venues)]
    (folder / "hedgekeeper.toml").write_text(
        f"""
        [chains.main]
        id = 31337
        rpc = ["http://127.0.0.1:1"]
        max_fee_gwei = "50"
        [keys.hot]
        address = "0x{0xA:040x}"
        [wallets.cold]
        chain = "main"
        address = "0x{0xB:040x}"
        assets = ["ETH"]
        {entries}
        [hedges.ETH]
        venues = {names}
        """
    )


def test_approve_agent__from_the_configuration__names_the_key_that_it_replaces(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(exchange, tmp_path)
    flags = ("--keystore", "agent.json", "--password", "env:PASSWORD", "--send", "env:OWNER_KEY")
    assert main(("hyperliquid", "approve-agent", *flags)) == Exit.DONE, capsys.readouterr()
    assert '[keys.hot]\naddress = "0x' in capsys.readouterr().out
    assert list(listed(exchange)) == ["hedgekeeper"]


def test_approve_agent__several_venues_or_half_the_flags__asks_for_the_rest(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(exchange, tmp_path, venues=2)
    flags = ("hyperliquid", "approve-agent", "--keystore", "agent.json", "--password", "env:PASSWORD")
    assert main(flags) == Exit.CONFIG
    assert "--venue: name one that is on Hyperliquid (the configuration has: hl0, hl1)" in capsys.readouterr().err
    assert main((*flags, "--venue", "hl0", "--send", "env:OWNER_KEY")) == Exit.DONE
    assert main((*flags, "--network", "testnet")) == Exit.CONFIG
    assert "--network and --account go together" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [Kind.DROP_AFTER, Kind.STATUS_AFTER])
def test_approve_agent__answer_lost__what_the_exchange_lists_decides(exchange: Exchange, kind: Kind) -> None:
    exchange.inject(kind)
    assert approve(exchange, "--password", "env:PASSWORD", "--send", "env:OWNER_KEY") == Exit.DONE
    assert list(listed(exchange)) == ["hedgekeeper"]


def test_approve_agent__request_lost__the_key_is_kept_and_a_person_told(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange.inject(Kind.DROP_BEFORE)
    assert approve(exchange, "--password", "env:PASSWORD", "--send", "env:OWNER_KEY") == Exit.PERSON
    assert "the exchange does not list it, and said: no answer: 127.0.0.1" in capsys.readouterr().err
    assert (tmp_path / "agent.json").exists()


def test_approve_agent__owners_key_for_mainnet__is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_KEY", OWNER_SECRET.hex())
    for network, url, taken in (
        ("mainnet", None, False),
        ("mainnet", "https://127.0.0.1.example", False),
        ("mainnet", "http://127.0.0.1:3001", True),
        ("mainnet", "http://[::1]:3001", True),
        ("testnet", None, True),
    ):
        where = agent_key.exchange(network, OWNER, url)
        if taken:
            assert agent_key.owner_key(where, "env:OWNER_KEY", OWNER, tmp_path).address == OWNER
        else:
            with pytest.raises(ConfigError, match="for testnet, or for an exchange on this machine, only"):
                agent_key.owner_key(where, "env:OWNER_KEY", OWNER, tmp_path)
