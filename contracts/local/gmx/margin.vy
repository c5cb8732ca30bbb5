# pragma version ~=0.4.3
"""
@title Profit, fees and margin of a position
@license MIT
"""


import borrowing
import funding
import impact
import interest
import keys
import arithmetic
import seams
import types


@view
@internal
def _pnl(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    size_delta: uint256,
) -> types.Pnl:
    """
    @return For the part that is closed, before and after all winners of the side share what the pool may pay.
    """
    size: uint256 = position.numbers.sizeInUsd
    tokens: uint256 = position.numbers.sizeInTokens
    is_long: bool = position.flags.isLong
    closed: uint256 = tokens
    if size_delta != size:
        closed = arithmetic._ceil(tokens * size_delta, size) if is_long else tokens * size_delta // size
    worth: int256 = convert(tokens * arithmetic._pick(prices.indexTokenPrice, not is_long), int256)
    entry: int256 = convert(size, int256)
    total: int256 = worth - entry if is_long else entry - worth
    capped: int256 = self._capped(store, market, prices, is_long, total)
    return types.Pnl(
        base=capped * convert(closed, int256) // convert(tokens, int256),
        uncapped=total * convert(closed, int256) // convert(tokens, int256),
        sizeDeltaInTokens=closed,
    )


@view
@internal
def _capped(
    store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool, total: int256
) -> int256:
    pool_pnl: int256 = interest._pool_pnl(store, market, prices.indexTokenPrice, is_long)
    if total <= 0 or pool_pnl <= 0:
        return total
    key: bytes32 = keccak256(
        abi_encode(keys.MAX_PNL_FACTOR, keys.MAX_PNL_FACTOR_FOR_TRADERS, market.marketToken, is_long)
    )
    pool: uint256 = interest._pool_usd(store, market, prices, is_long)
    most: int256 = convert(arithmetic._share(pool, staticcall store.getUint(key)), int256)
    if pool_pnl <= most:
        return total
    return total * (most // 10**18) // (pool_pnl // 10**18)


@view
@internal
def _fees(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    size_delta: uint256,
    improved: bool,
    ui_fee_receiver: address,
    liquidation: bool,
) -> types.PositionFees:
    fees: types.PositionFees = empty(types.PositionFees)
    price: types.Price = self._collateral_price(market, prices, position.addresses.collateralToken)
    fees.collateralTokenPrice = price
    fees.referral.trader = position.addresses.account
    fees.positionFeeFactor = interest._side(store, keys.POSITION_FEE_FACTOR, market, improved)
    fees.positionFeeAmount = arithmetic._share(size_delta, fees.positionFeeFactor) // price.min
    fees.protocolFeeAmount = fees.positionFeeAmount
    fees.positionFeeAmountForPool = fees.positionFeeAmount
    fees.funding = self._funding_fees(store, position, market, prices)
    fees.borrowing = self._borrowing_fees(store, position, market, prices, price)
    fees.ui = self._ui_fees(store, size_delta, ui_fee_receiver, price)
    if liquidation:
        fees.liquidation = self._liquidation_fees(store, market, size_delta, price)
    fees.feeAmountForPool = (
        fees.positionFeeAmount + fees.borrowing.borrowingFeeAmount + fees.liquidation.liquidationFeeAmount
    )
    fees.totalCostAmountExcludingFunding = fees.feeAmountForPool + fees.ui.uiFeeAmount
    fees.totalCostAmount = fees.totalCostAmountExcludingFunding + fees.funding.fundingFeeAmount
    return fees


@view
@internal
def _funding_fees(
    store: seams.DataStore, position: types.Position, market: types.Market, prices: types.MarketPrices
) -> types.FundingFees:
    grown: types.NextFunding = funding._next(store, market, prices)
    is_long: bool = position.flags.isLong
    fee: types.CollateralType = funding._stored_side(store, market, keys.FUNDING_FEE_AMOUNT_PER_SIZE, is_long)
    claim: types.CollateralType = funding._stored_side(store, market, keys.CLAIMABLE_FUNDING_AMOUNT_PER_SIZE, is_long)
    more_fee: types.CollateralType = grown.fundingFeeAmountPerSizeDelta.short
    more_claim: types.CollateralType = grown.claimableFundingAmountPerSizeDelta.short
    if is_long:
        more_fee = grown.fundingFeeAmountPerSizeDelta.long
        more_claim = grown.claimableFundingAmountPerSizeDelta.long
    latest: uint256 = fee.shortToken + more_fee.shortToken
    if position.addresses.collateralToken == market.longToken:
        latest = fee.longToken + more_fee.longToken
    return self._settled(
        position, latest, claim.longToken + more_claim.longToken, claim.shortToken + more_claim.shortToken
    )


@pure
@internal
def _settled(position: types.Position, fee: uint256, claim_long: uint256, claim_short: uint256) -> types.FundingFees:
    """
    @notice A position that is only being opened owes and earns nothing.
    """
    found: types.FundingFees = types.FundingFees(
        fundingFeeAmount=0,
        claimableLongTokenAmount=0,
        claimableShortTokenAmount=0,
        latestFundingFeeAmountPerSize=fee,
        latestLongTokenClaimableFundingAmountPerSize=claim_long,
        latestShortTokenClaimableFundingAmountPerSize=claim_short,
    )
    entered: types.PositionNumbers = position.numbers
    size: uint256 = entered.sizeInUsd
    if size != 0:
        found.fundingFeeAmount = funding._amount(fee, entered.fundingFeeAmountPerSize, size, True)
        found.claimableLongTokenAmount = funding._amount(
            claim_long, entered.longTokenClaimableFundingAmountPerSize, size, False
        )
        found.claimableShortTokenAmount = funding._amount(
            claim_short, entered.shortTokenClaimableFundingAmountPerSize, size, False
        )
    return found


@view
@internal
def _borrowing_fees(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    price: types.Price,
) -> types.BorrowingFees:
    fees: types.BorrowingFees = empty(types.BorrowingFees)
    if position.numbers.sizeInUsd == 0:
        return fees
    cumulative: uint256 = borrowing._next_cumulative(store, market, prices, position.flags.isLong)[0]
    fees.borrowingFeeUsd = arithmetic._share(position.numbers.sizeInUsd, cumulative - position.numbers.borrowingFactor)
    fees.borrowingFeeAmount = fees.borrowingFeeUsd // price.min
    return fees


@view
@internal
def _ui_fees(store: seams.DataStore, size_delta: uint256, receiver: address, price: types.Price) -> types.UiFees:
    fees: types.UiFees = empty(types.UiFees)
    if receiver == empty(address):
        return fees
    factor: uint256 = staticcall store.getUint(keys._of(keys.UI_FEE_FACTOR, receiver))
    fees.uiFeeReceiver = receiver
    fees.uiFeeReceiverFactor = min(factor, staticcall store.getUint(keys.MAX_UI_FEE_FACTOR))
    fees.uiFeeAmount = arithmetic._share(size_delta, fees.uiFeeReceiverFactor) // price.min
    return fees


@view
@internal
def _liquidation_fees(
    store: seams.DataStore, market: types.Market, size_delta: uint256, price: types.Price
) -> types.LiquidationFees:
    fees: types.LiquidationFees = empty(types.LiquidationFees)
    fees.liquidationFeeUsd = arithmetic._share(size_delta, interest._plain(store, keys.LIQUIDATION_FEE_FACTOR, market))
    fees.liquidationFeeAmount = arithmetic._ceil(fees.liquidationFeeUsd, price.min)
    return fees


@pure
@internal
def _collateral_price(market: types.Market, prices: types.MarketPrices, token: address) -> types.Price:
    if token == market.longToken:
        return prices.longTokenPrice
    if token != market.shortToken:
        raw_revert(
            abi_encode(
                market.marketToken, token, method_id=method_id("InvalidCollateralTokenForMarket(address,address)")
            )
        )
    return prices.shortTokenPrice


@view
@internal
def _collateral_factor(store: seams.DataStore, market: types.Market, is_long: bool, interest_delta: int256) -> uint256:
    """
    @notice Grows with the side's open interest.
    """
    slope: uint256 = interest._side(store, keys.MIN_COLLATERAL_FACTOR_FOR_OPEN_INTEREST_MULTIPLIER, market, is_long)
    grown: uint256 = arithmetic._share(arithmetic._plus(interest._open(store, market, is_long), interest_delta), slope)
    return max(grown, interest._plain(store, keys.MIN_COLLATERAL_FACTOR, market))


@view
@internal
def _liquidation(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    check_minimum: bool,
    for_liquidation: bool,
) -> (bool, String[32], types.Margin):
    """
    @notice The one rule, for the Reader, for what an order leaves behind and for liquidations.
    """
    size: uint256 = position.numbers.sizeInUsd
    gain: int256 = self._pnl(store, position, market, prices, size).base
    price: types.Price = self._collateral_price(market, prices, position.addresses.collateralToken)
    fees: types.PositionFees = self._fees(
        store, position, market, prices, size, False, empty(address), True
    )
    remaining: int256 = convert(position.numbers.collateralAmount * price.min, int256) + gain
    remaining += self._liquidation_impact(store, position, market, prices)
    remaining -= convert(fees.totalCostAmount * price.min, int256)
    factor: uint256 = interest._plain(store, keys.MIN_COLLATERAL_FACTOR_FOR_LIQUIDATION, market)
    if not for_liquidation:
        factor = interest._plain(store, keys.MIN_COLLATERAL_FACTOR, market)
    found: types.Margin = types.Margin(
        remainingCollateralUsd=remaining,
        minCollateralUsd=convert(staticcall store.getUint(keys.MIN_COLLATERAL_USD), int256),
        minCollateralUsdForLeverage=convert(arithmetic._share(size, factor), int256),
    )
    if check_minimum and remaining < found.minCollateralUsd:
        return True, "min collateral", found
    if remaining <= 0:
        return True, "< 0", found
    if remaining < found.minCollateralUsdForLeverage:
        return True, "min collateral for leverage", found
    return False, "", found


@view
@internal
def _liquidation_impact(
    store: seams.DataStore, position: types.Position, market: types.Market, prices: types.MarketPrices
) -> int256:
    """
    @notice Of closing it all: never a gain, and a loss only up to a share of the size.
    """
    size: uint256 = position.numbers.sizeInUsd
    usd: int256 = impact._usd(store, market, -convert(size, int256), position.flags.isLong)[0]
    pending: int256 = position.numbers.pendingImpactAmount
    usd += pending * convert(arithmetic._pick(prices.indexTokenPrice, pending < 0), int256)
    factor: uint256 = interest._plain(store, keys.MAX_POSITION_IMPACT_FACTOR_FOR_LIQUIDATIONS, market)
    return max(min(usd, 0), -convert(arithmetic._share(size, factor), int256))
