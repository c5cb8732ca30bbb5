"""The packaged registry, tokens of the user's own, and what an unknown one is told."""

import json
from importlib import resources

import pytest
from eth_utils.address import is_checksum_address

from agent.errors import ConfigError
from agent.model import Address, Name
from agent.wallets.rates import OWN_METHODS
from agent.wallets.tokens import RateFeed, Token, tokens_for

ETHEREUM, OPTIMISM, BSC = (Name("mainnet"), 1), (Name("op"), 10), (Name("bsc"), 56)
REGISTRY = json.loads(resources.files("agent.wallets").joinpath("registry.json").read_text())


def test_registry__says_where_it_is_from() -> None:
    assert set(REGISTRY["source"]) == {"package", "version", "file", "licence"}


@pytest.mark.parametrize("entry", REGISTRY["tokens"], ids=lambda entry: f"{entry['symbol']}-{entry['chain_id']}")
def test_registry__every_entry__is_whole(entry: dict[str, object]) -> None:
    assert is_checksum_address(entry["address"])
    assert entry["decimals"] in (6, 8, 18)
    assert entry.get("rate", "one") in {"one", "feed", *OWN_METHODS}


def test_registry__no_chain_has_a_symbol_or_an_address_twice() -> None:
    symbols = [(entry["chain_id"], entry["symbol"]) for entry in REGISTRY["tokens"]]
    addresses = [(entry["chain_id"], entry["address"]) for entry in REGISTRY["tokens"]]
    assert len(set(symbols)) == len(symbols)
    assert len(set(addresses)) == len(addresses)


def test_tokens__known_by_symbol__come_from_the_registry_in_order() -> None:
    coin, staked, wrapped = tokens_for(*ETHEREUM, ["ETH", "wstETH", "WBTC"], {})
    assert coin == Token(symbol="ETH", address=None, decimals=18, underlying=Name("ETH"))
    assert staked == Token(
        symbol="wstETH",
        address=Address("0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0"),
        decimals=18,
        underlying=Name("ETH"),
        rate="stEthPerToken",
    )
    assert (wrapped.decimals, wrapped.underlying) == (8, "BTC")


def test_tokens__of_the_users_own__win_over_the_registry() -> None:
    own = Token(symbol="WETH", address=Address("0x" + "1" * 40), decimals=18, underlying=Name("ETH"))
    assert tokens_for(*ETHEREUM, ["WETH"], {"WETH": own}) == (own,)


def test_tokens__a_staked_one_whose_rate_is_elsewhere__asks_for_a_feed() -> None:
    """On a rollup wstETH is a plain bridged coin: counted one to one it would be a fifth too little."""
    with pytest.raises(ConfigError, match=r'wstETH on op .* rate = "feed"') as refused:
        tokens_for(*OPTIMISM, ["wstETH"], {})
    assert "0x1F32b1c2345538c0c6f582fCB022739c4A194Ebb" in str(refused.value)
    feed = RateFeed(address=Address("0x" + "2" * 40), decimals=18, max_age_s=90_000)
    own = Token(
        symbol="wstETH", address=Address("0x" + "1" * 40), decimals=18, underlying=Name("ETH"), rate="feed", feed=feed
    )
    assert tokens_for(*OPTIMISM, ["wstETH"], {"wstETH": own}) == (own,)


@pytest.mark.parametrize(
    ("chain", "symbol", "hint"),
    [
        (ETHEREUM, "wsteth", "Did you mean wstETH"),
        (ETHEREUM, "WTH", "Did you mean WETH"),
        (OPTIMISM, "cbBTC", "WBTC"),
        (BSC, "BNB", "Known there: none"),
    ],
)
def test_tokens__an_unknown_one__is_told_what_is_near_and_how_to_define_it(
    chain: tuple[Name, int], symbol: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        tokens_for(*chain, [symbol], {})
    said = str(refused.value)
    assert f"no token {symbol} on {chain[0]} (chain id {chain[1]})" in said
    assert hint in said
    assert f"[chains.{chain[0]}.tokens.{symbol}]" in said
