# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Reads the exchange in the layout that is live since July 2026
@license MIT
@notice An order has a front-end fee factor after minOutputAmount, and a position's information ends with its value.
"""


import keys
import seams
import types


import reading
initializes: reading
exports: (
    reading.getAccountPositions,
    reading.getExecutionPrice,
    reading.getMarket,
    reading.getMarketInfo,
    reading.getMarketInfoList,
    reading.getMarketTokenPrice,
    reading.getMarkets,
    reading.getPosition,
    reading.isPositionLiquidatable,
)


struct LiveNumbers:
    orderType: uint8
    decreasePositionSwapType: uint8
    sizeDeltaUsd: uint256
    initialCollateralDeltaAmount: uint256
    triggerPrice: uint256
    acceptablePrice: uint256
    executionFee: uint256
    callbackGasLimit: uint256
    minOutputAmount: uint256
    uiFeeFactor: uint256
    updatedAtTime: uint256
    validFromTime: uint256
    srcChainId: uint256


struct LiveOrder:
    addresses: types.OrderAddresses
    numbers: LiveNumbers
    flags: types.OrderFlags
    dataList: DynArray[bytes32, types.MAX_DATA]


struct LiveOrderInfo:
    orderKey: bytes32
    order: LiveOrder


struct LivePositionInfo:
    info: types.PositionInfo
    positionValueInUsd: int256


@deploy
def __init__(pricing: seams.Pricing):
    reading.__init__(pricing)


@view
@external
def getPositionInfo(
    dataStore: seams.DataStore,
    referralStorage: address,
    positionKey: bytes32,
    prices: types.MarketPrices,
    sizeDeltaUsd: uint256,
    uiFeeReceiver: address,
    usePositionSizeAsSizeDeltaUsd: bool,
) -> LivePositionInfo:
    """
    @notice The key in the answer is zero, as it is on GMX.
    """
    position: types.Position = staticcall dataStore.position(positionKey)
    size: uint256 = position.numbers.sizeInUsd if usePositionSizeAsSizeDeltaUsd else sizeDeltaUsd
    return self._valued(reading._position_info(dataStore, position, prices, size, uiFeeReceiver), prices)


@view
@external
def getAccountPositionInfoList(
    dataStore: seams.DataStore,
    referralStorage: address,
    account: address,
    markets: DynArray[address, reading.MOST],
    marketPrices: DynArray[types.MarketPrices, reading.MOST],
    uiFeeReceiver: address,
    start: uint256,
    end: uint256,
) -> DynArray[LivePositionInfo, reading.MOST]:
    infos: DynArray[types.PositionInfo, reading.MOST] = reading._position_infos(
        dataStore, account, markets, marketPrices, uiFeeReceiver, start, end
    )
    found: DynArray[LivePositionInfo, reading.MOST] = []
    for info: types.PositionInfo in infos:
        place: uint256 = reading._place(markets, info.position.addresses.market)
        found.append(self._valued(info, marketPrices[place]))
    return found


@view
@external
def getOrder(dataStore: seams.DataStore, key: bytes32) -> LiveOrder:
    return self._live(staticcall dataStore.order(key))


@view
@external
def getAccountOrders(
    dataStore: seams.DataStore, account: address, start: uint256, end: uint256
) -> DynArray[LiveOrderInfo, reading.MOST]:
    listed: DynArray[bytes32, 128] = reading._listed(dataStore, keys.ACCOUNT_ORDER_LIST, account, start, end)
    found: DynArray[LiveOrderInfo, reading.MOST] = []
    for key: bytes32 in listed:
        found.append(LiveOrderInfo(orderKey=key, order=self._live(staticcall dataStore.order(key))))
    return found


@pure
@internal
def _valued(info: types.PositionInfo, prices: types.MarketPrices) -> LivePositionInfo:
    """
    @notice Collateral, claims, profit and impact at the lower prices, less the costs at the higher one.
    """
    price: types.Price = info.fees.collateralTokenPrice
    claims: uint256 = info.fees.funding.claimableLongTokenAmount * prices.longTokenPrice.min
    claims += info.fees.funding.claimableShortTokenAmount * prices.shortTokenPrice.min
    worth: int256 = convert(info.position.numbers.collateralAmount * price.min + claims, int256)
    worth += info.basePnlUsd + info.executionPriceResult.totalImpactUsd
    worth -= convert(info.fees.totalCostAmount * price.max, int256)
    return LivePositionInfo(info=info, positionValueInUsd=worth)


@pure
@internal
def _live(order: types.Order) -> LiveOrder:
    numbers: types.OrderNumbers = order.numbers
    return LiveOrder(
        addresses=order.addresses,
        numbers=LiveNumbers(
            orderType=numbers.orderType,
            decreasePositionSwapType=numbers.decreasePositionSwapType,
            sizeDeltaUsd=numbers.sizeDeltaUsd,
            initialCollateralDeltaAmount=numbers.initialCollateralDeltaAmount,
            triggerPrice=numbers.triggerPrice,
            acceptablePrice=numbers.acceptablePrice,
            executionFee=numbers.executionFee,
            callbackGasLimit=numbers.callbackGasLimit,
            minOutputAmount=numbers.minOutputAmount,
            uiFeeFactor=0,
            updatedAtTime=numbers.updatedAtTime,
            validFromTime=numbers.validFromTime,
            srcChainId=numbers.srcChainId,
        ),
        flags=order.flags,
        dataList=order.dataList,
    )
