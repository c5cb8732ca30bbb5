"""Hourly funding between longs and shorts, on the oracle's notional.

hourlyRate = (P + clamp(I - P, -0.0005, 0.0005)) / 8, at most 4 % either way, with I = 0.0001 and P the hour's average
of a premium that is sampled every 5 s. Positive: longs pay shorts.
"""

from decimal import Decimal

from tests.kit.hyperliquid.accounts import Account, Position
from tests.kit.hyperliquid.amounts import ZERO, usd
from tests.kit.hyperliquid.records import FundingPaid
from tests.kit.hyperliquid.state import State
from tests.kit.hyperliquid.universe import Asset, Candle, FundingRow

HOUR_MS = 3_600_000
_SAMPLE_MS = 5_000
_INTEREST, _CLAMP, _CAP = Decimal("0.0001"), Decimal("0.0005"), Decimal("0.04")
_SHOWN = Decimal("0.0000000001")
_ROW_DELAY_MS = 57
"""A row's time is 1 to 118 ms after the hour."""


def premium(asset: Asset) -> Decimal:
    """[max(impactBid - oracle, 0) - max(oracle - impactAsk, 0)] / oracle; an empty side counts nothing."""
    if asset.forced_premium is not None:
        return asset.forced_premium
    bid = asset.book.impact(True, asset.impact_notional) or asset.oracle
    ask = asset.book.impact(False, asset.impact_notional) or asset.oracle
    return (max(bid - asset.oracle, ZERO) - max(asset.oracle - ask, ZERO)) / asset.oracle


def hourly_rate(average: Decimal) -> Decimal:
    rate = (average + max(-_CLAMP, min(_CLAMP, _INTEREST - average))) / 8
    return max(-_CAP, min(_CAP, rate)).quantize(_SHOWN)


def average_premium(asset: Asset) -> Decimal:
    return (asset.sampled / asset.samples if asset.samples else premium(asset)).quantize(_SHOWN)


def sample(state: State) -> None:
    """Takes the samples that fell due since the last time, at the premium that held meanwhile."""
    due = state.now_ms // _SAMPLE_MS - state.sampled_ms // _SAMPLE_MS
    state.sampled_ms = state.now_ms
    for asset in state.assets if due else ():
        asset.sampled, asset.samples = asset.sampled + due * premium(asset), asset.samples + due


def settle(state: State) -> None:
    """At the full hour."""
    state.funded_hour = state.now_ms // HOUR_MS
    for index, asset in enumerate(state.assets):
        if not asset.delisted:
            asset.candles.append(candle(asset, state.now_ms - HOUR_MS))
            _settle_asset(state, index, asset)
        asset.sampled, asset.samples = ZERO, 0


def candle(asset: Asset, since_ms: int) -> Candle:
    """From the last one's close to what was traded last, or where nothing was, to the mark."""
    close = asset.last or asset.mark
    begins = asset.candles[-1].close if asset.candles else close
    return Candle(time_ms=since_ms, open=begins, high=max(begins, close), low=min(begins, close), close=close)


def _settle_asset(state: State, index: int, asset: Asset) -> None:
    average = average_premium(asset)
    rate = hourly_rate(average)
    row = FundingRow(coin=asset.name, rate=rate, premium=average, time_ms=state.now_ms + _ROW_DELAY_MS)
    asset.funding.append(row)
    for account in state.accounts.values():
        if position := account.positions.get(index):
            _pay(state, account, position, row)


def _pay(state: State, account: Account, position: Position, row: FundingRow) -> None:
    paid = usd(position.size * state.assets[position.asset].oracle * row.rate)
    if position.margin is None:
        account.cash -= paid
    else:
        position.margin -= paid
    position.funding_since_open += paid
    position.funding_since_change += paid
    account.funding_all_time[position.asset] = account.funding_all_time.get(position.asset, ZERO) + paid
    state.records.funding.append(
        FundingPaid(
            user=account.address, coin=row.coin, usdc=-paid, size=position.size, rate=row.rate, time_ms=row.time_ms
        )
    )
