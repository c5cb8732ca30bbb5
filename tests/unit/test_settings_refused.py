"""What is refused before anything is asked or signed: pasted keys, bad URLs, things named twice or forgotten."""

import re
from pathlib import Path

import pytest

from agent.cli import main
from agent.errors import ConfigError, Exit
from agent.model import Name
from agent.wiring.parts import wallet_parts
from tests.unit.test_settings import HERE, good, loaded

SECRET = "b5" * 32


@pytest.mark.parametrize("secret", [SECRET, f"0x{SECRET}", SECRET[:-1]])
@pytest.mark.parametrize(
    "was",
    [
        f'"{HERE}"',
        '"operator.key"',
        '"env:A_KEY"',
        '"env:A_PASSWORD"',
        '"http://127.0.0.1:1"',
        '"0.02"',
        "cold1",
        '"perp"',
    ],
)
def test_command__a_private_key_in_the_wrong_place__is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], was: str, secret: str
) -> None:
    text = good().replace(
        'file = "operator.key"',
        {
            '"env:A_KEY"': 'env = "env:A_KEY"',
            '"env:A_PASSWORD"': 'keystore = "k"\npassword = "env:A_PASSWORD"',
        }.get(was, 'file = "operator.key"'),
    )
    assert was in text
    path = tmp_path / "hedge.toml"
    path.write_text(text.replace(was, f'"{secret}"' if was[0] == '"' else secret, 1))
    for command in ("run", "doctor", "flatten"):
        assert main([command, "-c", str(path)]) == Exit.CONFIG
        said = capsys.readouterr()
        assert SECRET[:-1] not in said.out + said.err
        assert "may be a private key, and none belongs in this file" in said.err
    assert [each.name for each in tmp_path.iterdir()] == ["hedge.toml"]


def test_load__a_long_token_in_a_url__is_no_private_key(tmp_path: Path) -> None:
    url = f"https://node.example/{SECRET}"
    assert loaded(tmp_path, good().replace("http://127.0.0.1:1", url)).urls(Name("local")) == (url,)


def test_command__a_private_key_among_the_flags__is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["init", SECRET], [SECRET], ["journal", "--limit", f"0x{SECRET}"], ["run", "--deadline", SECRET]):
        assert main(words) == Exit.CONFIG
        assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8545",
        "node.example/hidden",
        "ws://node.example/hidden",
        "http://node example/hidden",
        "http://node.example:hidden/rpc",
        "http://node.example:99999/hidden",
        "http:///hidden",
        "http://[::1/hidden",
        "http://node..example/hidden",
        "http://\u00fc.example/hidden",
        f"http://{'a' * 64}.example/hidden",
    ],
)
def test_load__a_malformed_url__is_78_names_its_key_and_does_not_repeat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    said = "chains.local.rpc.0: is no URL: "
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, good().replace("http://127.0.0.1:1", url))
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "hidden" not in str(caught.value)
    monkeypatch.setenv("NODE_URL", url)
    with pytest.raises(ConfigError, match=r"chains\.local\.rpc\.0: what env:NODE_URL holds is no URL") as caught:
        loaded(tmp_path, good().replace("http://127.0.0.1:1", "env:NODE_URL")).urls(Name("local"))
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://[::1]:8545/x", "HTTPS://user:pass@node.example:8443/v2/key?x=1#y", "http://localhost"]
)
def test_load__a_url__is_taken(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, good().replace("http://127.0.0.1:1", url)).urls(Name("local")) == (url,)


def test_load__two_chains_of_one_id__are_refused_and_both_named(tmp_path: Path) -> None:
    other = '[chains.other]\nid = 31337\nrpc = ["http://x"]\nmax_fee_gwei = 1\n[chains.local]'
    with pytest.raises(ConfigError, match=r"chains\.other\.id and chains\.local\.id: are one and the same \(31337\)"):
        loaded(tmp_path, good().replace("[chains.local]", other))


def test_load__two_venues_on_one_account__are_refused_and_both_named(tmp_path: Path) -> None:
    text = good()
    venue = text[text.index("[venues.perp]") : text.index("[hedges.ETH]")]
    second = venue.replace("venues.perp", "venues.again")
    with pytest.raises(
        ConfigError, match=r"venues\.perp and venues\.again: are one and the same \(31337, perp-v2, 0x"
    ):
        loaded(tmp_path, text.replace("[hedges.ETH]", f"{second}[hedges.ETH]"))
    elsewhere = re.sub('(?m)^account = ".*"$', f'account = "{HERE}"', second)
    assert len(loaded(tmp_path, text.replace("[hedges.ETH]", f"{elsewhere}[hedges.ETH]")).venues) == 2


def forgotten() -> str:
    """cold1's WETH counts as something that no hedge is called."""
    text = good().replace('decimals = 18\nunderlying = "ETH"', 'decimals = 18\nunderlying = "ETHH"', 1)
    return text.replace('["wstETH", "evETH"]', '["wstETH"]')


def test_wallets__a_coin_that_nobody_hedges__needs_a_word(tmp_path: Path) -> None:
    text = forgotten()
    said = r'wallets\.cold1: WETH counts as ETHH, but there is no \[hedges\.ETHH\]: .* say unhedged = \["ETHH"\]'
    with pytest.raises(ConfigError, match=said):
        wallet_parts(loaded(tmp_path, text))
    assert len(wallet_parts(loaded(tmp_path, f'unhedged = ["ETHH"]\n{text}'))) == 2


def test_command__a_coin_that_nobody_hedges__is_78_and_does_not_stop_a_flatten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hedge.toml"
    path.write_text(forgotten())
    for command in ("status", "plan", "rehearse", "run", "doctor"):
        assert main([command, "-c", str(path)]) == Exit.CONFIG
        assert "[hedges.ETHH]" in capsys.readouterr().err or command == "run"
    assert main(["flatten", "--print", "-c", str(path)]) == Exit.TEMPORARY, "only the node is dead"


def test_command__a_policy_that_is_wrong__is_78_and_does_not_stop_a_flatten(tmp_path: Path) -> None:
    path = tmp_path / "hedge.toml"
    path.write_text(good().replace("[hedges.ETH]", '[hedges.ETH]\nparameters = { ratio = "0.5" }', 1))
    for command in ("status", "plan", "rehearse", "run"):
        assert main([command, "-c", str(path)]) == Exit.CONFIG
    assert main(["flatten", "--print", "-c", str(path)]) == Exit.TEMPORARY, "only the node is dead"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--deadline", "0"],
        ["flatten", "--deadline", "-5"],
        ["run", "--deadline", "nan"],
        ["watch", "--every", "inf"],
        ["watch", "--times", "0"],
        ["journal", "--limit", "-1"],
        ["journal", "--limit", "0"],
    ],
)
def test_command__a_figure_that_makes_no_sense__is_78_and_names_the_flag(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(words) == Exit.CONFIG
    assert f"argument {words[1]}: must be a" in capsys.readouterr().err


def test_load__a_venue_named_like_its_kind__is_named_in_a_complaint(tmp_path: Path) -> None:
    text = good().replace("[venues.perp", "[venues.perp-v2").replace('["perp"]', '["perp-v2"]')
    with pytest.raises(ConfigError, match=r"venues\.perp-v2\.contracts\.vault: is missing"):
        loaded(tmp_path, re.sub('(?m)^vault = ".*"$', "", text))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('max_share = { prep = "0.5" }', "hedges.ETH: max_share: 'prep' is none of its venues (perp)"),
        ('max_share = { perp = "0.6" }', "hedges.ETH: max_share: its venues may hold 0.6 of the target together"),
        ('max_share = { perp = "0" }', "hedges.ETH.max_share.perp: must be above 0 and at most 1, not 0"),
        ('max_share = { perp = "1.2" }', "hedges.ETH.max_share.perp: must be above 0 and at most 1, not 1.2"),
        ("horizon_days = 0", "hedges.ETH.horizon_days: "),
        ('tie_tolerance = "-1"', "hedges.ETH.tie_tolerance: must be at least 0, not -1"),
    ],
)
def test_load__a_split_that_could_not_be__is_refused_by_its_key(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)):
        loaded(tmp_path, good().replace('venues = ["perp"]', f'venues = ["perp"]\n{table}'))
