"""The errors of the exchange that a hedger can meet, each with its class and one sentence. Errors.sol.

A new one is two lines: the error, and the sentence indented. What a class means for the next try is in reverts.py.
"""

from enum import StrEnum


class Kind(StrEnum):
    PRICE = "PRICE"
    """The price was not to be had."""
    CAPACITY = "CAPACITY"
    """The market takes no more of it."""
    MARGIN = "MARGIN"
    """The collateral does not carry the position."""
    EXPIRED = "EXPIRED"
    """Too early or too late for it."""
    SIZE = "SIZE"
    """The size, or what it is a size of, is not what the chain has."""
    DISABLED = "DISABLED"
    """The exchange has switched it off."""
    ORACLE = "ORACLE"
    """The keeper's prices were not usable."""
    FEE = "FEE"
    """The keeper's fee or gas was not enough."""
    DELEGATION = "DELEGATION"
    """The account has not allowed it."""
    OTHER = "OTHER"
    """The call itself is wrong, or is of a kind that is none of ours."""


ERRORS: dict[Kind, str] = {
    Kind.PRICE: """
OrderNotFulfillableAtAcceptablePrice(uint256 price, uint256 acceptablePrice)
    the price with its impact was worse than the order accepts
NegativeExecutionPrice(int256 executionPrice, uint256 price, uint256 positionSizeInUsd, int256 priceImpactUsd,
uint256 sizeDeltaUsd)
    the impact would have been more than the whole price
PriceImpactLargerThanOrderSize(int256 priceImpactUsd, uint256 sizeDeltaUsd)
    the impact would have been more than the order
InsufficientOutputAmount(uint256 outputAmount, uint256 minOutputAmount)
    less would have been paid out than the order accepts
InsufficientSwapOutputAmount(uint256 outputAmount, uint256 minOutputAmount)
    a swap would have brought less than the order accepts
InvalidOrderPrices(uint256 primaryPriceMin, uint256 primaryPriceMax, uint256 triggerPrice, uint256 orderType)
    the trigger price is not reached: the order waits
""",
    Kind.CAPACITY: """
InsufficientReserve(uint256 reservedUsd, uint256 maxReservedUsd)
    the pool does not back that many positions of this side
InsufficientReserveForOpenInterest(uint256 reservedUsd, uint256 maxReservedUsd)
    the pool does not back that much open interest of this side
MaxOpenInterestExceeded(uint256 openInterest, uint256 maxOpenInterest)
    the market's limit of open interest is reached
MaxCollateralSumExceeded(uint256 collateralSum, uint256 maxCollateralSum)
    the market's limit of this collateral is reached
MaxPoolAmountExceeded(uint256 poolAmount, uint256 maxPoolAmount)
    the pool's limit of this token is reached
PnlFactorExceededForLongs(int256 pnlToPoolFactor, uint256 maxPnlFactor)
    longs have won more than the pool pays out
PnlFactorExceededForShorts(int256 pnlToPoolFactor, uint256 maxPnlFactor)
    shorts have won more than the pool pays out
UnableToGetBorrowingFactorEmptyPoolUsd()
    the market's pool is empty
MaxAutoCancelOrdersExceeded(uint256 count, uint256 maxAutoCancelOrders)
    the position has as many orders that end with it as the exchange allows: cancel some
""",
    Kind.MARGIN: """
InsufficientCollateralUsd(int256 remainingCollateralUsd)
    what would be left as collateral is below the exchange's minimum
InsufficientCollateralAmount(uint256 collateralAmount, int256 collateralDeltaAmount)
    more collateral would be taken out than there is
LiquidatablePosition(string reason, int256 remainingCollateralUsd, int256 minCollateralUsd,
int256 minCollateralUsdForLeverage)
    the position would be up for liquidation afterwards: add collateral
PositionShouldNotBeLiquidated(string reason, int256 remainingCollateralUsd, int256 minCollateralUsd,
int256 minCollateralUsdForLeverage)
    the position is not up for liquidation
UnableToWithdrawCollateral(int256 estimatedRemainingCollateralUsd)
    what would be left as collateral does not carry what is left of the position
InsufficientFundsToPayForCosts(uint256 remainingCostUsd, string step)
    the collateral does not pay for losses and fees: an order cannot close it, a liquidation will
""",
    Kind.EXPIRED: """
RequestNotYetCancellable(uint256 requestAge, uint256 requestExpirationAge, string requestType)
    a market order can be cancelled only when no keeper has taken it for a while
OracleTimestampsAreLargerThanRequestExpirationTime(uint256 maxOracleTimestamp, uint256 requestTimestamp,
uint256 requestExpirationTime)
    the order is too old to be executed: cancel it to get its collateral back
OrderValidFromTimeNotReached(uint256 validFromTime, uint256 currentTimestamp)
    the order is not valid yet
EmptyOrder()
    there is no such order any more: it was executed or cancelled
""",
    Kind.SIZE: """
EmptyPosition()
    there is no such position: closed, liquidated, or with another collateral
InvalidDecreaseOrderSize(uint256 sizeDeltaUsd, uint256 positionSizeInUsd)
    the order reduces by more than the position has
MinPositionSize(uint256 positionSizeInUsd, uint256 minPositionSizeUsd)
    the position would be smaller than the exchange keeps
InvalidPositionSizeValues(uint256 sizeInUsd, uint256 sizeInTokens)
    the position would have a size in dollars but not in coins, or the other way round
EmptySizeDeltaInTokens()
    the order is smaller than the smallest unit of the coin
""",
    Kind.DISABLED: """
DisabledMarket(address market)
    the exchange has closed this market
DisabledFeature(bytes32 key)
    the exchange has switched this function off
Unauthorized(address msgSender, string role)
    the caller has no right to this: not the order's account, or a contract that was retired
""",
    Kind.ORACLE: """
EmptyPrimaryPrice(address token)
    the keeper gave no price for a token
EmptyMarketPrice(address market)
    no prices were given for a market with a position
OracleTimestampsAreSmallerThanRequired(uint256 minOracleTimestamp, uint256 expectedTimestamp)
    the keeper's prices are older than the order
MaxPriceAgeExceeded(uint256 oracleTimestamp, uint256 currentTimestamp)
    the keeper's prices are too old
MaxRefPriceDeviationExceeded(address token, uint256 price, uint256 refPrice,
uint256 maxRefPriceDeviationFactor)
    the keeper's price is too far from the reference feed
InvalidOracleProvider(address provider)
    the keeper's prices came from a provider that the exchange does not accept
InvalidOracleProviderForToken(address provider, address expectedProvider)
    the keeper's prices came from a provider that the exchange does not accept
SequencerDown()
    the chain's sequencer was down: prices are not trusted yet
""",
    Kind.FEE: """
InsufficientExecutionFee(uint256 minExecutionFee, uint256 executionFee)
    the execution fee is below the minimum at this gas price
InsufficientWntAmountForExecutionFee(uint256 wntAmount, uint256 executionFee)
    less was sent to the vault than the execution fee
InvalidExecutionFee(uint256 executionFee, uint256 minExecutionFee, uint256 maxExecutionFee)
    the execution fee is not between the exchange's bounds
InsufficientExecutionGas(uint256 startingGas, uint256 estimatedGasLimit, uint256 minAdditionalGasForExecution)
    the keeper sent too little gas
""",
    Kind.DELEGATION: """
SubaccountNotAuthorized(address account, address subaccount)
    the account has not added the operator as its subaccount
MaxSubaccountActionCountExceeded(address account, address subaccount, uint256 count, uint256 maxCount)
    the operator has used up the number of actions that the account allowed
SubaccountApprovalExpired(address account, address subaccount, uint256 deadline, uint256 currentTimestamp)
    the account's delegation to the operator has expired
InvalidReceiverForSubaccountOrder(address receiver, address expectedReceiver)
    an operator's order must pay out to the account
InvalidCancellationReceiverForSubaccountOrder(address cancellationReceiver,
address expectedCancellationReceiver)
    an operator's order must give its collateral back to the account
SubaccountIntegrationIdDisabled(bytes32 integrationId)
    the exchange has switched off the integration that the delegation is marked with
NonEmptyExternalCallsForSubaccountOrder()
    an operator's order may make no external calls
TokenTransferError(address token, address receiver, uint256 amount)
    a token could not be transferred: look at allowance and balance
""",
    Kind.OTHER: """
EmptyMarket()
    there is no such market
MarketNotFound(address key)
    there is no such market
UnexpectedMarket()
    a market is named where none belongs
InvalidPositionMarket(address market)
    the market has no positions: it only swaps
InvalidCollateralTokenForMarket(address market, address token)
    the market does not take this token as collateral
OrderNotUpdatable(uint256 orderType)
    a market order cannot be changed
OrderTypeCannotBeCreated(uint256 orderType)
    only the exchange creates orders of this type
UnsupportedOrderType(uint256 orderType)
    the exchange does not know this type of order
UnexpectedValidFromTime(uint256 orderType)
    a market order must be valid at once
MaxCallbackGasLimitExceeded(uint256 callbackGasLimit, uint256 maxCallbackGasLimit)
    the order's callback asks for too much gas
MaxSwapPathLengthExceeded(uint256 swapPathLengh, uint256 maxSwapPathLength)
    the swap path is too long
DuplicatedMarketInSwapPath(address market)
    a market stands twice in the swap path
InvalidSwapMarket(address market)
    a market of the swap path does not swap
MaxDataListLengthExceeded(uint256 dataLength, uint256 maxDataLength)
    the order carries too much data
EmptyReceiver()
    the order names no receiver
InvalidReceiver(address receiver)
    the order names a receiver that is not allowed
EmptyAccount()
    the order names no account
EmptyAddressInMarketTokenBalanceValidation(address market, address token)
    a market's balances could not be checked
InvalidKeeperForFrozenOrder(address keeper)
    only some keepers execute frozen orders
InvalidNativeTokenSender(address msgSender)
    the chain's coin came from where it must not
EndOfOracleSimulation()
    the simulation reached its end: the order would be executed
InvalidTwapCount(uint256 twapCount)
    an order in parts has a wrong number of parts
InvalidInterval(uint256 interval)
    an order in parts has a wrong interval
ExternalCallFailed(bytes data)
    a call to another contract failed
InvalidExternalCallTarget(address target)
    a call goes to what is no contract
InvalidExternalReceiversInput(uint256 refundTokensLength, uint256 refundReceiversLength)
    not every refund has its receiver
InvalidSubaccountApprovalNonce(uint256 storedNonce, uint256 nonce)
    a signed order for a relayer was not accepted; this program sends none
SubaccountApprovalDeadlinePassed(uint256 currentTimestamp, uint256 deadline)
    a signed order for a relayer was not accepted; this program sends none
InvalidSignature(string signatureType)
    a signed order for a relayer was not accepted; this program sends none
InvalidRecoveredSigner(string signatureType, address recovered, address recoveredFromMinified,
address expectedSigner)
    a signed order for a relayer was not accepted; this program sends none
InvalidUserDigest(bytes32 digest)
    a signed order for a relayer was not accepted; this program sends none
InsufficientRelayFee(uint256 requiredRelayFee, uint256 availableFeeAmount)
    a signed order for a relayer was not accepted; this program sends none
DeadlinePassed(uint256 currentTimestamp, uint256 deadline)
    a signed order for a relayer was not accepted; this program sends none
InvalidPermitSpender(address spender, address expectedSpender)
    a signed order for a relayer was not accepted; this program sends none
TokenPermitsNotAllowedForMultichain()
    a signed order for a relayer was not accepted; this program sends none
Error(string message)
    the contract refused
Panic(uint256 code)
    the contract's arithmetic failed (17: a number out of range)
""",
}

STRINGS: tuple[tuple[str, Kind, str], ...] = (
    (
        "ERC20: insufficient allowance",
        Kind.DELEGATION,
        "the account has approved less to the exchange's Router than the order takes",
    ),
    (
        "ERC20: transfer amount exceeds allowance",
        Kind.DELEGATION,
        "the account has approved less to the exchange's Router than the order takes",
    ),
    ("ERC20: transfer amount exceeds balance", Kind.MARGIN, "the account holds less than the order takes"),
    (
        "Invalid state: negative collateralSum",
        Kind.MARGIN,
        "costs and impact would take more than all the collateral that there is",
    ),
)
"""Of Error(string): what the tokens and the exchange's own checks say in words."""
