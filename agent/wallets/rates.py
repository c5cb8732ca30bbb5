"""How much of its underlying one token is worth, by the token's own method or a feed beside it."""

from collections.abc import Mapping
from typing import Any

from agent.errors import Unreadable
from agent.evm import Method
from agent.model import Name, value
from agent.prices.feed import Feed
from agent.reading import Answers, Read
from agent.units import Ratio
from agent.wallets.tokens import RateKind, Token

OWN_METHODS: Mapping[RateKind, Method] = {
    "stEthPerToken": Method("stEthPerToken()", "uint256"),  # Lido wstETH: stETH, counted as ETH
    "getExchangeRate": Method("getExchangeRate()", "uint256"),  # Rocket Pool rETH: ETH
    "exchangeRate": Method("exchangeRate()", "uint256"),  # Coinbase cbETH: ETH
    "getRate": Method("getRate()", "uint256"),  # ether.fi weETH: eETH, counted as ETH
    "convertToAssets": Method("convertToAssets(uint256)", "uint256"),  # ERC-4626: assets for that many shares
}

_LEAST, _MOST = Ratio("0.1"), Ratio(10)


@value
class OwnRate:
    """One call of the token itself."""

    token: Token
    call: Read[int]

    def reads(self) -> tuple[Read[Any], ...]:
        return (self.call,)

    def ratio(self, found: Answers) -> Ratio:
        rate = Ratio.from_int(found[self.call], self.token.rate_decimals)
        return _believed(rate, self.token, f"{self.call.source}, with rate_decimals = {self.token.rate_decimals},")


@value
class FeedRate:
    """An aggregator's answer, not older than it may be."""

    token: Token
    feed: Feed
    max_age_s: int

    def reads(self) -> tuple[Read[Any], ...]:
        return self.feed.reads()

    def ratio(self, found: Answers) -> Ratio:
        answer = self.feed.answer(found)
        age_s = (answer.stamp.time_ms - answer.updated_ms) // 1000
        if age_s > self.max_age_s:
            raise Unreadable(
                f"the rate feed {self.feed.address} of {self.token.symbol} on {self.feed.source} is {age_s} s old, "
                f"more than {self.max_age_s} s"
            )
        rate = Ratio.from_int(answer.amount, self.feed.decimals)
        return _believed(rate, self.token, f"{self.feed.source}, by the feed {self.feed.address},")


@value
class OneToOne:
    def reads(self) -> tuple[Read[Any], ...]:
        return ()

    def ratio(self, found: Answers) -> Ratio:
        return Ratio(1)


def rate_of(source: Name, token: Token) -> OwnRate | FeedRate | OneToOne:
    if token.feed is not None:
        feed = Feed(source=source, address=token.feed.address, decimals=token.feed.decimals)
        return FeedRate(token=token, feed=feed, max_age_s=token.feed.max_age_s)
    if token.rate == "one" or token.address is None:
        return OneToOne()
    shares = (10**token.decimals,) if token.rate == "convertToAssets" else ()
    return OwnRate(token=token, call=OWN_METHODS[token.rate].at(source, token.address, *shares))


def _believed(rate: Ratio, token: Token, read: str) -> Ratio:
    """A staked or wrapped coin is worth about one of its underlying: a figure far from that has other decimals, or is
    the price of something else. The belt only: `doctor` checks exactly."""
    if not _LEAST <= rate <= _MOST:
        raise Unreadable(f"{token.symbol} on {read} is worth {rate} {token.underlying}: not from {_LEAST} to {_MOST}")
    return rate
