# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Reads the exchange in the layout of v2.2
@license MIT
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


struct OrderInfo:
    orderKey: bytes32
    order: types.Order


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
) -> types.PositionInfo:
    """
    @notice The key in the answer is zero, as it is on GMX.
    """
    position: types.Position = staticcall dataStore.position(positionKey)
    size: uint256 = position.numbers.sizeInUsd if usePositionSizeAsSizeDeltaUsd else sizeDeltaUsd
    return reading._position_info(dataStore, position, prices, size, uiFeeReceiver)


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
) -> DynArray[types.PositionInfo, reading.MOST]:
    return reading._position_infos(dataStore, account, markets, marketPrices, uiFeeReceiver, start, end)


@view
@external
def getOrder(dataStore: seams.DataStore, key: bytes32) -> types.Order:
    return staticcall dataStore.order(key)


@view
@external
def getAccountOrders(
    dataStore: seams.DataStore, account: address, start: uint256, end: uint256
) -> DynArray[OrderInfo, reading.MOST]:
    listed: DynArray[bytes32, 128] = reading._listed(dataStore, keys.ACCOUNT_ORDER_LIST, account, start, end)
    found: DynArray[OrderInfo, reading.MOST] = []
    for key: bytes32 in listed:
        found.append(OrderInfo(orderKey=key, order=staticcall dataStore.order(key)))
    return found
