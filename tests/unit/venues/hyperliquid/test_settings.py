"""What a configuration may say, and how a message reads in the journal."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent.errors import ConfigError
from agent.model import Address, Name
from agent.settings import parsed
from agent.venues.hyperliquid.settings import URLS, HyperliquidSettings
from agent.venues.hyperliquid.words import told
from tests.kit.devnet.roles import Role, actor
from tests.venues.hyperliquid import ACCOUNT, AGENT, venue

STRANGER = Address(actor(Role.STRANGER).address)


def settings(**more: Any) -> HyperliquidSettings:
    return HyperliquidSettings.model_validate({**venue().settings.model_dump(), **more})


def test_endpoint__is_the_networks_unless_another_is_named() -> None:
    assert settings(url="", network="mainnet").endpoint == URLS["mainnet"] == "https://api.hyperliquid.xyz"
    assert settings(url="http://localhost:9/").endpoint == "http://localhost:9"


def test_owner__of_a_sub_account__is_its_master() -> None:
    assert (settings().owner, settings(master=STRANGER).owner) == (ACCOUNT, STRANGER)


@pytest.mark.parametrize(
    ("market", "says"),
    [
        ({"leverage": 0}, "greater than or equal to 1"),
        ({"leverage": 6}, "less than or equal to 5"),
        ({"asset": 110_000}, "less than 10000"),
        ({"margin": "portfolio"}, "'cross' or 'isolated'"),
    ],
)
def test_market__that_makes_no_sense__is_refused(market: dict[str, object], says: str) -> None:
    eth = {"underlying": "ETH", "coin": "ETH", "asset": 1, "size_decimals": 4}
    with pytest.raises(ValidationError, match=says):
        settings(markets={"ETH": eth | market})


def test_markets__in_both_margin_modes__are_refused() -> None:
    markets = venue(coins=("ETH", "BTC")).settings.model_dump()["markets"]
    markets["BTC"]["margin"] = "cross"
    with pytest.raises(ValidationError, match="either all isolated or all cross: use a sub-account"):
        settings(markets=markets)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ('{"type":"updateLeverage","asset":1,"isCross":false,"leverage":2}', "set ETH to 2x, isolated margin"),
        ('{"type":"updateIsolatedMargin","asset":1,"isBuy":true,"ntli":1500000}', "add 1.5 USD of the position's"),
        ('{"type":"cancel","cancels":[{"a":1,"o":7}]}', "cancel order 7"),
    ],
)
def test_message__in_the_journal__is_told_in_words(action: str, says: str) -> None:
    found = told(venue().settings, b'{"action":%s,"nonce":1,"expiresAfter":15000}' % action.encode())
    assert found is not None
    assert (found.says.startswith(says), found.until_s) == (True, 15)


def test_message__of_another_kind__is_told_by_nobody() -> None:
    for body in (b"", b"{}", b'{"action":{"type":"usdSend"},"expiresAfter":1}'):
        assert told(venue().settings, body) is None


FILE = f"""
[chains.local]
id = 31337
rpc = ["http://localhost:8545"]
max_fee_gwei = "10"
[keys.hot]
address = "{AGENT}"
file = "operator.key"
[declared.cold]
underlying = "ETH"
amount = "1"
until = 2030-01-01
[hedges.ETH]
policy = "full"
venues = ["hl"]
[venues.hl]
kind = "hyperliquid"
network = "testnet"
account = "{ACCOUNT}"
operator = "hot"
[venues.hl.markets.ETH]
underlying = "ETH"
coin = "ETH"
asset = 1
size_decimals = 4
"""


def test_file__with_what_it_needs__is_read() -> None:
    assert parsed(FILE, Path("hedgekeeper.toml")).venues[Name("hl")].account == ACCOUNT


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("leverage = 3", "venues.hl.markets.ETH.leverage: 3 is above limits.open_leverage 2"),
        ("margins = 'cross'", "venues.hl.markets.ETH.margins: unknown key (did you mean 'margin'?)"),
    ],
)
def test_file__that_cannot_be_meant__is_refused_by_key(more: str, says: str) -> None:
    """Isolated margin is taken by the exchange at this leverage: above the one for opening, nothing opens."""
    with pytest.raises(ConfigError, match=re.escape(says)):
        parsed(FILE + more, Path("hedgekeeper.toml"))


def test_file__cross_margin__may_be_set_to_more_than_is_opened() -> None:
    """There the account's value counts, not what the exchange ties."""
    read = parsed(FILE + "leverage = 3\nmargin = 'cross'", Path("hedgekeeper.toml"))
    assert read.venues[Name("hl")].kind == "hyperliquid"
