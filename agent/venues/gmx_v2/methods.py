"""The contract methods that a hedger and its tests use and that no release has changed, by contract.

What the reader answers in changing layouts is in layouts.py.
"""

from agent.venues.gmx_v2.abi import Function, Named, View, fill, many, one
from agent.venues.gmx_v2.layouts import EXECUTION_STRUCT, MARKET_STRUCT, PRICE_STRUCT, PRICES_STRUCT
from agent.venues.gmx_v2.structs import ExecutionPrice, Liquidatable, MarketProps, MarketTokenPrice, OraclePrice

_CREATE = (
    "((address receiver, address cancellationReceiver, address callbackContract, address uiFeeReceiver, "
    "address market, address initialCollateralToken, address[] swapPath) addresses, "
    "(uint256 sizeDeltaUsd, uint256 initialCollateralDeltaAmount, uint256 triggerPrice, uint256 acceptablePrice, "
    "uint256 executionFee, uint256 callbackGasLimit, uint256 minOutputAmount, uint256 validFromTime) numbers, "
    "uint8 orderType, uint8 decreasePositionSwapType, bool isLong, bool shouldUnwrapNativeToken, bool autoCancel, "
    "bytes32 referralCode, bytes32[] dataList) params"
)
_UPDATE = (
    "bytes32 key, uint256 sizeDeltaUsd, uint256 acceptablePrice, uint256 triggerPrice, uint256 minOutputAmount, "
    "uint256 validFromTime, bool autoCancel"
)
_SIMULATE = (
    f"(address[] primaryTokens, {PRICE_STRUCT}[] primaryPrices, uint256 minTimestamp, uint256 maxTimestamp) "
    "simulatedOracleParams"
)
_ORACLE = "(address[] tokens, address[] providers, bytes[] data) oracleParams"
_POOL = (
    "(int256 poolValue, int256 longPnl, int256 shortPnl, int256 netPnl, uint256 longTokenAmount, "
    "uint256 shortTokenAmount, uint256 longTokenUsd, uint256 shortTokenUsd, uint256 totalBorrowingFees, "
    "uint256 borrowingFeePoolFactor, uint256 impactPoolAmount, uint256 lentImpactPoolAmount)"
)
_MARGINS = "(int256 remainingCollateralUsd, int256 minCollateralUsd, int256 minCollateralUsdForLeverage)"

_SIMULATE_LATEST = Function(f"simulateExecuteLatestOrder({_SIMULATE})")
_DATA_STORE = Function("dataStore() returns (address)")
_EVENT_EMITTER = Function("eventEmitter() returns (address)")
_ORDER_HANDLER = Function("orderHandler() returns (address)")
_ORDER_VAULT = Function("orderVault() returns (address)")
_ROLE_STORE = Function("roleStore() returns (address)")
_ROUTER = Function("router() returns (address)")


def _liquidatable(answer: tuple[bool, str, Named]) -> Liquidatable:
    liquidatable, reason, margins = answer
    return fill(Liquidatable, {"liquidatable": liquidatable, "reason": reason, **margins})


def _market_token_price(answer: tuple[int, Named]) -> MarketTokenPrice:
    price, pool = answer
    return fill(MarketTokenPrice, {"price": price, **pool})


class Reader:
    """Beside what a Layout has."""

    MARKETS = View(
        f"getMarkets(address dataStore, uint256 start, uint256 end) returns ({MARKET_STRUCT}[])", many(MarketProps)
    )
    MARKET = View(f"getMarket(address dataStore, address key) returns ({MARKET_STRUCT})", one(MarketProps))
    EXECUTION_PRICE = View(
        f"getExecutionPrice(address dataStore, address marketKey, {PRICES_STRUCT} prices, uint256 positionSizeInUsd, "
        "uint256 positionSizeInTokens, int256 sizeDeltaUsd, int256 pendingImpactAmount, bool isLong) "
        f"returns ({EXECUTION_STRUCT})",
        one(ExecutionPrice),
    )
    """A positive size delta increases."""
    LIQUIDATABLE = View(
        "isPositionLiquidatable(address dataStore, address referralStorage, bytes32 positionKey, "
        f"{MARKET_STRUCT} market, {PRICES_STRUCT} prices, bool shouldValidateMinCollateralUsd, bool forLiquidation) "
        f"returns (bool, string, {_MARGINS})",
        _liquidatable,
    )
    """With both flags true it is what a liquidation keeper's transaction checks."""
    MARKET_TOKEN_PRICE = View(
        f"getMarketTokenPrice(address dataStore, {MARKET_STRUCT} market, {PRICE_STRUCT} indexTokenPrice, "
        f"{PRICE_STRUCT} longTokenPrice, {PRICE_STRUCT} shortTokenPrice, bytes32 pnlFactorType, bool maximize) "
        f"returns (int256, {_POOL})",
        _market_token_price,
    )


class DataStore:
    """Read through keys.py. Setting takes the role CONTROLLER."""

    UINT = Function("getUint(bytes32 key) returns (uint256)")
    INT = Function("getInt(bytes32 key) returns (int256)")
    BOOL = Function("getBool(bytes32 key) returns (bool)")
    ADDRESS = Function("getAddress(bytes32 key) returns (address)")
    BYTES32 = Function("getBytes32(bytes32 key) returns (bytes32)")
    CONTAINS = Function("containsAddress(bytes32 setKey, address value) returns (bool)")
    ADDRESS_COUNT = Function("getAddressCount(bytes32 setKey) returns (uint256)")
    BYTES32_COUNT = Function("getBytes32Count(bytes32 setKey) returns (uint256)")
    BYTES32S = Function("getBytes32ValuesAt(bytes32 setKey, uint256 start, uint256 end) returns (bytes32[])")
    SET_BOOL = Function("setBool(bytes32 key, bool value) returns (bool)")
    SET_ADDRESS = Function("setAddress(bytes32 key, address value) returns (address)")


class RoleStore:
    HAS_ROLE = Function("hasRole(address account, bytes32 roleKey) returns (bool)")
    MEMBERS = Function("getRoleMembers(bytes32 roleKey, uint256 start, uint256 end) returns (address[])")


class Router:
    """What the exchange router and the subaccount router have in common."""

    MULTICALL = Function("multicall(bytes[] data) returns (bytes[] results)")
    SEND_WNT = Function("sendWnt(address receiver, uint256 amount)")
    SEND_TOKENS = Function("sendTokens(address token, address receiver, uint256 amount)")
    SEND_NATIVE = Function("sendNativeToken(address receiver, uint256 amount)")
    UPDATE_ORDER = Function(f"updateOrder({_UPDATE})")
    CANCEL_ORDER = Function("cancelOrder(bytes32 key)")
    DATA_STORE = _DATA_STORE
    EVENT_EMITTER = _EVENT_EMITTER
    ORDER_HANDLER = _ORDER_HANDLER
    ROLE_STORE = _ROLE_STORE
    ROUTER = _ROUTER
    """The contract that spends what the account has approved."""


class ExchangeRouter(Router):
    CREATE_ORDER = Function(f"createOrder({_CREATE}) returns (bytes32)")
    CLAIM_FUNDING_FEES = Function(
        "claimFundingFees(address[] markets, address[] tokens, address receiver) returns (uint256[])"
    )
    SIMULATE_LATEST_ORDER = _SIMULATE_LATEST
    """Of 2.2 alone; later releases have a router of its own for it. It always reverts, with the verdict."""
    MAKE_EXTERNAL_CALLS = Function(
        "makeExternalCalls(address[] externalCallTargets, bytes[] externalCallDataList, address[] refundTokens, "
        "address[] refundReceivers)"
    )
    """What fails there comes back inside of ExternalCallFailed."""
    EXTERNAL_HANDLER = Function("externalHandler() returns (address)")


class SimulationRouter:
    """From 2.2c on."""

    SIMULATE_LATEST_ORDER = _SIMULATE_LATEST


class SubaccountRouter(Router):
    """What the account lets the operator do for it; the calls that set it are the account's own."""

    ADD = Function("addSubaccount(address subaccount)")
    REMOVE = Function("removeSubaccount(address subaccount)")
    SET_MAX_ACTIONS = Function(
        "setMaxAllowedSubaccountActionCount(address subaccount, bytes32 actionType, uint256 maxAllowedCount)"
    )
    SET_EXPIRES_AT = Function("setSubaccountExpiresAt(address subaccount, bytes32 actionType, uint256 expiresAt)")
    CREATE_ORDER = Function(f"createOrder(address account, {_CREATE}) returns (bytes32)")


class OrderHandler:
    """Executing takes the role ORDER_KEEPER."""

    EXECUTE = Function(f"executeOrder(bytes32 key, {_ORACLE})")
    ORACLE = Function("oracle() returns (address)")
    ORDER_VAULT = _ORDER_VAULT
    REFERRAL_STORAGE = Function("referralStorage() returns (address)")
    DATA_STORE = _DATA_STORE
    EVENT_EMITTER = _EVENT_EMITTER
    ROLE_STORE = _ROLE_STORE
    SWAP_HANDLER = Function("swapHandler() returns (address)")


class LiquidationHandler:
    """Takes the role LIQUIDATION_KEEPER."""

    EXECUTE = Function(
        f"executeLiquidation(address account, address market, address collateralToken, bool isLong, {_ORACLE})"
    )


class OracleProvider:
    """What the oracle asks for each price of an execution."""

    PRICE = View(
        "getOraclePrice(address token, bytes data) "
        "returns ((address token, uint256 min, uint256 max, uint256 timestamp, address provider))",
        one(OraclePrice),
    )
    SHOULD_ADJUST_TIMESTAMP = Function("shouldAdjustTimestamp() returns (bool)")
    IS_CHAINLINK_ON_CHAIN = Function("isChainlinkOnChainProvider() returns (bool)")
    """True skips the check against the reference feed."""


class Erc20:
    APPROVE = Function("approve(address spender, uint256 amount) returns (bool)")
    ALLOWANCE = Function("allowance(address owner, address spender) returns (uint256)")
    BALANCE = Function("balanceOf(address account) returns (uint256)")
    DECIMALS = Function("decimals() returns (uint8)")
