"""The questions of the second batch: what everything is worth at given prices."""

from collections.abc import Mapping
from typing import Any

from agent.model import value
from agent.reading import Read
from agent.venues.gmx_v2.keys import position_key
from agent.venues.gmx_v2.methods import Reader
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.structs import NOBODY, ExecutionPrice, MarketInfo, PositionInfo, PositionProps


@value
class ValueReads:
    """At given prices: the market, our positions in it, and what trades of some sizes would fetch."""

    market: Read[MarketInfo]
    positions: Mapping[bytes, Read[PositionInfo]]
    ladder: Mapping[int, Read[ExecutionPrice]]
    """By the size in US dollars times 1e30: > 0 adds to a short, < 0 reduces it."""

    def questions(self) -> tuple[Read[Any], ...]:
        return (self.market, *self.positions.values(), *self.ladder.values())


def value_reads(seen: Seen, sizes: tuple[int, ...]) -> ValueReads:
    """Our positions, and trades of these sizes as the keys of the ladder."""
    setup, prices, managed = seen.setup, seen.priced.wire, seen.managed
    at, source, layout, token = setup.contracts, setup.source, setup.layout, setup.market.token
    before = (managed.size_in_usd, managed.size_in_tokens) if managed else (0, 0)
    impact = managed.pending_impact_amount if managed else 0
    return ValueReads(
        market=layout.market_info.at(source, at.reader, at.data_store, prices, token),
        positions={
            key: layout.position_info.at(
                source, at.reader, at.data_store, at.referral_storage, key, prices, 0, NOBODY, True
            )
            for key in map(key_of, seen.held)
        },
        ladder={
            size: Reader.EXECUTION_PRICE.at(
                source, at.reader, at.data_store, token, prices, *before, size, impact, False
            )
            for size in sizes
        },
    )


def key_of(position: PositionProps) -> bytes:
    return position_key(position.account, position.market, position.collateral_token, position.is_long)
