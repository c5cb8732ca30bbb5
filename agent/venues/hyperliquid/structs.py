"""What the exchange says, as values in its own units: its own coins, US dollars, milliseconds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from agent.model import value
from agent.venues.hyperliquid.info import maybe, number, whole

SINGLE_TIER_IDS = 50
"""A margin table with a lower id is no table: the id is the one leverage that it allows."""


@value
class Tier:
    lower: Decimal
    """From this notional on."""
    max_leverage: int


@value
class Asset:
    """A row of the universe beside its context. `index` is what orders name it by."""

    index: int
    coin: str
    size_decimals: int
    max_leverage: int
    delisted: bool
    isolated_only: bool
    tiers: tuple[Tier, ...]
    oracle: Decimal
    mark: Decimal
    funding: Decimal
    """Of the coming hour."""
    strict: bool = False
    """Margin that was given to a position stays there."""


@value
class Leverage:
    kind: Literal["cross", "isolated"]
    value: int
    dollars: Decimal | None = None
    """Of an isolated position, beside its coins: a short's are what it was sold for and its margin."""


@value
class Held:
    """One position; short < 0."""

    coin: str
    size: Decimal
    entry: Decimal
    liquidation: Decimal | None
    margin_used: Decimal
    result: Decimal
    """Unrealised."""
    leverage: Leverage


@value
class Account:
    """clearinghouseState."""

    time_ms: int
    value: Decimal
    withdrawable: Decimal
    margin_used: Decimal
    positions: tuple[Held, ...]
    """Of a coin there is one at most."""

    @property
    def held(self) -> Mapping[str, Held]:
        return {held.coin: held for held in self.positions if held.size}

    @property
    def unrealised(self) -> Decimal:
        return sum((held.result for held in self.positions), Decimal(0))


@value
class Balance:
    total: Decimal
    hold: Decimal


@value
class Resting:
    """An open order, as the front end sees it."""

    coin: str
    oid: int
    cloid: str | None
    buys: bool
    left: Decimal
    since_ms: int
    trigger: bool
    reduce_only: bool
    trigger_price: Decimal = Decimal(0)


@value
class Agent:
    """A key that was approved under a name. The one that may be approved without is not listed."""

    name: str
    address: str
    until_ms: int | None


@value
class Level:
    price: Decimal
    size: Decimal


@value
class Book:
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


def to_universe(found: Any) -> Mapping[str, Asset]:
    """metaAndAssetCtxs: contexts carry no names and are joined by their place."""
    meta, contexts = found
    universe = meta["universe"]
    if len(universe) != len(contexts):
        raise ValueError(f"{len(universe)} coins, but {len(contexts)} contexts")
    tables = {whole(id_): row for id_, row in meta["marginTables"]}
    rows = enumerate(zip(universe, contexts, strict=True))
    return {asset.coin: asset for asset in (_asset(index, row, context, tables) for index, (row, context) in rows)}


def _asset(index: int, row: Any, context: Any, tables: Mapping[int, Any]) -> Asset:
    return Asset(
        index=index,
        coin=row["name"],
        size_decimals=whole(row["szDecimals"]),
        max_leverage=whole(row["maxLeverage"]),
        delisted=row.get("isDelisted", False),
        isolated_only=row.get("marginMode") in ("strictIsolated", "noCross") or row.get("onlyIsolated", False),
        tiers=_tiers(whole(row["marginTableId"]), tables),
        oracle=number(context["oraclePx"]),
        mark=number(context["markPx"]),
        funding=number(context["funding"]),
        strict=row.get("marginMode") == "strictIsolated",
    )


def _tiers(id_: int, tables: Mapping[int, Any]) -> tuple[Tier, ...]:
    if id_ < SINGLE_TIER_IDS and id_ not in tables:
        return (Tier(lower=Decimal(0), max_leverage=id_),)
    listed = tables[id_]["marginTiers"]
    return tuple(Tier(lower=number(tier["lowerBound"]), max_leverage=whole(tier["maxLeverage"])) for tier in listed)


def to_account(found: Any) -> Account:
    summary = found["marginSummary"]
    return Account(
        time_ms=whole(found["time"]),
        value=number(summary["accountValue"]),
        withdrawable=number(found["withdrawable"]),
        margin_used=number(summary["totalMarginUsed"]),
        positions=tuple(_held(row["position"]) for row in found["assetPositions"]),
    )


def _held(row: Any) -> Held:
    leverage = row["leverage"]
    return Held(
        coin=row["coin"],
        size=number(row["szi"]),
        entry=number(row["entryPx"]),
        liquidation=maybe(row["liquidationPx"]),
        margin_used=number(row["marginUsed"]),
        result=number(row["unrealizedPnl"]),
        leverage=Leverage(
            kind=leverage["type"], value=whole(leverage["value"]), dollars=maybe(leverage.get("rawUsd"))
        ),
    )


def to_balances(found: Any) -> Mapping[str, Balance]:
    """spotClearinghouseState, by coin; outcome tokens are none of ours."""
    rows = (row for row in found["balances"] if row["coin"][:1] not in ("+", "o"))
    return {row["coin"]: Balance(total=number(row["total"]), hold=number(row["hold"])) for row in rows}


def to_resting(found: Any) -> tuple[Resting, ...]:
    return tuple(
        Resting(
            coin=row["coin"],
            oid=whole(row["oid"]),
            cloid=row.get("cloid"),
            buys=row["side"] == "B",
            left=number(row["sz"]),
            since_ms=whole(row["timestamp"]),
            trigger=bool(row.get("isTrigger")),
            reduce_only=bool(row.get("reduceOnly")),
            trigger_price=number(row.get("triggerPx") or "0"),
        )
        for row in found
    )


def to_agents(found: Any) -> tuple[Agent, ...]:
    """extraAgents."""
    return tuple(Agent(name=row["name"], address=row["address"].lower(), until_ms=_until(row)) for row in found)


def _until(row: Any) -> int | None:
    return None if row["validUntil"] is None else whole(row["validUntil"])


def to_leverage(found: Any) -> tuple[str, int]:
    """activeAssetData."""
    return found["leverage"]["type"], whole(found["leverage"]["value"])


def to_actions_left(found: Any) -> int:
    """userRateLimit: of the address's budget, what was bought on top included."""
    return whole(found["nRequestsCap"]) + whole(found.get("nRequestsSurplus", 0)) - whole(found["nRequestsUsed"])


def to_book(found: Any) -> Book:
    """An unknown coin has no book at all: null."""
    if found is None:
        raise ValueError("l2Book: null: the exchange knows no such coin")
    bids, asks = (
        tuple(Level(price=number(each["px"]), size=number(each["sz"])) for each in side) for side in found["levels"]
    )
    return Book(bids=bids, asks=asks)
