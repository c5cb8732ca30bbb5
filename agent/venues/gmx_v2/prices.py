"""The prices that the exchange's contracts are asked with: they know none themselves.

As the contracts count them: US dollars for the smallest unit of a token, times 1e30, as a pair of the lower and the
higher. Keepers execute at the exchange's own price service; Chainlink's feeds on chain stand in where it is silent.
Where nothing is fresh, a flatten goes on with the last that is known: its price bound starts there.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from agent.errors import Mismatch, Unreadable
from agent.evm import head
from agent.model import Address, value
from agent.prices.feed import Answer, Feed
from agent.reading import Answers, Read
from agent.venues.gmx_v2.settings import CoinSettings, MarketSettings
from agent.venues.gmx_v2.setup import USD, Setup
from agent.venues.gmx_v2.structs import MarketPrices, PositionProps, PriceRange

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
    stale: bool = False
    """Only a flatten goes on with such prices."""

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


def prices(setup: Setup, found: Answers, held: Iterable[PositionProps] = ()) -> Priced:
    """From the price service or, where it cannot be used, from the feeds. Raises Unreadable when neither is fresh;
    a flatten then takes what was known last, or what the positions `held` were entered at."""
    try:
        return _fresh_prices(setup, found)
    except Mismatch:
        raise
    except Unreadable as error:
        if not setup.flatten:
            raise
        return _last_known(setup, found, held, str(error))


def _fresh_prices(setup: Setup, found: Answers) -> Priced:
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
    return _in_wire(answer, coin)


def _in_wire(answer: Answer, coin: CoinSettings) -> PriceRange:
    exact = Decimal(answer.amount).scaleb(USD - coin.decimals - coin.feed.decimals)
    return PriceRange(min=int(exact.to_integral_value(ROUND_FLOOR)), max=int(exact.to_integral_value(ROUND_CEILING)))


def _last_known(setup: Setup, found: Answers, held: Iterable[PositionProps], why: str) -> Priced:
    """Of each coin the youngest. Without any, the index is what the position was entered at, the long token is taken
    for the index coin and the collateral for a dollar. Raises Unreadable where there is no position either."""
    index, long, short = (_youngest(setup, coin, found) for coin in _coins(setup.market))
    origin = "the last price that is known, however old" if index else "the price that the position was entered at"
    index = index or next(map(_entered, held), None)
    if index is None:
        raise Unreadable(why)
    return Priced(wire=_wire((index, long or index, short or _dollar(setup))), origin=origin, silent=why, stale=True)


def _youngest(setup: Setup, coin: CoinSettings, found: Answers) -> PriceRange | None:
    known = [*_old_ticker(setup, coin, found), *_old_answer(setup, coin, found)]
    return max(known, key=lambda each: each.updated_ms).price if known else None


def _old_ticker(setup: Setup, coin: CoinSettings, found: Answers) -> Iterator[Ticker]:
    try:
        told = found[tickers(setup)] if setup.settings.tickers else {}
    except Unreadable:
        return
    if (ticker := told.get(coin.address.lower())) is not None:
        yield ticker


def _old_answer(setup: Setup, coin: CoinSettings, found: Answers) -> Iterator[Ticker]:
    try:
        answer = feeds(setup)[coin.address].answer(found)
    except Unreadable:
        return
    yield Ticker(price=_in_wire(answer, coin), updated_ms=answer.updated_ms)


def _entered(position: PositionProps) -> PriceRange:
    entry = position.size_in_usd // position.size_in_tokens
    return PriceRange(min=entry, max=entry)


def _dollar(setup: Setup) -> PriceRange:
    one: int = 10 ** (USD - setup.market.short.decimals)
    return PriceRange(min=one, max=one)


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
