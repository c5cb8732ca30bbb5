# pragma version ~=0.4.3
"""
@title Price impact of a trade, and the price it is done at
@license MIT
@notice What brings longs and shorts nearer to each other earns, what drives them apart pays.
"""


import interest
import keys
import arithmetic
import seams
import types


@view
@internal
def _usd(store: seams.DataStore, market: types.Market, size_delta: int256, is_long: bool) -> (int256, bool):
    """
    @return The impact, and whether the balance was improved.
    """
    longs: int256 = convert(interest._open(store, market, True), int256)
    shorts: int256 = convert(interest._open(store, market, False), int256)
    next_longs: int256 = longs + (size_delta if is_long else 0)
    next_shorts: int256 = shorts + (0 if is_long else size_delta)
    before: uint256 = arithmetic._magnitude(longs - shorts)
    after: uint256 = arithmetic._magnitude(next_longs - next_shorts)
    if (longs <= shorts) == (next_longs <= next_shorts):
        improved: bool = after < before
        return self._weigh(store, market, before, improved) - self._weigh(store, market, after, improved), improved
    return self._weigh(store, market, before, True) - self._weigh(store, market, after, False), after < before


@view
@internal
def _weigh(store: seams.DataStore, market: types.Market, gap: uint256, positive: bool) -> int256:
    factor: uint256 = interest._side(store, keys.POSITION_IMPACT_FACTOR, market, positive)
    if positive:
        factor = min(factor, interest._side(store, keys.POSITION_IMPACT_FACTOR, market, False))
    exponent: uint256 = interest._side(store, keys.POSITION_IMPACT_EXPONENT_FACTOR, market, positive)
    if factor == 0:
        return 0
    return convert(arithmetic._share(arithmetic._power(gap, exponent), factor), int256)


@view
@internal
def _increase_price(
    store: seams.DataStore, market: types.Market, index: types.Price, size_delta: uint256, is_long: bool
) -> types.ExecutionPriceResult:
    result: types.ExecutionPriceResult = empty(types.ExecutionPriceResult)
    result.executionPrice = arithmetic._pick(index, is_long)
    if size_delta == 0:
        return result
    result.priceImpactUsd, result.balanceWasImproved = self._usd(
        store, market, convert(size_delta, int256), is_long
    )
    moved: int256 = self._in_tokens(result.priceImpactUsd, index)
    tokens: uint256 = self._tokens(size_delta, index, is_long)
    result.executionPrice = size_delta // arithmetic._plus(tokens, moved if is_long else -moved)
    return result


@view
@internal
def _decrease_price(
    store: seams.DataStore,
    market: types.Market,
    index: types.Price,
    size_usd: uint256,
    size_tokens: uint256,
    size_delta: uint256,
    pending_impact: int256,
    is_long: bool,
) -> types.ExecutionPriceResult:
    result: types.ExecutionPriceResult = empty(types.ExecutionPriceResult)
    result.executionPrice = arithmetic._pick(index, not is_long)
    if size_delta == 0:
        return result
    delta: int256 = convert(size_delta, int256)
    result.priceImpactUsd, result.balanceWasImproved = self._usd(store, market, -delta, is_long)
    pending: int256 = pending_impact * delta // convert(size_usd, int256)
    result.proportionalPendingImpactUsd = pending * convert(arithmetic._pick(index, pending < 0), int256)
    total: int256 = result.priceImpactUsd + result.proportionalPendingImpactUsd
    result.totalImpactUsd = self._capped(store, market, total, size_delta)
    against: int256 = result.priceImpactUsd if is_long else -result.priceImpactUsd
    entry: int256 = convert(size_usd, int256) * against // convert(size_tokens, int256)
    result.executionPrice = arithmetic._plus(result.executionPrice, entry // delta)
    return result


@view
@internal
def _capped(store: seams.DataStore, market: types.Market, total: int256, size_delta: uint256) -> int256:
    """
    @notice A gain only: it is at most a share of the trade.
    """
    most: uint256 = arithmetic._share(size_delta, interest._side(store, keys.MAX_POSITION_IMPACT_FACTOR, market, True))
    return min(total, convert(most, int256))


@pure
@internal
def _tokens(size_delta: uint256, index: types.Price, is_long: bool) -> uint256:
    return size_delta // index.max if is_long else arithmetic._ceil(size_delta, index.min)


@pure
@internal
def _in_tokens(usd: int256, index: types.Price) -> int256:
    """
    @notice Rounded against the trader.
    """
    if usd >= 0:
        return usd // convert(index.max, int256)
    return -convert(arithmetic._ceil(arithmetic._magnitude(usd), index.min), int256)
