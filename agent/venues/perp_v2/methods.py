"""The contract methods and events that this venue uses, by contract."""

from agent.evm import Method, topic

WAD = 18
"""Decimals of sizes, prices and virtual coins."""
PARTS = 6
"""Decimals of ratios: 1e6 is 100 %."""
NO_REFERRAL = bytes(32)


class ClearingHouse:
    PAUSED = Method("paused()", "bool")
    _ORDER = "(address,bool,bool,uint256,uint256,uint256,uint160,bytes32)"
    """baseToken, isBaseToQuote, isExactInput, amount, oppositeAmountBound, deadline, sqrtPriceLimitX96, referral."""
    OPEN = Method(f"openPosition({_ORDER})", "uint256", "uint256")
    OPEN_FOR = Method(f"openPositionFor(address,{_ORDER})", "uint256", "uint256", "uint256")
    CLOSE = Method("closePosition((address,uint160,uint256,uint256,bytes32))", "uint256", "uint256")
    POSITION_CHANGED = topic("PositionChanged(address,address,int256,int256,uint256,int256,int256,uint256)")
    POSITION_LIQUIDATED = topic("PositionLiquidated(address,address,uint256,uint256,uint256,address)")


class Config:
    INITIAL_MARGIN = Method("getImRatio()", "uint24")
    MAINTENANCE_MARGIN = Method("getMmRatio()", "uint24")
    MAX_FUNDING = Method("getMaxFundingRate()", "uint24")
    TWAP_INTERVAL = Method("getTwapInterval()", "uint32")


class AccountBalance:
    SIZE = Method("getTakerPositionSize(address,address)", "int256")
    OPEN_NOTIONAL = Method("getTakerOpenNotional(address,address)", "int256")
    MARK = Method("getMarkPrice(address)", "uint256")
    BASE_TOKENS = Method("getBaseTokens(address)", "address[]")
    HAS_ORDER = Method("hasOrder(address)", "bool")


class Exchange:
    MARKET_TWAP = Method("getSqrtMarketTwapX96(address,uint32)", "uint160")
    MAX_TICKS = Method("getMaxTickCrossedWithinBlock(address)", "uint24")


class MarketRegistry:
    MARKET = Method("getMarketInfoByTrader(address,address)", "address", "uint24", "uint24", "uint24", "uint24")
    """pool, exchange fee, pool fee, insurance share of the fee, largest spread to the index (1e6 = 100 %)."""


class BaseToken:
    INDEX = Method("getIndexPrice(uint256)", "uint256")
    IS_OPEN = Method("isOpen()", "bool")


class Vault:
    PAUSED = Method("paused()", "bool")
    ACCOUNT_VALUE = Method("getAccountValue(address)", "int256")
    FREE = Method("getFreeCollateral(address)", "uint256")
    """What opens more: the smaller of collateral and account value, less the initial margin; never below 0."""
    WITHDRAWABLE = Method("getFreeCollateralByToken(address,address)", "uint256")
    DEPOSIT = Method("deposit(address,uint256)")
    DEPOSIT_FOR = Method("depositFor(address,address,uint256)")
    WITHDRAW = Method("withdraw(address,uint256)")
    DEPOSITED = topic("Deposited(address,address,uint256)")
    WITHDRAWN = topic("Withdrawn(address,address,uint256)")


class DelegateApproval:
    MAY_OPEN = Method("canOpenPositionFor(address,address)", "bool")
    APPROVE = Method("approve(address,uint8)")
    REVOKE = Method("revoke(address,uint8)")
    OPEN_POSITION = 1
    """The one action bit we ask for: open and reduce. 2 and 4 would let a delegate move liquidity."""


class Pool:
    SLOT0 = Method("slot0()", "uint160", "int24", "uint16", "uint16", "uint16", "uint8", "bool")
    LIQUIDITY = Method("liquidity()", "uint128")


class Erc20:
    BALANCE = Method("balanceOf(address)", "uint256")
    DECIMALS = Method("decimals()", "uint8")
    APPROVE = Method("approve(address,uint256)", "bool")
