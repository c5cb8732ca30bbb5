# pragma version ~=0.4.3
"""
@title Borrowing: what a side pays for the part of the pool that it keeps busy
@license MIT
@notice The rate rises with usage, and steeper above the optimum.
"""


import interest
import keys
import arithmetic
import seams
import types


@view
@internal
def _factor_per_second(
    store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool
) -> uint256:
    reserved: uint256 = interest._reserved_usd(store, market, prices.indexTokenPrice, is_long)
    if reserved == 0 or self._is_spared(store, market, is_long):
        return 0
    pool: uint256 = interest._pool_usd(store, market, prices, is_long)
    if pool == 0:
        raw_revert(method_id("UnableToGetBorrowingFactorEmptyPoolUsd()"))
    limit: uint256 = arithmetic._share(pool, interest._side(store, keys.OPEN_INTEREST_RESERVE_FACTOR, market, is_long))
    return self._at_usage(store, market, is_long, reserved * arithmetic.ONE // limit)


@view
@internal
def _next_cumulative(
    store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool
) -> (uint256, uint256):
    """
    @return The accumulator as of now, and what it grew by.
    """
    updated: uint256 = interest._side(store, keys.CUMULATIVE_BORROWING_FACTOR_UPDATED_AT, market, is_long)
    seconds: uint256 = block.timestamp - updated if updated != 0 else 0
    delta: uint256 = seconds * self._factor_per_second(store, market, prices, is_long)
    return interest._side(store, keys.CUMULATIVE_BORROWING_FACTOR, market, is_long) + delta, delta


@view
@internal
def _is_spared(store: seams.DataStore, market: types.Market, is_long: bool) -> bool:
    if not staticcall store.getBool(keys.SKIP_BORROWING_FEE_FOR_SMALLER_SIDE):
        return False
    return interest._open(store, market, is_long) < interest._open(store, market, not is_long)


@view
@internal
def _at_usage(store: seams.DataStore, market: types.Market, is_long: bool, usage: uint256) -> uint256:
    base: uint256 = interest._side(store, keys.BASE_BORROWING_FACTOR, market, is_long)
    optimal: uint256 = interest._side(store, keys.OPTIMAL_USAGE_FACTOR, market, is_long)
    factor: uint256 = arithmetic._share(usage, base)
    above: uint256 = interest._side(store, keys.ABOVE_OPTIMAL_USAGE_BORROWING_FACTOR, market, is_long)
    if usage <= optimal or optimal >= arithmetic.ONE or above <= base:
        return factor
    return factor + (above - base) * (usage - optimal) // (arithmetic.ONE - optimal)
