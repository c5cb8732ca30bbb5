"""How each release of the exchange lays out what its reader answers, and which of its routers does dry runs.

A new release is a name in versions.py and a row in LAYOUTS. The selectors stay the same when a struct changes, so a
call never tells which layout answers; the length of the answer does, unless it is an empty list. The order under key
0, which never exists, is answered with zeros and has its whole length: it tells the live layout from the others on an
empty account. A position, anybody's, tells 2.2 from the later ones.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from agent.errors import Mismatch
from agent.model import Address, value
from agent.venues.gmx_v2.abi import View, many, one
from agent.venues.gmx_v2.structs import MarketInfo, OrderInfo, OrderProps, PositionInfo, PositionProps
from agent.venues.gmx_v2.versions import Version, known_version

T = TypeVar("T")

NO_ORDER = bytes(32)
"""A key that no order has; reading it shows the layout of orders."""

PRICE_STRUCT = "(uint256 min, uint256 max)"
PRICES_STRUCT = f"({PRICE_STRUCT} indexTokenPrice, {PRICE_STRUCT} longTokenPrice, {PRICE_STRUCT} shortTokenPrice)"
MARKET_STRUCT = "(address marketToken, address indexToken, address longToken, address shortToken)"
EXECUTION_STRUCT = (
    "(int256 priceImpactUsd, uint256 executionPrice, bool balanceWasImproved, int256 proportionalPendingImpactUsd, "
    "int256 totalImpactUsd, uint256 priceImpactDiffUsd)"
)

_POSITION = (
    "((address account, address market, address collateralToken) addresses, "
    "(uint256 sizeInUsd, uint256 sizeInTokens, uint256 collateralAmount, int256 pendingImpactAmount, "
    "uint256 borrowingFactor, uint256 fundingFeeAmountPerSize, uint256 longTokenClaimableFundingAmountPerSize, "
    "uint256 shortTokenClaimableFundingAmountPerSize, uint256 increasedAtTime, uint256 decreasedAtTime) numbers, "
    "(bool isLong) flags)"
)
_FEES = (
    "((bytes32 referralCode, address affiliate, address trader, uint256 totalRebateFactor, "
    "uint256 affiliateRewardFactor, uint256 adjustedAffiliateRewardFactor, uint256 traderDiscountFactor, "
    "uint256 totalRebateAmount, uint256 traderDiscountAmount, uint256 affiliateRewardAmount) referral, "
    "(uint256 traderTier, uint256 traderDiscountFactor, uint256 traderDiscountAmount) pro, "
    "(uint256 fundingFeeAmount, uint256 claimableLongTokenAmount, uint256 claimableShortTokenAmount, "
    "uint256 latestFundingFeeAmountPerSize, uint256 latestLongTokenClaimableFundingAmountPerSize, "
    "uint256 latestShortTokenClaimableFundingAmountPerSize) funding, "
    "(uint256 borrowingFeeUsd, uint256 borrowingFeeAmount, uint256 borrowingFeeReceiverFactor, "
    "uint256 borrowingFeeAmountForFeeReceiver) borrowing, "
    "(address uiFeeReceiver, uint256 uiFeeReceiverFactor, uint256 uiFeeAmount) ui, "
    "(uint256 liquidationFeeUsd, uint256 liquidationFeeAmount, uint256 liquidationFeeReceiverFactor, "
    "uint256 liquidationFeeAmountForFeeReceiver) liquidation, "
    f"{PRICE_STRUCT} collateralTokenPrice, uint256 positionFeeFactor, uint256 protocolFeeAmount, "
    "uint256 positionFeeReceiverFactor, uint256 feeReceiverAmount, uint256 feeAmountForPool, "
    "uint256 positionFeeAmountForPool, uint256 positionFeeAmount, uint256 totalCostAmountExcludingFunding, "
    "uint256 totalCostAmount, uint256 totalDiscountAmount)"
)
_POSITION_INFO = (
    f"(bytes32 positionKey, {_POSITION} position, {_FEES} fees, {EXECUTION_STRUCT} executionPriceResult, "
    "int256 basePnlUsd, int256 uncappedBasePnlUsd, int256 pnlAfterPriceImpactUsd)"
)
_POSITION_INFO_WITH_VALUE = _POSITION_INFO.removesuffix(")") + ", int256 positionValueInUsd)"
_ORDER = (
    "((address account, address receiver, address cancellationReceiver, address callbackContract, "
    "address uiFeeReceiver, address market, address initialCollateralToken, address[] swapPath) addresses, "
    "(uint8 orderType, uint8 decreasePositionSwapType, uint256 sizeDeltaUsd, uint256 initialCollateralDeltaAmount, "
    "uint256 triggerPrice, uint256 acceptablePrice, uint256 executionFee, uint256 callbackGasLimit, "
    "uint256 minOutputAmount, uint256 updatedAtTime, uint256 validFromTime, uint256 srcChainId) numbers, "
    "(bool isLong, bool shouldUnwrapNativeToken, bool isFrozen, bool autoCancel) flags, bytes32[] _dataList)"
)
_ORDER_WITH_UI_FEE = _ORDER.replace("uint256 minOutputAmount, ", "uint256 minOutputAmount, uint256 uiFeeFactor, ")
_PAIR = "(uint256 longToken, uint256 shortToken)"
_BY_SIDE = f"({_PAIR} long, {_PAIR} short)"
_MARKET_INFO = (
    f"({MARKET_STRUCT} market, uint256 borrowingFactorPerSecondForLongs, uint256 borrowingFactorPerSecondForShorts, "
    f"({_BY_SIDE} fundingFeeAmountPerSize, {_BY_SIDE} claimableFundingAmountPerSize) baseFunding, "
    "(bool longsPayShorts, uint256 fundingFactorPerSecond, int256 nextSavedFundingFactorPerSecond, "
    f"{_BY_SIDE} fundingFeeAmountPerSizeDelta, {_BY_SIDE} claimableFundingAmountPerSizeDelta) nextFunding, "
    "(uint256 virtualPoolAmountForLongToken, uint256 virtualPoolAmountForShortToken, "
    "int256 virtualInventoryForPositions) virtualInventory, bool isDisabled)"
)


class Versioned(View[T]):
    """Raises Mismatch where the answer fits another layout: it says which to pin."""

    def __init__(self, version: Version, text: str, build: Callable[[Any], T]) -> None:
        super().__init__(text, build)
        self._version = version

    def _decode(self, to: Address, raw: bytes) -> Any:
        try:
            return super()._decode(to, raw)
        except ValueError as error:
            if fits := " or ".join(fitting(self, raw)):
                raise Mismatch(
                    f"{self.name} at {to} answers in the layout {fits}, not {self._version}: pin that version with it"
                ) from error
            raise ValueError(f"{error} (read as layout {self._version}; no known layout fits)") from error


@value
class Layout:
    """One release: the reader's methods whose answers differ."""

    version: Version
    simulation_router: bool
    """Whether dry runs have left the exchange router for one of their own."""
    position: Versioned[PositionProps]
    """(data store, position key); zeros where there is none."""
    positions: Versioned[tuple[PositionProps, ...]]
    """(data store, account, start, end); `end` is past the last, and may lie past the end of the list."""
    position_info: Versioned[PositionInfo]
    """(data store, referral storage, position key, MarketPrices, size delta in USD, ui fee receiver, whole size?)"""
    position_infos: Versioned[tuple[PositionInfo, ...]]
    """(data store, referral storage, account, markets, [MarketPrices], ui fee receiver, start, end); reverts unless
    every market with a position of the account is given."""
    order: Versioned[OrderProps]
    """(data store, order key); zeros where there is none."""
    orders: Versioned[tuple[OrderInfo, ...]]
    """(data store, account, start, end)"""
    market_info: Versioned[MarketInfo]
    """(data store, MarketPrices, market)"""
    market_infos: Versioned[tuple[MarketInfo, ...]]
    """(data store, [MarketPrices] in the order of the list of markets, start, end)"""

    def views(self) -> tuple[Versioned[Any], ...]:
        return (
            *(self.position, self.positions, self.position_info, self.position_infos),
            *(self.order, self.orders, self.market_info, self.market_infos),
        )


_STORE, _PART = "address dataStore", "uint256 start, uint256 end"
_VALUED = f"{_STORE}, address referralStorage"


def _layout(version: Version, info: str, order: str, *, simulation_router: bool = True) -> Layout:
    def view(text: str, build: Callable[[Any], T]) -> Versioned[T]:
        return Versioned(version, text, build)

    position = f"getPosition({_STORE}, bytes32 key) returns ({_POSITION})"
    positions = f"getAccountPositions({_STORE}, address account, {_PART}) returns ({_POSITION}[])"
    position_info = (
        f"getPositionInfo({_VALUED}, bytes32 positionKey, {PRICES_STRUCT} prices, uint256 sizeDeltaUsd, "
        f"address uiFeeReceiver, bool usePositionSizeAsSizeDeltaUsd) returns ({info})"
    )
    position_infos = (
        f"getAccountPositionInfoList({_VALUED}, address account, address[] markets, {PRICES_STRUCT}[] marketPrices, "
        f"address uiFeeReceiver, {_PART}) returns ({info}[])"
    )
    orders = f"getAccountOrders({_STORE}, address account, {_PART}) returns ((bytes32 orderKey, {order} order)[])"
    market_info = f"getMarketInfo({_STORE}, {PRICES_STRUCT} prices, address marketKey) returns ({_MARKET_INFO})"
    market_infos = (
        f"getMarketInfoList({_STORE}, {PRICES_STRUCT}[] marketPricesList, {_PART}) returns ({_MARKET_INFO}[])"
    )
    return Layout(
        version=version,
        simulation_router=simulation_router,
        position=view(position, one(PositionProps)),
        positions=view(positions, many(PositionProps)),
        position_info=view(position_info, one(PositionInfo)),
        position_infos=view(position_infos, many(PositionInfo)),
        order=view(f"getOrder({_STORE}, bytes32 key) returns ({order})", one(OrderProps)),
        orders=view(orders, many(OrderInfo)),
        market_info=view(market_info, one(MarketInfo)),
        market_infos=view(market_infos, many(MarketInfo)),
    )


LAYOUTS: Mapping[Version, Layout] = {
    layout.version: layout
    for layout in (
        _layout("2.2", _POSITION_INFO, _ORDER, simulation_router=False),
        _layout("2.2c", _POSITION_INFO_WITH_VALUE, _ORDER),
        _layout("live", _POSITION_INFO_WITH_VALUE, _ORDER_WITH_UI_FEE),
    )
}


def layout_of(version: str) -> Layout:
    """ConfigError for a release that this program cannot read."""
    return LAYOUTS[known_version(version)]


def fitting(view: View[Any], raw: bytes) -> tuple[str, ...]:
    """The layouts in which these bytes are an answer of that method; all of them for an empty list."""
    return tuple(
        layout.version
        for layout in LAYOUTS.values()
        if any(each.signature == view.signature and _fits(each, raw) for each in layout.views())
    )


def _fits(view: View[Any], raw: bytes) -> bool:
    try:
        view.value_of(raw)
    except ValueError:
        return False
    return True
