# pragma version ~=0.4.3
"""
@title An order before it is accepted
@license MIT
"""


import arithmetic
import ending
import keys
import ledger
import order_types
import types


uses: ending
uses: ledger


@view
@internal
def _check_params(params: types.CreateOrderParams):
    kind: uint256 = convert(params.orderType, uint256)
    if params.orderType in [order_types.MARKET_SWAP, order_types.LIMIT_SWAP]:
        raw_revert(abi_encode(kind, method_id=method_id("UnsupportedOrderType(uint256)")))
    if params.orderType == order_types.LIQUIDATION or kind > 8:
        raw_revert(abi_encode(kind, method_id=method_id("OrderTypeCannotBeCreated(uint256)")))
    if params.numbers.validFromTime != 0 and not order_types._rests(params.orderType):
        raw_revert(abi_encode(kind, method_id=method_id("UnexpectedValidFromTime(uint256)")))
    if params.addresses.receiver == empty(address):
        raw_revert(method_id("EmptyReceiver()"))
    if params.addresses.receiver == ending.vault.address:
        raw_revert(abi_encode(params.addresses.receiver, method_id=method_id("InvalidReceiver(address)")))
    if len(params.addresses.swapPath) != 0: # Nothing is swapped here.
        raw_revert(abi_encode(params.addresses.swapPath[0], method_id=method_id("InvalidSwapMarket(address)")))
    most: uint256 = staticcall ledger.store.getUint(keys.MAX_CALLBACK_GAS_LIMIT)
    if params.numbers.callbackGasLimit > most:
        raw_revert(
            abi_encode(
                params.numbers.callbackGasLimit,
                most,
                method_id=method_id("MaxCallbackGasLimitExceeded(uint256,uint256)"),
            )
        )
    most = staticcall ledger.store.getUint(keys.MAX_DATA_LENGTH)
    if len(params.dataList) > most:
        raw_revert(
            abi_encode(len(params.dataList), most, method_id=method_id("MaxDataListLengthExceeded(uint256,uint256)"))
        )


@view
@internal
def _order_of(account: address, params: types.CreateOrderParams) -> types.Order:
    given: types.CreateOrderAddresses = params.addresses
    asked: types.CreateOrderNumbers = params.numbers
    return types.Order(
        addresses=types.OrderAddresses(
            account=account,
            receiver=given.receiver,
            cancellationReceiver=given.cancellationReceiver,
            callbackContract=given.callbackContract,
            uiFeeReceiver=given.uiFeeReceiver,
            market=given.market,
            initialCollateralToken=given.initialCollateralToken,
            swapPath=given.swapPath,
        ),
        numbers=types.OrderNumbers(
            orderType=params.orderType,
            decreasePositionSwapType=params.decreasePositionSwapType,
            sizeDeltaUsd=asked.sizeDeltaUsd,
            initialCollateralDeltaAmount=asked.initialCollateralDeltaAmount,
            triggerPrice=asked.triggerPrice,
            acceptablePrice=asked.acceptablePrice,
            executionFee=asked.executionFee,
            callbackGasLimit=asked.callbackGasLimit,
            minOutputAmount=asked.minOutputAmount,
            updatedAtTime=block.timestamp,
            validFromTime=asked.validFromTime,
            srcChainId=0,
        ),
        flags=types.OrderFlags(
            isLong=params.isLong,
            shouldUnwrapNativeToken=params.shouldUnwrapNativeToken,
            isFrozen=False,
            autoCancel=params.autoCancel,
        ),
        dataList=params.dataList,
    )


@internal
def _funded(asked: types.Order, fee: uint256) -> types.Order:
    """
    @notice Collateral is what arrived in the vault, whatever the order says; so is the fee, where it is not the
        collateral's own token.
    """
    order: types.Order = asked
    wnt: address = ending.wnt.address
    arrived: uint256 = extcall ending.vault.recordTransferIn(wnt)
    if arrived < fee:
        raw_revert(
            abi_encode(arrived, fee, method_id=method_id("InsufficientWntAmountForExecutionFee(uint256,uint256)"))
        )
    order.numbers.executionFee = arrived
    if order_types._increases(order.numbers.orderType):
        token: address = order.addresses.initialCollateralToken
        if token == wnt:
            order.numbers.executionFee = fee
            order.numbers.initialCollateralDeltaAmount = arrived - fee
        else:
            order.numbers.initialCollateralDeltaAmount = extcall ending.vault.recordTransferIn(token)
    return order


@view
@internal
def _check_fee(order: types.Order):
    """
    @notice At the gas price of the very transaction that asks.
    """
    limit: uint256 = staticcall ledger.store.getUint(
        keys.INCREASE_ORDER_GAS_LIMIT
        if order_types._increases(order.numbers.orderType)
        else keys.DECREASE_ORDER_GAS_LIMIT
    )
    if order.numbers.decreasePositionSwapType != 0:
        limit += staticcall ledger.store.getUint(keys.SINGLE_SWAP_GAS_LIMIT)
    limit += order.numbers.callbackGasLimit
    base: uint256 = staticcall ledger.store.getUint(keys.ESTIMATED_GAS_FEE_BASE_AMOUNT_V2_1)
    base += 3 * staticcall ledger.store.getUint(keys.ESTIMATED_GAS_FEE_PER_ORACLE_PRICE)
    factor: uint256 = staticcall ledger.store.getUint(keys.ESTIMATED_GAS_FEE_MULTIPLIER_FACTOR)
    least: uint256 = (base + arithmetic._share(limit, factor)) * tx.gasprice
    if order.numbers.executionFee < least:
        raw_revert(
            abi_encode(
                least,
                order.numbers.executionFee,
                method_id=method_id("InsufficientExecutionFee(uint256,uint256)"),
            )
        )


@view
@internal
def _check_followers(key: bytes32, order: types.Order):
    followers: bytes32 = ending._followers(order)
    if not ending._follows_position(order) or staticcall ledger.store.containsBytes32(followers, key):
        return
    count: uint256 = staticcall ledger.store.getBytes32Count(followers) + 1
    most: uint256 = staticcall ledger.store.getUint(keys.MAX_AUTO_CANCEL_ORDERS)
    if count > most:
        raw_revert(abi_encode(count, most, method_id=method_id("MaxAutoCancelOrdersExceeded(uint256,uint256)")))
