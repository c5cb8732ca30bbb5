"""Wallets and prices on a real chain: coins, tokens behind a rate, and feeds."""

import asyncio
from decimal import Decimal
from typing import TypeVar

import pytest

from agent.errors import Unreadable
from agent.model import Address, Held, Name
from agent.prices.chainlink import Chainlink
from agent.prices.feed import Feed
from agent.reading import Reading, drive
from agent.units import Base, Price
from agent.wallets.check import check
from agent.wallets.onchain import Onchain
from agent.wallets.tokens import RateFeed, RateKind, Token
from tests.kit.devnet import market, spot
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.latest import LatestFetch

pytestmark = pytest.mark.chain

T = TypeVar("T")
LOCAL, ETH = Name("local"), Name("ETH")
COIN = Token(symbol="ETH", address=None, decimals=18, underlying=ETH)


def read(devnet: Devnet, reading: Reading[T]) -> T:
    fetch = LatestFetch(devnet.chain)
    [found] = asyncio.run(drive([reading], fetch))
    return found


def token(devnet: Devnet, symbol: str, rate: RateKind = "one", feed: RateFeed | None = None) -> Token:
    at = Address(devnet.tokens[symbol])
    return Token(symbol=symbol, address=at, decimals=18, underlying=ETH, rate=rate, feed=feed)


def held(devnet: Devnet, role: Role, *tokens: Token) -> Held:
    wallet = Onchain(name=Name(role), source=LOCAL, address=Address(devnet.address(role)), tokens=tokens)
    return read(devnet, wallet.observe())


def amounts(found: Held) -> list[tuple[str, Base]]:
    return [(holding.asset, holding.amount) for holding in found.holdings]


def test_wallet__coin_and_wrapped_coin__count_one_to_one(devnet: Devnet) -> None:
    found = held(devnet, Role.COLD1, COIN, token(devnet, "WETH"))
    assert amounts(found) == [("ETH", Base(6)), ("WETH", Base(4))]


def test_wallet__staked_coins__count_at_their_rates_and_follow_them(devnet: Devnet) -> None:
    staked = (token(devnet, "wstETH", "stEthPerToken"), token(devnet, "evETH", "convertToAssets"))
    assert amounts(held(devnet, Role.COLD2, *staked)) == [("wstETH", Base(6)), ("evETH", Base("2.1"))]
    spot.accrue(devnet, Decimal("0.01"))
    after = held(devnet, Role.COLD2, *staked)
    assert amounts(after) == [("wstETH", Base("6.06")), ("evETH", Base("2.121"))]
    assert [holding.units for holding in after.holdings] == ["5", "2"]


def test_wallet__a_rate_from_a_feed__counts_until_it_is_too_old(devnet: Devnet) -> None:
    feed = RateFeed(address=Address(devnet.feeds["steth_eth"]), decimals=18, max_age_s=3600)
    bridged = token(devnet, "wstETH", "feed", feed)
    market.answer(devnet, "steth_eth", Decimal("1.2"))
    assert amounts(held(devnet, Role.COLD2, bridged)) == [("wstETH", Base(6))]
    market.answer(devnet, "steth_eth", Decimal("1.2"), age_s=3700)
    with pytest.raises(Unreadable, match="wstETH: the rate feed"):
        held(devnet, Role.COLD2, bridged)


def test_wallet__an_address_without_code__is_unreadable_and_named(devnet: Devnet) -> None:
    stranger = Address(devnet.address(Role.STRANGER))
    nowhere = Token(symbol="WETH", address=stranger, decimals=18, underlying=ETH)
    with pytest.raises(Unreadable, match=rf"WETH: local.*{stranger} answered nothing"):
        held(devnet, Role.COLD1, COIN, nowhere)


def test_wallet__a_token_registered_with_other_decimals__is_unreadable(devnet: Devnet) -> None:
    usdc = Address(devnet.tokens["USDC"])
    with pytest.raises(Unreadable, match=rf"USDC at {usdc} on local has 6 decimals, not 18"):
        held(devnet, Role.OPERATOR, token(devnet, "USDC"))


def test_check__the_local_tokens__are_what_they_say(devnet: Devnet) -> None:
    tokens = (token(devnet, "WETH"), token(devnet, "evETH", "convertToAssets"), token(devnet, "USDC"))
    assert [finding.level for finding in read(devnet, check(LOCAL, tokens))] == ["ok", "ok", "fail"]


def test_price__from_a_feed__follows_it_with_its_age(devnet: Devnet) -> None:
    feed = Feed(source=LOCAL, address=Address(devnet.feeds["outside_eth_usd"]), decimals=8)
    source = Chainlink(name=Name("outside"), underlying=ETH, feed=feed, max_age_s=3600)
    market.answer(devnet, "outside_eth_usd", Decimal("2012.5"))
    assert read(devnet, source.observe()).price == Price("2012.5")
    market.answer(devnet, "outside_eth_usd", Decimal("2013"), age_s=7200)
    quote = read(devnet, source.observe())
    assert quote.stamp.time_ms - quote.updated_ms >= 7_200_000
    market.answer(devnet, "outside_eth_usd", Decimal("-1"))
    with pytest.raises(Unreadable, match="which is not a price"):
        read(devnet, source.observe())
