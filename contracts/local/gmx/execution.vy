# pragma version ~=0.4.3
"""
@title How an order is executed
@license MIT
"""


import keys
import order_types
import seams
import types


import ending
import ledger
uses: ending
uses: ledger


_oracle: immutable(seams.Oracle)
_accrual: immutable(seams.Accrual)
_increase: immutable(seams.Executor)
_decrease: immutable(seams.Executor)


@deploy
def __init__(
    oracle_: seams.Oracle,
    accrual: seams.Accrual,
    increase: seams.Executor,
    decrease: seams.Executor,
):
    _oracle = oracle_
    _accrual = accrual
    _increase = increase
    _decrease = decrease


@view
@external
def oracle() -> address:
    return _oracle.address


@view
@internal
def _check_feature(name: bytes32, kind: uint8):
    key: bytes32 = keys._of_feature(name, self, kind)
    if staticcall ledger.store.getBool(key):
        raw_revert(abi_encode(key, method_id=method_id("DisabledFeature(bytes32)")))


@view
@internal
def _market(key: address) -> types.Market:
    """
    @notice One that positions can be held in.
    """
    market: types.Market = staticcall ledger.store.market(key)
    if market.marketToken == empty(address):
        raw_revert(method_id("EmptyMarket()"))
    if staticcall ledger.store.getBool(keys._of(keys.IS_MARKET_DISABLED, key)):
        raw_revert(abi_encode(key, method_id=method_id("DisabledMarket(address)")))
    if market.indexToken == empty(address):
        raw_revert(abi_encode(key, method_id=method_id("InvalidPositionMarket(address)")))
    return market


@view
@internal
def _order(key: bytes32) -> types.Order:
    order: types.Order = staticcall ledger.store.order(key)
    if order.addresses.account == empty(address):
        raw_revert(method_id("EmptyOrder()"))
    return order


@view
@internal
def _prices(market: types.Market) -> types.MarketPrices:
    return types.MarketPrices(
        indexTokenPrice=staticcall _oracle.getPrimaryPrice(market.indexToken),
        longTokenPrice=staticcall _oracle.getPrimaryPrice(market.longToken),
        shortTokenPrice=staticcall _oracle.getPrimaryPrice(market.shortToken),
    )


@internal
def _process(key: bytes32, order: types.Order, secondary_type: uint256):
    """
    @param secondary_type One for a deleveraging.
    """
    kind: uint8 = order.numbers.orderType
    market: types.Market = self._market(order.addresses.market)
    prices: types.MarketPrices = self._prices(market)
    self._check_times(order)
    ending._remove(key, order)
    extcall _accrual.accrue(market, prices)
    if order_types._increases(kind):
        extcall _increase.execute(key, order, market, prices, False)
    else:
        forced: bool = kind == order_types.LIQUIDATION or secondary_type != 0
        extcall _decrease.execute(key, order, market, prices, forced)
    extcall ledger.emitter.emit_log(
        "OrderExecuted",
        [key, ledger._topic(order.addresses.account)],
        "account;secondaryOrderType;;;key;",
        abi_encode(order.addresses.account, secondary_type, key),
    )


@view
@internal
def _check_times(order: types.Order):
    """
    @notice The prices are younger than the order, and for a market order not too much so.
    """
    updated: uint256 = order.numbers.updatedAtTime
    oldest: uint256 = staticcall _oracle.minTimestamp()
    newest: uint256 = staticcall _oracle.maxTimestamp()
    if oldest < updated:
        raw_revert(
            abi_encode(
                oldest, updated, method_id=method_id("OracleTimestampsAreSmallerThanRequired(uint256,uint256)")
            )
        )
    patience: uint256 = staticcall ledger.store.getUint(keys.REQUEST_EXPIRATION_TIME)
    if newest > updated + patience and not order_types._rests(order.numbers.orderType):
        raw_revert(
            abi_encode(
                newest,
                updated,
                patience,
                method_id=method_id(
                    "OracleTimestampsAreLargerThanRequestExpirationTime(uint256,uint256,uint256)"
                ),
            )
        )


@internal
def _emit_created(key: bytes32, order: types.Order):
    at: types.OrderAddresses = order.addresses
    extcall ledger.emitter.emit_order(
        "OrderCreated",
        [key, ledger._topic(at.account)],
        concat(
            "account,receiver,callbackContract,uiFeeReceiver,market,initialCollateralToken,cancellationReceiver;",
            "orderType,decreasePositionSwapType,sizeDeltaUsd,initialCollateralDeltaAmount,triggerPrice,acceptablePrice,",
            "executionFee,callbackGasLimit,minOutputAmount,updatedAtTime,validFromTime,srcChainId;;",
            "isLong,shouldUnwrapNativeToken,autoCancel;key;",
        ),
        abi_encode(
            at.account,
            at.receiver,
            at.callbackContract,
            at.uiFeeReceiver,
            at.market,
            at.initialCollateralToken,
            at.cancellationReceiver,
            order.numbers,
            order.flags.isLong,
            order.flags.shouldUnwrapNativeToken,
            order.flags.autoCancel,
            key,
        ),
        order,
    )


@view
@internal
def _closing(position: types.Position, kind: uint8, size: uint256) -> types.Order:
    """
    @notice The order that the exchange gives itself to take a position away, at any price.
    """
    if position.numbers.sizeInUsd == 0:
        raw_revert(method_id("EmptyPosition()"))
    order: types.Order = empty(types.Order)
    order.addresses.account = position.addresses.account
    order.addresses.receiver = position.addresses.account
    order.addresses.cancellationReceiver = position.addresses.account
    order.addresses.market = position.addresses.market
    order.addresses.initialCollateralToken = position.addresses.collateralToken
    order.numbers.orderType = kind
    order.numbers.decreasePositionSwapType = 1
    order.numbers.sizeDeltaUsd = size
    order.numbers.acceptablePrice = 0 if position.flags.isLong else max_value(uint256)
    order.numbers.callbackGasLimit = staticcall ledger.store.getUint(keys.MAX_CALLBACK_GAS_LIMIT)
    order.numbers.updatedAtTime = block.timestamp
    order.flags.isLong = position.flags.isLong
    order.flags.shouldUnwrapNativeToken = True
    return order


@internal
def _next_key() -> bytes32:
    nonce: uint256 = staticcall ledger.store.getUint(keys.NONCE) + 1
    extcall ledger.store.setUint(keys.NONCE, nonce)
    return self._key_of(nonce)


@view
@internal
def _key_of(nonce: uint256) -> bytes32:
    return keccak256(abi_encode(ledger.store.address, nonce))
