# pragma version ~=0.4.3
"""
@title What the exchange's functions take and return
@license MIT
@notice Field for field the layout of GMX v2.2. Prices are USD per smallest token unit, USD and factors are scaled
    by 1e30.
"""


MAX_SWAPS: constant(uint256) = 8
MAX_DATA: constant(uint256) = 32
MAX_TOKENS: constant(uint256) = 8


struct Price:
    min: uint256
    max: uint256


struct MarketPrices:
    indexTokenPrice: Price
    longTokenPrice: Price
    shortTokenPrice: Price


struct Market:
    marketToken: address
    indexToken: address
    longToken: address
    shortToken: address


struct PositionAddresses:
    account: address
    market: address
    collateralToken: address


struct PositionNumbers:
    sizeInUsd: uint256
    sizeInTokens: uint256
    collateralAmount: uint256
    pendingImpactAmount: int256
    borrowingFactor: uint256
    fundingFeeAmountPerSize: uint256
    longTokenClaimableFundingAmountPerSize: uint256
    shortTokenClaimableFundingAmountPerSize: uint256
    increasedAtTime: uint256
    decreasedAtTime: uint256


struct PositionFlags:
    isLong: bool


struct Position:
    addresses: PositionAddresses
    numbers: PositionNumbers
    flags: PositionFlags


struct OrderAddresses:
    account: address
    receiver: address
    cancellationReceiver: address
    callbackContract: address
    uiFeeReceiver: address
    market: address
    initialCollateralToken: address
    swapPath: DynArray[address, MAX_SWAPS]


struct OrderNumbers:
    orderType: uint8
    decreasePositionSwapType: uint8
    sizeDeltaUsd: uint256
    initialCollateralDeltaAmount: uint256
    triggerPrice: uint256
    acceptablePrice: uint256
    executionFee: uint256
    callbackGasLimit: uint256
    minOutputAmount: uint256
    updatedAtTime: uint256
    validFromTime: uint256
    srcChainId: uint256


struct OrderFlags:
    isLong: bool
    shouldUnwrapNativeToken: bool
    isFrozen: bool
    autoCancel: bool


struct Order:
    addresses: OrderAddresses
    numbers: OrderNumbers
    flags: OrderFlags
    dataList: DynArray[bytes32, MAX_DATA]


struct CreateOrderAddresses:
    receiver: address
    cancellationReceiver: address
    callbackContract: address
    uiFeeReceiver: address
    market: address
    initialCollateralToken: address
    swapPath: DynArray[address, MAX_SWAPS]


struct CreateOrderNumbers:
    sizeDeltaUsd: uint256
    initialCollateralDeltaAmount: uint256
    triggerPrice: uint256
    acceptablePrice: uint256
    executionFee: uint256
    callbackGasLimit: uint256
    minOutputAmount: uint256
    validFromTime: uint256


struct CreateOrderParams:
    addresses: CreateOrderAddresses
    numbers: CreateOrderNumbers
    orderType: uint8
    decreasePositionSwapType: uint8
    isLong: bool
    shouldUnwrapNativeToken: bool
    autoCancel: bool
    referralCode: bytes32
    dataList: DynArray[bytes32, MAX_DATA]


struct SetPricesParams:
    tokens: DynArray[address, MAX_TOKENS]
    providers: DynArray[address, MAX_TOKENS]
    data: DynArray[Bytes[256], MAX_TOKENS]


struct SimulatePricesParams:
    primaryTokens: DynArray[address, MAX_TOKENS]
    primaryPrices: DynArray[Price, MAX_TOKENS]
    minTimestamp: uint256
    maxTimestamp: uint256


struct ValidatedPrice:
    token: address
    min: uint256
    max: uint256
    timestamp: uint256
    provider: address


struct CollateralType:
    longToken: uint256
    shortToken: uint256


struct PositionType:
    long: CollateralType
    short: CollateralType


struct NextFunding:
    longsPayShorts: bool
    fundingFactorPerSecond: uint256
    nextSavedFundingFactorPerSecond: int256
    fundingFeeAmountPerSizeDelta: PositionType
    claimableFundingAmountPerSizeDelta: PositionType


struct ExecutionPriceResult:
    priceImpactUsd: int256
    executionPrice: uint256
    balanceWasImproved: bool
    proportionalPendingImpactUsd: int256
    totalImpactUsd: int256
    priceImpactDiffUsd: uint256


struct ReferralFees:
    referralCode: bytes32
    affiliate: address
    trader: address
    totalRebateFactor: uint256
    affiliateRewardFactor: uint256
    adjustedAffiliateRewardFactor: uint256
    traderDiscountFactor: uint256
    totalRebateAmount: uint256
    traderDiscountAmount: uint256
    affiliateRewardAmount: uint256


struct ProFees:
    traderTier: uint256
    traderDiscountFactor: uint256
    traderDiscountAmount: uint256


struct FundingFees:
    fundingFeeAmount: uint256
    claimableLongTokenAmount: uint256
    claimableShortTokenAmount: uint256
    latestFundingFeeAmountPerSize: uint256
    latestLongTokenClaimableFundingAmountPerSize: uint256
    latestShortTokenClaimableFundingAmountPerSize: uint256


struct BorrowingFees:
    borrowingFeeUsd: uint256
    borrowingFeeAmount: uint256
    borrowingFeeReceiverFactor: uint256
    borrowingFeeAmountForFeeReceiver: uint256


struct UiFees:
    uiFeeReceiver: address
    uiFeeReceiverFactor: uint256
    uiFeeAmount: uint256


struct LiquidationFees:
    liquidationFeeUsd: uint256
    liquidationFeeAmount: uint256
    liquidationFeeReceiverFactor: uint256
    liquidationFeeAmountForFeeReceiver: uint256


struct PositionFees:
    referral: ReferralFees
    pro: ProFees
    funding: FundingFees
    borrowing: BorrowingFees
    ui: UiFees
    liquidation: LiquidationFees
    collateralTokenPrice: Price
    positionFeeFactor: uint256
    protocolFeeAmount: uint256
    positionFeeReceiverFactor: uint256
    feeReceiverAmount: uint256
    feeAmountForPool: uint256
    positionFeeAmountForPool: uint256
    positionFeeAmount: uint256
    totalCostAmountExcludingFunding: uint256
    totalCostAmount: uint256
    totalDiscountAmount: uint256


struct Pnl:
    base: int256
    uncapped: int256
    sizeDeltaInTokens: uint256


struct Margin:
    remainingCollateralUsd: int256
    minCollateralUsd: int256
    minCollateralUsdForLeverage: int256


struct PositionInfo:
    positionKey: bytes32
    position: Position
    fees: PositionFees
    executionPriceResult: ExecutionPriceResult
    basePnlUsd: int256
    uncappedBasePnlUsd: int256
    pnlAfterPriceImpactUsd: int256
