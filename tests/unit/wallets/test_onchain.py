"""Coins of an address in units of what they stand for; nothing is ever silently 0."""

import asyncio

import pytest

from agent.errors import Mismatch, Unreadable
from agent.evm import Method
from agent.model import Address, Held, Holding, Name
from agent.prices.feed import DECIMALS, LATEST
from agent.reading import drive
from agent.units import Base
from agent.wallets.onchain import BALANCE, Onchain
from agent.wallets.tokens import RateFeed, Token
from tests.kit.scripted import Script

CHAIN, COLD, NOW_S = Name("arbitrum"), Name("cold"), 1_800_000_000
OWNER, TOKEN, FEED = (Address("0x" + digit * 40) for digit in "123")
COIN = Token(symbol="ETH", address=None, decimals=18, underlying=Name("ETH"))
WETH = Token(symbol="WETH", address=TOKEN, decimals=18, underlying=Name("ETH"))
WBTC = Token(symbol="WBTC", address=TOKEN, decimals=8, underlying=Name("BTC"))
ETHER = 10**18


def script(balance: int = 3 * ETHER, decimals: int = 18) -> Script:
    written = Script(CHAIN, NOW_S).call(BALANCE, TOKEN, OWNER, returns=[balance])
    written.rpc("eth_getBalance", OWNER, "$pin", returns=hex(2 * ETHER))
    return written.call(DECIMALS, TOKEN, returns=[decimals])


def held(written: Script, *tokens: Token) -> Held:
    wallet = Onchain(name=COLD, source=CHAIN, address=OWNER, tokens=tokens)
    [found] = asyncio.run(drive([wallet.observe()], written))
    return found


def holding(amount: str, asset: str, units: str, underlying: str = "ETH") -> Holding:
    return Holding(where=COLD, underlying=Name(underlying), amount=Base(amount), asset=asset, units=units)


def test_wallet__coin_and_token__are_read_in_one_batch() -> None:
    written = script()
    found = held(written, COIN, WETH)
    assert found.holdings == (holding("2", "ETH", "2"), holding("3", "WETH", "3"))
    assert (found.wallet, found.stamp, written.batches) == (COLD, written.stamp, [4])


def test_wallet__a_token_of_eight_decimals__keeps_every_digit() -> None:
    assert held(script(balance=1, decimals=8), WBTC).holdings == (holding("0.00000001", "WBTC", "0.00000001", "BTC"),)


@pytest.mark.parametrize("kind", ["stEthPerToken", "getExchangeRate", "exchangeRate", "getRate"])
def test_rate__by_the_tokens_own_method__multiplies_exactly(kind: str) -> None:
    staked = Token(symbol="staked", address=TOKEN, decimals=18, underlying=Name("ETH"), rate=kind)  # type: ignore[arg-type]
    written = script(balance=ETHER + 1).call(Method(f"{kind}()", "uint256"), TOKEN, returns=[1_234567890123456789])
    [found] = held(written, staked).holdings
    assert found.units == "1.000000000000000001"
    assert found.amount == Base("1.000000000000000001") * (Base("1.234567890123456789") / Base(1))
    assert written.batches == [4]


def test_rate__of_a_vault__asks_for_one_whole_share_and_reads_the_assets_decimals() -> None:
    share = Token(
        symbol="vault", address=TOKEN, decimals=18, underlying=Name("BTC"), rate="convertToAssets", rate_decimals=8
    )
    convert = Method("convertToAssets(uint256)", "uint256")
    written = script(balance=2 * ETHER).call(convert, TOKEN, ETHER, returns=[1_05000000])
    assert held(written, share).holdings == (holding("2.1", "vault", "2", "BTC"),)


def fed(max_age_s: int = 90_000) -> Token:
    feed = RateFeed(address=FEED, decimals=18, max_age_s=max_age_s)
    return Token(symbol="wstETH", address=TOKEN, decimals=18, underlying=Name("ETH"), rate="feed", feed=feed)


def answering(written: Script, rate: int, age_s: int) -> Script:
    updated_s = NOW_S - age_s
    written.call(LATEST, FEED, returns=[7, rate, updated_s, updated_s, 7])
    return written.call(DECIMALS, FEED, returns=[18])


def test_rate__by_a_feed__multiplies() -> None:
    written = answering(script(), rate=12 * ETHER // 10, age_s=90_000)
    assert held(written, fed()).holdings == (holding("3.6", "wstETH", "3"),)


def test_rate__by_a_feed_that_is_too_old__is_unreadable_with_both_ages() -> None:
    with pytest.raises(Unreadable, match=rf"{FEED} of wstETH on arbitrum is 90001 s old, more than 90000 s"):
        held(answering(script(), rate=ETHER, age_s=90_001), fed())


def staked_at(rate: int) -> Held:
    staked = Token(symbol="rETH", address=TOKEN, decimals=18, underlying=Name("ETH"), rate="getExchangeRate")
    return held(script().call(Method("getExchangeRate()", "uint256"), TOKEN, returns=[rate]), staked)


@pytest.mark.parametrize(
    ("rate", "says"), [(0, "0"), (ETHER // 10 - 1, "0.099999999999999999"), (10 * ETHER + 1, "10.000000000000000001")]
)
def test_rate__far_from_one__is_unreadable_and_names_its_decimals(rate: int, says: str) -> None:
    said = rf"rETH on arbitrum, with rate_decimals = 18, is worth {says} ETH: not from 0\.1 to 10"
    with pytest.raises(Unreadable, match=said):
        staked_at(rate)


@pytest.mark.parametrize(("rate", "amount"), [(ETHER // 10, "0.3"), (10 * ETHER, "30")])
def test_rate__at_the_edge_of_belief__still_counts(rate: int, amount: str) -> None:
    assert staked_at(rate).holdings == (holding(amount, "rETH", "3"),)


def test_rate__of_a_vault_read_with_other_decimals__is_never_a_silent_nothing() -> None:
    share = Token(symbol="vault", address=TOKEN, decimals=18, underlying=Name("BTC"), rate="convertToAssets")
    written = script().call(Method("convertToAssets(uint256)", "uint256"), TOKEN, ETHER, returns=[1_05000000])
    with pytest.raises(Unreadable, match=r"with rate_decimals = 18, is worth 0\.000000000105 BTC"):
        held(written, share)


@pytest.mark.parametrize("rate", [ETHER // 10 - 1, 2_000 * ETHER])
def test_rate__by_a_feed_of_something_else__is_unreadable_and_named(rate: int) -> None:
    with pytest.raises(Unreadable, match=rf"wstETH on arbitrum, by the feed {FEED}, is worth .* ETH: not from"):
        held(answering(script(), rate=rate, age_s=0), fed())


def test_rate__that_cannot_be_read__is_unreadable_and_names_the_token() -> None:
    staked = Token(symbol="rETH", address=TOKEN, decimals=18, underlying=Name("ETH"), rate="getExchangeRate")
    with pytest.raises(Unreadable, match="rETH: execution reverted"):
        held(script(), staked)


def test_decimals__other_than_registered__are_unreadable_with_token_chain_and_both_figures() -> None:
    with pytest.raises(Mismatch, match=rf"WETH at {TOKEN} on arbitrum has 6 decimals, not 18"):
        held(script(decimals=6), WETH)


def test_token__where_there_is_no_contract__is_unreadable_and_named() -> None:
    written = Script(CHAIN).call(BALANCE, TOKEN, OWNER, returns=None).call(DECIMALS, TOKEN, returns=None)
    with pytest.raises(Mismatch, match=rf"WETH: arbitrum.*{TOKEN} answered nothing: is there such a contract"):
        held(written, WETH)


def test_wallet__one_token_of_several_unreadable__makes_the_whole_wallet_so() -> None:
    with pytest.raises(Unreadable, match="wstETH"):
        held(script(), COIN, WETH, fed())
