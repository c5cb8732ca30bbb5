"""Universe, prices, books and the funding of a coin."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from tests.kit.hyperliquid.amounts import ZERO, plain, shown
from tests.kit.hyperliquid.checks import max_market_order
from tests.kit.hyperliquid.funding import HOUR_MS, average_premium, candle, hourly_rate
from tests.kit.hyperliquid.info.fields import PAGE, Json, check_dex, span, text, whole
from tests.kit.hyperliquid.refusals import Broken, Unreadable
from tests.kit.hyperliquid.state import State
from tests.kit.hyperliquid.universe import Asset, Candle, InterestLimit, MarginTable, single_tier, tables_of

_LEVELS = 20
_CANDLES = 5_000
_AT_CAP = (InterestLimit.CAPPED, InterestLimit.AGGRESSIVE)


def meta(state: State, body: Json) -> Json:
    check_dex(body)
    tables = [[number, _table(table)] for number, table in sorted(tables_of(state.assets).items())]
    return {"universe": [_rules(asset) for asset in state.assets], "marginTables": tables, "collateralToken": 0}


def _rules(asset: Asset) -> Json:
    """Optional keys are there only when they hold."""
    found: Json = {"name": asset.name, "szDecimals": asset.size_decimals, "maxLeverage": asset.max_leverage}
    found["marginTableId"] = asset.margin.id
    if asset.margin_mode:
        found |= {"onlyIsolated": True, "marginMode": asset.margin_mode}
    return found | ({"isDelisted": True} if asset.delisted else {})


def _table(table: MarginTable) -> Json:
    tiers = [{"lowerBound": shown(tier.lower_bound), "maxLeverage": tier.max_leverage} for tier in table.tiers]
    return {"description": table.description, "marginTiers": tiers}


def meta_and_contexts(state: State, body: Json) -> Any:
    """Contexts carry no name: they are joined by their place in the universe."""
    return [meta(state, body), [_context(state, index, asset) for index, asset in enumerate(state.assets)]]


def _context(state: State, index: int, asset: Asset) -> Json:
    sizes = [account.size(index) for account in state.accounts.values()]
    interest = max(sum((s for s in sizes if s > 0), ZERO), -sum((s for s in sizes if s < 0), ZERO))
    premium = average_premium(asset)
    return {
        "funding": shown(ZERO if asset.delisted else hourly_rate(premium)),
        "openInterest": shown(interest),
        "prevDayPx": shown(asset.previous_day or asset.mark),
        "dayNtlVlm": shown(asset.volume_usd),
        "premium": None if asset.mid is None else shown(premium),
        "oraclePx": shown(asset.oracle),
        "markPx": shown(asset.mark),
        "midPx": None if asset.mid is None else shown(asset.mid),
        "impactPxs": _impact(asset),
        "dayBaseVlm": shown(asset.volume),
    }


def _impact(asset: Asset) -> list[str] | None:
    bid, ask = (asset.book.impact(is_bid, asset.impact_notional) for is_bid in (True, False))
    return None if bid is None or ask is None or asset.delisted else [_at(bid), _at(ask)]


def _at(price: Decimal) -> str:
    return shown(price.quantize(Decimal("0.00000001")))


def book(state: State, body: Json) -> Any:
    """An unknown coin is null; a delisted one has two empty sides."""
    figures, coin = _figures(body), text(body, "coin")
    try:
        asset = state.assets[state.index(coin)]
    except KeyError:
        return None
    sides = [[] if asset.delisted else _side(asset, is_bid, *figures) for is_bid in (True, False)]
    return {"coin": coin, "time": state.shown_ms, "levels": sides}


def _figures(body: Json) -> tuple[int | None, int]:
    figures, mantissa = body.get("nSigFigs"), body.get("mantissa")
    if figures not in (None, 2, 3, 4, 5) or (mantissa is not None and (figures != 5 or mantissa not in (1, 2, 5))):
        raise Unreadable
    return figures, mantissa or 1


def _side(asset: Asset, is_bid: bool, figures: int | None, mantissa: int) -> list[Json]:
    merged: dict[Decimal, tuple[Decimal, int]] = {}
    for price, size, count in asset.book.levels(is_bid):
        at = price if figures is None else _bucket(price, is_bid, figures, mantissa)
        so_far = merged.get(at, (ZERO, 0))
        merged[at] = (so_far[0] + size, so_far[1] + count)
    return [{"px": shown(at), "sz": shown(size), "n": count} for at, (size, count) in list(merged.items())[:_LEVELS]]


def _bucket(price: Decimal, is_bid: bool, figures: int, mantissa: int) -> Decimal:
    """Bids round down and asks up."""
    step = mantissa * Decimal(1).scaleb(price.adjusted() - figures + 1)
    return (price / step).to_integral_value(ROUND_FLOOR if is_bid else ROUND_CEILING) * step


def all_mids(state: State, body: Json) -> Json:
    check_dex(body)
    return {asset.name: shown(asset.mid or asset.last or asset.mark) for asset in state.assets}


def funding_history(state: State, body: Json) -> Any:
    """Raises Broken where the coin is unknown."""
    start, end = span(body)
    try:
        rows = state.assets[state.index(text(body, "coin"))].funding
    except KeyError:
        raise Broken from None
    found = [row for row in rows if start <= row.time_ms <= end][:PAGE]
    return [
        {"coin": row.coin, "fundingRate": shown(row.rate), "premium": shown(row.premium), "time": row.time_ms}
        for row in found
    ]


def predicted_fundings(state: State, _body: Json) -> Any:
    """The time is that of the hour already settled."""
    settled = state.funded_hour * HOUR_MS
    return [
        [asset.name, [["HlPerp", _prediction(asset, settled)], ["BinPerp", None]]]
        for asset in state.assets
        if not asset.delisted
    ]


def _prediction(asset: Asset, settled: int) -> Json:
    return {"fundingRate": shown(hourly_rate(average_premium(asset))), "nextFundingTime": settled}


def margin_table(state: State, body: Json) -> Any:
    number = whole(body, "id")
    tables = tables_of(state.assets)
    if number not in tables and not 0 < number < 50:
        raise Broken
    return _table(tables.get(number) or single_tier(number))


def at_cap(state: State, body: Json) -> list[str]:
    check_dex(body)
    return [asset.name for asset in state.assets if asset.interest_limit in _AT_CAP]


def max_notionals(state: State, _body: Json) -> Any:
    leverages = sorted({asset.max_leverage for asset in state.assets})
    return [[leverage, plain(max_market_order(leverage))] for leverage in leverages]


def candles(state: State, body: Json) -> Any:
    """The newest 5,000 of the span, the hour under way among them. Of intervals, the hour alone."""
    asked = body.get("req")
    if not isinstance(asked, dict) or text(asked, "interval") != "1h":
        raise Unreadable
    start, end = span(asked)
    try:
        asset = state.assets[state.index(text(asked, "coin"))]
    except KeyError:
        raise Broken from None
    rows = [*asset.candles, candle(asset, state.now_ms // HOUR_MS * HOUR_MS)]
    return [_candle(asset, row) for row in rows if start <= row.time_ms <= end][-_CANDLES:]


def _candle(asset: Asset, row: Candle) -> Json:
    prices = {"o": row.open, "c": row.close, "h": row.high, "l": row.low}
    times = {"t": row.time_ms, "T": row.time_ms + HOUR_MS - 1, "s": asset.name, "i": "1h"}
    return times | {key: shown(price) for key, price in prices.items()} | {"v": "0.0", "n": 0}


HANDLERS: dict[str, Callable[[State, Json], Any]] = {
    "meta": meta,
    "metaAndAssetCtxs": meta_and_contexts,
    "l2Book": book,
    "allMids": all_mids,
    "fundingHistory": funding_history,
    "candleSnapshot": candles,
    "predictedFundings": predicted_fundings,
    "perpDexs": lambda _state, _body: [None],
    "allPerpMetas": lambda state, _body: [meta(state, {})],
    "marginTable": margin_table,
    "perpsAtOpenInterestCap": at_cap,
    "maxMarketOrderNtls": max_notionals,
    "exchangeStatus": lambda state, _body: {"time": state.shown_ms, "specialStatuses": None},
}
