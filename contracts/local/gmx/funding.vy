# pragma version ~=0.4.3
"""
@title Funding between longs and shorts
@license MIT
@notice The larger side pays the smaller one, in the payers' collateral. The rate drifts with the imbalance, and the
    accumulators count token units per USD of size, scaled by 1e15 (and by 1e30 for the USD).
"""


import interest
import keys
import arithmetic
import seams
import types


PER_SIZE: constant(uint256) = 10**15


@view
@internal
def _next(store: seams.DataStore, market: types.Market, prices: types.MarketPrices) -> types.NextFunding:
    """
    @return The rate, and what the accumulators have grown by since they were last written.
    """
    result: types.NextFunding = empty(types.NextFunding)
    longs: uint256 = interest._open(store, market, True)
    shorts: uint256 = interest._open(store, market, False)
    if longs == 0 or shorts == 0:
        return result
    updated: uint256 = interest._plain(store, keys.FUNDING_UPDATED_AT, market)
    seconds: uint256 = block.timestamp - updated if updated != 0 else 0
    rate: int256 = 0
    rate, result.nextSavedFundingFactorPerSecond = self._rate(store, market, longs, shorts, seconds)
    result.longsPayShorts = rate > 0
    result.fundingFactorPerSecond = arithmetic._magnitude(rate)
    paid: uint256 = arithmetic._share(max(longs, shorts), seconds * result.fundingFactorPerSecond)
    return self._spread(store, market, prices, result, paid)


@view
@internal
def _rate(
    store: seams.DataStore, market: types.Market, longs: uint256, shorts: uint256, seconds: uint256
) -> (int256, int256):
    """
    @return The rate per second (positive: longs pay), and the one to go on from.
    """
    gap: uint256 = max(longs, shorts) - min(longs, shorts)
    exponent: uint256 = interest._plain(store, keys.FUNDING_EXPONENT_FACTOR, market)
    skew: uint256 = arithmetic._power(gap, exponent) * arithmetic.ONE // (longs + shorts)
    most: uint256 = interest._plain(store, keys.MAX_FUNDING_FACTOR_PER_SECOND, market)
    step: uint256 = interest._plain(store, keys.FUNDING_INCREASE_FACTOR_PER_SECOND, market)
    if step == 0:
        fixed: uint256 = arithmetic._share(skew, interest._plain(store, keys.FUNDING_FACTOR, market))
        steady: int256 = convert(min(fixed, most), int256)
        return (steady if longs > shorts else -steady), 0
    saved: int256 = staticcall store.getInt(keys._of(keys.SAVED_FUNDING_FACTOR_PER_SECOND, market.marketToken))
    drifted: int256 = self._drifted(store, market, saved, skew, longs > shorts, seconds)
    least: uint256 = interest._plain(store, keys.MIN_FUNDING_FACTOR_PER_SECOND, market)
    return arithmetic._bounded(drifted, least, most), arithmetic._bounded(drifted, 0, most)


@view
@internal
def _drifted(
    store: seams.DataStore, market: types.Market, saved: int256, skew: uint256, longs_lead: bool, seconds: uint256
) -> int256:
    same_way: bool = (saved > 0 and longs_lead) or (saved < 0 and not longs_lead)
    if not same_way or skew > interest._plain(store, keys.THRESHOLD_FOR_STABLE_FUNDING, market):
        step: uint256 = interest._plain(store, keys.FUNDING_INCREASE_FACTOR_PER_SECOND, market)
        delta: int256 = convert(arithmetic._share(skew, step) * seconds, int256)
        return saved + (delta if longs_lead else -delta)
    if skew < interest._plain(store, keys.THRESHOLD_FOR_DECREASE_FUNDING, market):
        ease: uint256 = seconds * interest._plain(store, keys.FUNDING_DECREASE_FACTOR_PER_SECOND, market)
        size: uint256 = arithmetic._magnitude(saved)
        left: int256 = convert(size - ease if ease < size else 1, int256)
        return left if saved > 0 else -left
    return saved


@view
@internal
def _spread(
    store: seams.DataStore,
    market: types.Market,
    prices: types.MarketPrices,
    found: types.NextFunding,
    paid: uint256,
) -> types.NextFunding:
    """
    @notice In each token as much as the payers hold of it as collateral.
    """
    result: types.NextFunding = found
    payers: uint256 = interest._open(store, market, found.longsPayShorts)
    takers: uint256 = interest._open(store, market, not found.longsPayShorts)
    by_long: uint256 = interest._open_by(store, market, market.longToken, found.longsPayShorts)
    by_short: uint256 = interest._open_by(store, market, market.shortToken, found.longsPayShorts)
    in_long: uint256 = paid * by_long // payers
    in_short: uint256 = paid * by_short // payers
    fee: types.CollateralType = types.CollateralType(
        longToken=self._per_size(in_long, by_long, prices.longTokenPrice.max, True),
        shortToken=self._per_size(in_short, by_short, prices.shortTokenPrice.max, True),
    )
    gain: types.CollateralType = types.CollateralType(
        longToken=self._per_size(in_long, takers, prices.longTokenPrice.max, False),
        shortToken=self._per_size(in_short, takers, prices.shortTokenPrice.max, False),
    )
    if found.longsPayShorts:
        result.fundingFeeAmountPerSizeDelta.long = fee
        result.claimableFundingAmountPerSizeDelta.short = gain
    else:
        result.fundingFeeAmountPerSizeDelta.short = fee
        result.claimableFundingAmountPerSizeDelta.long = gain
    return result


@pure
@internal
def _per_size(usd: uint256, size: uint256, price: uint256, up: bool) -> uint256:
    if usd == 0 or size == 0:
        return 0
    # In two steps, as usd * 1e45 does not fit into a word.
    per_usd: uint256 = usd * 10**40 // size * 10**5
    return arithmetic._ceil(per_usd, price) if up else per_usd // price


@pure
@internal
def _amount(latest: uint256, entered: uint256, size: uint256, up: bool) -> uint256:
    """
    @return Token units for a position that entered at one state of the accumulator and is now at another.
    """
    grown: uint256 = (latest - entered) * size
    return arithmetic._ceil(grown, arithmetic.ONE * PER_SIZE) if up else grown // (arithmetic.ONE * PER_SIZE)


@view
@internal
def _stored(store: seams.DataStore, market: types.Market, name: bytes32) -> types.PositionType:
    return types.PositionType(
        long=self._stored_side(store, market, name, True), short=self._stored_side(store, market, name, False)
    )


@view
@internal
def _stored_side(store: seams.DataStore, market: types.Market, name: bytes32, is_long: bool) -> types.CollateralType:
    return types.CollateralType(
        longToken=staticcall store.getUint(keys._of_collateral(name, market.marketToken, market.longToken, is_long)),
        shortToken=staticcall store.getUint(keys._of_collateral(name, market.marketToken, market.shortToken, is_long)),
    )
