# pragma version ~=0.4.3
"""
@title What is told of a position that was changed
@license MIT
"""


import ledger
uses: ledger


import payout
import types


@internal
def _fees(
    name: String[48],
    position: types.Position,
    fees: types.PositionFees,
    size_delta: uint256,
    is_increase: bool,
    order_key: bytes32,
    position_key: bytes32,
):
    market: address = position.addresses.market
    extcall ledger.emitter.emit_log(
        name,
        [ledger._topic(market)],
        concat(
            "market,collateralToken,affiliate,trader,uiFeeReceiver;collateralTokenPrice.min,collateralTokenPrice.max,",
            "tradeSizeUsd,fundingFeeAmount,claimableLongTokenAmount,claimableShortTokenAmount,",
            "latestFundingFeeAmountPerSize,latestLongTokenClaimableFundingAmountPerSize,",
            "latestShortTokenClaimableFundingAmountPerSize,borrowingFeeUsd,borrowingFeeAmount,",
            "borrowingFeeReceiverFactor,borrowingFeeAmountForFeeReceiver,positionFeeFactor,protocolFeeAmount,",
            "positionFeeReceiverFactor,feeReceiverAmount,feeAmountForPool,positionFeeAmountForPool,positionFeeAmount,",
            "totalCostAmount,uiFeeReceiverFactor,uiFeeAmount;;isIncrease;orderKey,positionKey,referralCode;",
        ),
        abi_encode(
            market,
            position.addresses.collateralToken,
            fees.referral.affiliate,
            fees.referral.trader,
            fees.ui.uiFeeReceiver,
            fees.collateralTokenPrice.min,
            fees.collateralTokenPrice.max,
            size_delta,
            fees.funding,
            fees.borrowing,
            fees.positionFeeFactor,
            fees.protocolFeeAmount,
            fees.positionFeeReceiverFactor,
            fees.feeReceiverAmount,
            fees.feeAmountForPool,
            fees.positionFeeAmountForPool,
            fees.positionFeeAmount,
            fees.totalCostAmount,
            fees.ui.uiFeeReceiverFactor,
            fees.ui.uiFeeAmount,
            is_increase,
            order_key,
            position_key,
            fees.referral.referralCode,
        ),
    )


@internal
def _increase(
    position: types.Position,
    order: types.Order,
    priced: types.ExecutionPriceResult,
    fees: types.PositionFees,
    prices: types.MarketPrices,
    tokens: uint256,
    collateral_delta: int256,
    impact_delta: int256,
    key: bytes32,
    position_key: bytes32,
):
    numbers: types.PositionNumbers = position.numbers
    extcall ledger.emitter.emit_log(
        "PositionIncrease",
        [ledger._topic(position.addresses.account)],
        concat(
            "account,market,collateralToken;sizeInUsd,sizeInTokens,collateralAmount,borrowingFactor,",
            "fundingFeeAmountPerSize,longTokenClaimableFundingAmountPerSize,shortTokenClaimableFundingAmountPerSize,",
            "executionPrice,indexTokenPrice.max,indexTokenPrice.min,collateralTokenPrice.max,collateralTokenPrice.min,",
            "sizeDeltaUsd,sizeDeltaInTokens,orderType,increasedAtTime;collateralDeltaAmount,pendingPriceImpactUsd,",
            "pendingPriceImpactAmount;isLong;orderKey,positionKey;",
        ),
        abi_encode(
            position.addresses,
            numbers.sizeInUsd,
            numbers.sizeInTokens,
            numbers.collateralAmount,
            numbers.borrowingFactor,
            numbers.fundingFeeAmountPerSize,
            numbers.longTokenClaimableFundingAmountPerSize,
            numbers.shortTokenClaimableFundingAmountPerSize,
            priced.executionPrice,
            prices.indexTokenPrice.max,
            prices.indexTokenPrice.min,
            fees.collateralTokenPrice.max,
            fees.collateralTokenPrice.min,
            order.numbers.sizeDeltaUsd,
            tokens,
            order.numbers.orderType,
            numbers.increasedAtTime,
            collateral_delta,
            priced.priceImpactUsd,
            impact_delta,
            position.flags.isLong,
            key,
            position_key,
        ),
    )


@internal
def _decrease(
    before: types.Position,
    after: types.Position,
    order: types.Order,
    size_delta: uint256,
    priced: types.ExecutionPriceResult,
    pnl: types.Pnl,
    fees: types.PositionFees,
    prices: types.MarketPrices,
    key: bytes32,
    position_key: bytes32,
):
    numbers: types.PositionNumbers = after.numbers
    extcall ledger.emitter.emit_log(
        "PositionDecrease",
        [ledger._topic(after.addresses.account)],
        concat(
            "account,market,collateralToken;sizeInUsd,sizeInTokens,collateralAmount,borrowingFactor,",
            "fundingFeeAmountPerSize,longTokenClaimableFundingAmountPerSize,shortTokenClaimableFundingAmountPerSize,",
            "executionPrice,indexTokenPrice.max,indexTokenPrice.min,collateralTokenPrice.max,collateralTokenPrice.min,",
            "sizeDeltaUsd,sizeDeltaInTokens,collateralDeltaAmount,values.priceImpactDiffUsd,orderType,decreasedAtTime;",
            "priceImpactUsd,basePnlUsd,uncappedBasePnlUsd,proportionalPendingImpactUsd,totalImpactUsd;isLong;",
            "orderKey,positionKey;",
        ),
        abi_encode(
            after.addresses,
            numbers.sizeInUsd,
            numbers.sizeInTokens,
            numbers.collateralAmount,
            numbers.borrowingFactor,
            numbers.fundingFeeAmountPerSize,
            numbers.longTokenClaimableFundingAmountPerSize,
            numbers.shortTokenClaimableFundingAmountPerSize,
            priced.executionPrice,
            prices.indexTokenPrice.max,
            prices.indexTokenPrice.min,
            fees.collateralTokenPrice.max,
            fees.collateralTokenPrice.min,
            size_delta,
            pnl.sizeDeltaInTokens,
            before.numbers.collateralAmount - numbers.collateralAmount,
            priced.priceImpactDiffUsd,
            order.numbers.orderType,
            numbers.decreasedAtTime,
            priced.priceImpactUsd,
            pnl.base,
            pnl.uncapped,
            priced.proportionalPendingImpactUsd,
            priced.totalImpactUsd,
            after.flags.isLong,
            key,
            position_key,
        ),
    )


@internal
def _insolvency(position: types.Position, pnl: types.Pnl, till: payout.Till, key: bytes32):
    extcall ledger.emitter.emit_reason(
        "InsolventClose",
        [],
        ";positionCollateralAmount,remainingCostUsd;basePnlUsd;;orderKey;",
        abi_encode(position.numbers.collateralAmount, till.missing_usd, pnl.base, key),
        till.failed_step,
        "step",
        b"",
    )
