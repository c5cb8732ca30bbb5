# pragma version ~=0.4.3
"""
@title What the Readers of every layout have in common
@license MIT
"""


import funding
import interest
import keys
import seams
import types


MOST: constant(uint256) = 32


struct BaseFunding:
    fundingFeeAmountPerSize: types.PositionType
    claimableFundingAmountPerSize: types.PositionType


struct VirtualInventory:
    virtualPoolAmountForLongToken: uint256
    virtualPoolAmountForShortToken: uint256
    virtualInventoryForPositions: int256


struct MarketInfo:
    market: types.Market
    borrowingFactorPerSecondForLongs: uint256
    borrowingFactorPerSecondForShorts: uint256
    baseFunding: BaseFunding
    nextFunding: types.NextFunding
    virtualInventory: VirtualInventory
    isDisabled: bool


struct PoolValueInfo:
    poolValue: int256
    longPnl: int256
    shortPnl: int256
    netPnl: int256
    longTokenAmount: uint256
    shortTokenAmount: uint256
    longTokenUsd: uint256
    shortTokenUsd: uint256
    totalBorrowingFees: uint256
    borrowingFeePoolFactor: uint256
    impactPoolAmount: uint256
    lentImpactPoolAmount: uint256


_pricing: immutable(seams.Pricing)


@deploy
def __init__(pricing: seams.Pricing):
    _pricing = pricing


@view
@external
def getMarket(dataStore: seams.DataStore, key: address) -> types.Market:
    return staticcall dataStore.market(key)


@view
@external
def getMarkets(dataStore: seams.DataStore, start: uint256, end: uint256) -> DynArray[types.Market, MOST]:
    return self._markets(dataStore, start, end)


@view
@external
def getMarketInfo(
    dataStore: seams.DataStore, prices: types.MarketPrices, marketKey: address
) -> MarketInfo:
    return self._market_info(dataStore, staticcall dataStore.market(marketKey), prices)


@view
@external
def getMarketInfoList(
    dataStore: seams.DataStore,
    marketPricesList: DynArray[types.MarketPrices, MOST],
    start: uint256,
    end: uint256,
) -> DynArray[MarketInfo, MOST]:
    """
    @param marketPricesList In the order of the slice.
    """
    markets: DynArray[types.Market, MOST] = self._markets(dataStore, start, end)
    found: DynArray[MarketInfo, MOST] = []
    for i: uint256 in range(len(markets), bound=MOST):
        found.append(self._market_info(dataStore, markets[i], marketPricesList[i]))
    return found


@view
@external
def getMarketTokenPrice(
    dataStore: seams.DataStore,
    market: types.Market,
    indexTokenPrice: types.Price,
    longTokenPrice: types.Price,
    shortTokenPrice: types.Price,
    pnlFactorType: bytes32,
    maximize: bool,
) -> (int256, PoolValueInfo):
    """
    @notice The pool less what its traders have won, without a cap on it and without fees that are not paid yet.
    """
    found: PoolValueInfo = empty(PoolValueInfo)
    found.borrowingFeePoolFactor = 10**30
    found.longTokenAmount = self._pool(dataStore, market, market.longToken)
    found.shortTokenAmount = self._pool(dataStore, market, market.shortToken)
    found.longTokenUsd = found.longTokenAmount * (longTokenPrice.max if maximize else longTokenPrice.min)
    found.shortTokenUsd = found.shortTokenAmount * (shortTokenPrice.max if maximize else shortTokenPrice.min)
    found.longPnl = interest._pool_pnl(dataStore, market, indexTokenPrice, True)
    found.shortPnl = interest._pool_pnl(dataStore, market, indexTokenPrice, False)
    found.netPnl = found.longPnl + found.shortPnl
    found.poolValue = convert(found.longTokenUsd + found.shortTokenUsd, int256) - found.netPnl
    found.impactPoolAmount = interest._plain(dataStore, keys.POSITION_IMPACT_POOL_AMOUNT, market)
    found.lentImpactPoolAmount = interest._plain(dataStore, keys.LENT_POSITION_IMPACT_POOL_AMOUNT, market)
    supply: uint256 = staticcall seams.Shares(market.marketToken).totalSupply()
    if supply == 0:
        return 10**30, found
    return found.poolValue * 10**18 // convert(supply, int256), found


@view
@external
def getPosition(dataStore: seams.DataStore, key: bytes32) -> types.Position:
    return staticcall dataStore.position(key)


@view
@external
def getAccountPositions(
    dataStore: seams.DataStore, account: address, start: uint256, end: uint256
) -> DynArray[types.Position, MOST]:
    listed: DynArray[bytes32, 128] = self._listed(dataStore, keys.ACCOUNT_POSITION_LIST, account, start, end)
    found: DynArray[types.Position, MOST] = []
    for key: bytes32 in listed:
        found.append(staticcall dataStore.position(key))
    return found


@view
@external
def getExecutionPrice(
    dataStore: seams.DataStore,
    marketKey: address,
    prices: types.MarketPrices,
    positionSizeInUsd: uint256,
    positionSizeInTokens: uint256,
    sizeDeltaUsd: int256,
    pendingImpactAmount: int256,
    isLong: bool,
) -> types.ExecutionPriceResult:
    """
    @param sizeDeltaUsd Positive for an increase.
    """
    return staticcall _pricing.execution_price(
        dataStore.address,
        staticcall dataStore.market(marketKey),
        prices,
        positionSizeInUsd,
        positionSizeInTokens,
        sizeDeltaUsd,
        pendingImpactAmount,
        isLong,
    )


@view
@external
def isPositionLiquidatable(
    dataStore: seams.DataStore,
    referralStorage: address,
    positionKey: bytes32,
    market: types.Market,
    prices: types.MarketPrices,
    shouldValidateMinCollateralUsd: bool,
    forLiquidation: bool,
) -> (bool, String[32], types.Margin):
    """
    @notice The rule by which executeLiquidation goes as well.
    """
    position: types.Position = staticcall dataStore.position(positionKey)
    return staticcall _pricing.liquidation(
        dataStore.address, position, market, prices, shouldValidateMinCollateralUsd, forLiquidation
    )


@view
@internal
def _position_info(
    store: seams.DataStore,
    position: types.Position,
    prices: types.MarketPrices,
    size_delta: uint256,
    ui_fee_receiver: address,
) -> types.PositionInfo:
    """
    @notice As if that much of it were closed now. The key is left out.
    """
    if position.numbers.sizeInUsd == 0:
        raw_revert(method_id("EmptyPosition()"))
    market: types.Market = staticcall store.market(position.addresses.market)
    priced: types.ExecutionPriceResult = staticcall _pricing.execution_price(
        store.address,
        market,
        prices,
        position.numbers.sizeInUsd,
        position.numbers.sizeInTokens,
        -convert(size_delta, int256),
        position.numbers.pendingImpactAmount,
        position.flags.isLong,
    )
    pnl: types.Pnl = staticcall _pricing.position_pnl(store.address, position, market, prices, size_delta)
    return types.PositionInfo(
        positionKey=empty(bytes32),
        position=position,
        fees=staticcall _pricing.position_fees(
            store.address,
            position,
            market,
            prices,
            size_delta,
            priced.balanceWasImproved,
            ui_fee_receiver,
            False,
        ),
        executionPriceResult=priced,
        basePnlUsd=pnl.base,
        uncappedBasePnlUsd=pnl.uncapped,
        pnlAfterPriceImpactUsd=pnl.base + priced.priceImpactUsd,
    )


@view
@internal
def _position_infos(
    store: seams.DataStore,
    account: address,
    markets: DynArray[address, MOST],
    prices: DynArray[types.MarketPrices, MOST],
    ui_fee_receiver: address,
    start: uint256,
    end: uint256,
) -> DynArray[types.PositionInfo, MOST]:
    listed: DynArray[bytes32, 128] = self._listed(store, keys.ACCOUNT_POSITION_LIST, account, start, end)
    found: DynArray[types.PositionInfo, MOST] = []
    for key: bytes32 in listed:
        position: types.Position = staticcall store.position(key)
        place: uint256 = self._place(markets, position.addresses.market)
        info: types.PositionInfo = self._position_info(
            store, position, prices[place], position.numbers.sizeInUsd, ui_fee_receiver
        )
        info.positionKey = key
        found.append(info)
    return found


@pure
@internal
def _place(markets: DynArray[address, MOST], market: address) -> uint256:
    for i: uint256 in range(len(markets), bound=MOST):
        if markets[i] == market:
            return i
    raw_revert(abi_encode(market, method_id=method_id("EmptyMarketPrice(address)")))


@view
@internal
def _market_info(store: seams.DataStore, market: types.Market, prices: types.MarketPrices) -> MarketInfo:
    return MarketInfo(
        market=market,
        borrowingFactorPerSecondForLongs=staticcall _pricing.borrowing_factor_per_second(
            store.address, market, prices, True
        ),
        borrowingFactorPerSecondForShorts=staticcall _pricing.borrowing_factor_per_second(
            store.address, market, prices, False
        ),
        baseFunding=BaseFunding(
            fundingFeeAmountPerSize=funding._stored(store, market, keys.FUNDING_FEE_AMOUNT_PER_SIZE),
            claimableFundingAmountPerSize=funding._stored(store, market, keys.CLAIMABLE_FUNDING_AMOUNT_PER_SIZE),
        ),
        nextFunding=staticcall _pricing.next_funding(store.address, market, prices),
        virtualInventory=empty(VirtualInventory),
        isDisabled=staticcall store.getBool(keys._of(keys.IS_MARKET_DISABLED, market.marketToken)),
    )


@view
@internal
def _markets(store: seams.DataStore, start: uint256, end: uint256) -> DynArray[types.Market, MOST]:
    listed: DynArray[address, 128] = staticcall store.getAddressValuesAt(keys.MARKET_LIST, start, end)
    found: DynArray[types.Market, MOST] = []
    for key: address in listed:
        found.append(staticcall store.market(key))
    return found


@view
@internal
def _listed(
    store: seams.DataStore, name: bytes32, account: address, start: uint256, end: uint256
) -> DynArray[bytes32, 128]:
    return staticcall store.getBytes32ValuesAt(keys._of(name, account), start, end)


@view
@internal
def _pool(store: seams.DataStore, market: types.Market, token: address) -> uint256:
    return staticcall store.getUint(keys._of_pair(keys.POOL_AMOUNT, market.marketToken, token))
