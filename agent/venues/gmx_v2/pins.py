"""Is the pinned market the exchange's own, do its tokens count as the configuration says, and does the reader answer
in the pinned layout: asked at every look, in the batches that it needs anyway. An empty account must not hide it.
"""

from collections.abc import Iterator

from agent.errors import Mismatch, Unreadable
from agent.model import value
from agent.model.findings import Finding, Level
from agent.reading import Answers, Read, Reading
from agent.venues.gmx_v2.keys import Sets
from agent.venues.gmx_v2.layouts import NO_ORDER
from agent.venues.gmx_v2.methods import DataStore, Erc20, Reader
from agent.venues.gmx_v2.settings import CoinSettings
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import (
    NOBODY,
    MarketPrices,
    MarketProps,
    OrderProps,
    PositionInfo,
    PositionProps,
    PriceRange,
)

_ANY = PriceRange(min=10**15, max=10**15)
"""Whatever a position is worth: only the form of the answer matters."""


@value
class PinReads:
    """What can be compared with the configuration before there is anything of ours."""

    market: Read[MarketProps]
    long_decimals: Read[int]
    short_decimals: Read[int]
    no_order: Read[OrderProps]
    """It never was, and has its whole length: a layout with another one cannot decode it."""
    anybodys: Read[tuple[bytes, ...]]
    """The key of one position, whose ever."""


def pin_reads(setup: Setup) -> PinReads:
    at, market, source = setup.contracts, setup.market, setup.source
    return PinReads(
        market=Reader.MARKET.at(source, at.reader, at.data_store, market.token),
        long_decimals=Erc20.DECIMALS.at(source, market.long.address),
        short_decimals=Erc20.DECIMALS.at(source, market.short.address),
        no_order=setup.layout.order.at(source, at.reader, at.data_store, NO_ORDER),
        anybodys=DataStore.BYTES32S.at(source, at.data_store, Sets.POSITION_LIST(), 0, 1),
    )


def check(setup: Setup, asked: PinReads, found: Answers, ours: Read[tuple[PositionProps, ...]]) -> None:
    """Raises Mismatch: with other tokens or decimals every figure of this venue would be wrong, also those of an
    exit."""
    found[asked.no_order]
    if wrong := [*_wrong(setup, asked, found)]:
        there = sorted({each.market for each in found[ours]} - {setup.market.token})
        hint = f"; the account has a position in market {', '.join(there)}" if there else ""
        raise Mismatch(f"{setup.name}: {'; '.join(wrong)}{hint}")


def unproven(setup: Setup, asked: PinReads, found: Answers) -> tuple[Read[PositionInfo], ...]:
    """For the second batch, where no position of ours shows the layout: anybody's, if there is one."""
    return tuple(anybodys_position(setup, key) for key in found[asked.anybodys])


def prove(reads: tuple[Read[PositionInfo], ...], found: Answers) -> None:
    """Raises Mismatch where another layout answers. A position that cannot be valued proves nothing."""
    for read in reads:
        try:
            found[read]
        except Mismatch:
            raise
        except Unreadable:
            continue


def anybodys_position(setup: Setup, key: bytes) -> Read[PositionInfo]:
    at, priced = setup.contracts, MarketPrices(index_token_price=_ANY, long_token_price=_ANY, short_token_price=_ANY)
    asked = (at.reader, at.data_store, at.referral_storage, key, priced, 0, NOBODY, True)
    return setup.layout.position_info.at(setup.source, *asked)


def examine(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """For doctor, each by itself."""
    asked = pin_reads(setup)
    found = yield asked.market, asked.long_decimals, asked.short_decimals
    wrong = tuple(_finding(setup, "fail", each) for each in _wrong(setup, asked, found))
    well = f"market {setup.market.token} and its tokens are as configured"
    return wrong or (_finding(setup, "ok", well),)


def _wrong(setup: Setup, asked: PinReads, found: Answers) -> Iterator[str]:
    """Each with the key to correct."""
    market, said, key = setup.market, found[asked.market], f"venues.{setup.name}.market"
    if said.market_token == NOBODY:
        yield f"{key}.token: the exchange has no market {market.token}"
        return
    tokens = {"index": said.index_token, "long": said.long_token, "short": said.short_token}
    for name, token in tokens.items():
        if (pinned := _coin(setup, name).address) != token:
            yield f"{key}.{name}.address is {pinned}, but market {market.token} has {token}"
    for name, decimals in _decimals(setup, asked, found):
        if (pinned_decimals := _coin(setup, name).decimals) != decimals:
            yield f"{key}.{name}.decimals is {pinned_decimals}, but {_coin(setup, name).address} has {decimals}"


def _decimals(setup: Setup, asked: PinReads, found: Answers) -> Iterator[tuple[str, int]]:
    """A synthetic index token has no contract that could say."""
    long = found[asked.long_decimals]
    yield from (("long", long), ("short", found[asked.short_decimals]))
    if setup.market.index.address == setup.market.long.address:
        yield "index", long


def _coin(setup: Setup, name: str) -> CoinSettings:
    coins = {"index": setup.market.index, "long": setup.market.long, "short": setup.market.short}
    return coins[name]


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
