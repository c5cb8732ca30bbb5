"""The prices that the exchange's contracts are asked with: they know none themselves.

As the contracts count them: US dollars for the smallest unit of a token, times 1e30, as a pair of the lower and the
higher. Keepers execute at the exchange's own price service; Chainlink's feeds on chain stand in where it is silent.
"""

import json
from collections.abc import Container, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from agent.errors import Unreadable
from agent.evm import head
from agent.model import Address, value
from agent.prices.feed import Feed
from agent.reading import Answers, Read
from agent.venues.gmx_v2.settings import CoinSettings, MarketSettings
from agent.venues.gmx_v2.setup import USD, Setup
from agent.venues.gmx_v2.structs import MarketPrices, PriceRange

TICKERS = b"/prices/tickers"
MAX_TICKER_AGE_MS = 60_000
"""Keepers' prices are seconds old; an older ticker is taken for a service that stands still."""


@value
class Ticker:
    price: PriceRange
    updated_ms: int


@value
class Priced:
    """`origin` says in words where the prices come from; `silent` why the price service could not be used."""

    wire: MarketPrices
    origin: str
    silent: str | None = None

    @property
    def index(self) -> PriceRange:
        return self.wire.index_token_price


def feeds(setup: Setup) -> Mapping[Address, Feed]:
    """One of each token of the market, by the token."""
    return {
        coin.address: Feed(source=setup.source, address=coin.feed.address, decimals=coin.feed.decimals)
        for coin in _coins(setup.market)
    }


def tickers(setup: Setup) -> Read[Mapping[str, Ticker]]:
    """Of the market's tokens, in lower case: what is said of others is not looked at."""
    wanted = frozenset(coin.address.lower() for coin in _coins(setup.market))
    return Read(source=setup.tickers, request=TICKERS, decode=lambda raw: _read_tickers(raw, wanted))


def reads(setup: Setup) -> tuple[Read[Any], ...]:
    asked = (tickers(setup),) if setup.settings.tickers else ()
    return (*asked, *(read for feed in feeds(setup).values() for read in feed.reads()))


def prices(setup: Setup, found: Answers) -> Priced:
    """From the price service or, where it cannot be used, from the feeds. Raises Unreadable when both are silent."""
    if not setup.settings.tickers:
        return _from_feeds(setup, found, None)
    try:
        return _from_tickers(setup, found)
    except Unreadable as error:
        return _from_feeds(setup, found, str(error))


def _from_tickers(setup: Setup, found: Answers) -> Priced:
    seen, now_ms = found[tickers(setup)], found[head(setup.source)].time_ms
    ranges = [_fresh(setup, seen, coin, now_ms) for coin in _coins(setup.market)]
    return Priced(wire=_wire(ranges), origin="the exchange's price service")


def _fresh(setup: Setup, seen: Mapping[str, Ticker], coin: CoinSettings, now_ms: int) -> PriceRange:
    ticker = seen.get(coin.address.lower())
    if ticker is None:
        raise Unreadable(f"{setup.tickers}: no price of {coin.address}")
    if now_ms - ticker.updated_ms > MAX_TICKER_AGE_MS:
        raise Unreadable(
            f"{setup.tickers}: the price of {coin.address} is {(now_ms - ticker.updated_ms) // 1000} s old"
        )
    return ticker.price


def _from_feeds(setup: Setup, found: Answers, silent: str | None) -> Priced:
    ranges = [_fed(setup, coin, found) for coin in _coins(setup.market)]
    return Priced(wire=_wire(ranges), origin="Chainlink's feeds on chain", silent=silent)


def _fed(setup: Setup, coin: CoinSettings, found: Answers) -> PriceRange:
    answer = feeds(setup)[coin.address].answer(found)
    age_s = (answer.stamp.time_ms - answer.updated_ms) // 1000
    if age_s > coin.feed.max_age_s:
        raise Unreadable(
            f"{setup.name}: the feed {coin.feed.address} on {setup.source} is {age_s} s old, "
            f"more than {coin.feed.max_age_s} s"
        )
    exact = Decimal(answer.amount).scaleb(USD - coin.decimals - coin.feed.decimals)
    return PriceRange(min=int(exact.to_integral_value(ROUND_FLOOR)), max=int(exact.to_integral_value(ROUND_CEILING)))


def _wire(ranges: Sequence[PriceRange]) -> MarketPrices:
    index, long, short = ranges
    return MarketPrices(index_token_price=index, long_token_price=long, short_token_price=short)


def _coins(market: MarketSettings) -> tuple[CoinSettings, CoinSettings, CoinSettings]:
    return market.index, market.long, market.short


def _read_tickers(raw: bytes, wanted: Container[str]) -> Mapping[str, Ticker]:
    """Of gmx-interface: minPrice and maxPrice are strings and scaled as the contracts count already."""
    listed = json.loads(raw)
    try:
        named = ((each["tokenAddress"].lower(), each) for each in listed)
        return {token: _ticker(each) for token, each in named if token in wanted}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"tickers of {raw[:80]!r} make no sense ({error!r})") from error


def _ticker(each: Mapping[str, Any]) -> Ticker:
    lower, higher, updated = int(each["minPrice"]), int(each["maxPrice"]), int(each.get("updatedAt") or 0)
    if not 0 < lower <= higher:
        raise ValueError(f"a price between {lower} and {higher} is none")
    return Ticker(price=PriceRange(min=lower, max=higher), updated_ms=updated if updated > 10**11 else updated * 1000)
