# pragma version ~=0.4.3
"""
@title What becomes of an order that is not executed, and who is paid for the gas
@license MIT
"""


import keys
import order_types
import seams
import types


import ledger
uses: ledger


vault: immutable(seams.Bank)
wnt: immutable(seams.Wnt)


@deploy
def __init__(vault_: seams.Bank, wnt_: seams.Wnt):
    vault = vault_
    wnt = wnt_


@payable
@external
def __default__():
    """
    @notice Unwrapped fees pass through here.
    """
    assert msg.sender == wnt.address, "ending: not the wrapped native coin"


@view
@external
def orderVault() -> address:
    return vault.address


@internal
def _save(key: bytes32, order: types.Order):
    extcall ledger.store.setOrder(key, order)
    if self._follows_position(order):
        extcall ledger.store.addBytes32(self._followers(order), key)
    else:
        extcall ledger.store.removeBytes32(self._followers(order), key)


@internal
def _remove(key: bytes32, order: types.Order):
    extcall ledger.store.removeBytes32(self._followers(order), key)
    extcall ledger.store.removeOrder(key)


@pure
@internal
def _follows_position(order: types.Order) -> bool:
    exits: bool = order.numbers.orderType in [order_types.LIMIT_DECREASE, order_types.STOP_LOSS_DECREASE]
    return order.flags.autoCancel and exits


@pure
@internal
def _position_key(order: types.Order) -> bytes32:
    at: types.OrderAddresses = order.addresses
    return keys._of_position(at.account, at.market, at.initialCollateralToken, order.flags.isLong)


@pure
@internal
def _followers(order: types.Order) -> bytes32:
    return keccak256(abi_encode(keys.AUTO_CANCEL_ORDER_LIST, self._position_key(order)))


@internal
def _cancel_followers(order: types.Order):
    """
    @notice Where the order closed its position, the exits that rest for it are cancelled.
    """
    position: types.Position = staticcall ledger.store.position(self._position_key(order))
    if position.numbers.sizeInUsd != 0 or order_types._increases(order.numbers.orderType):
        return
    followers: DynArray[bytes32, 128] = staticcall ledger.store.getBytes32ValuesAt(self._followers(order), 0, 128)
    for key: bytes32 in followers:
        self._cancel(key, staticcall ledger.store.order(key), "AUTO_CANCEL", b"", msg.sender, msg.gas)


@internal
def _cancel(
    key: bytes32,
    order: types.Order,
    reason: String[128],
    data: Bytes[1024],
    keeper: address,
    starting_gas: uint256,
):
    """
    @notice Collateral that waits with the order goes back.
    """
    self._remove(key, order)
    at: types.OrderAddresses = order.addresses
    receiver: address = at.account if at.cancellationReceiver == empty(address) else at.cancellationReceiver
    amount: uint256 = order.numbers.initialCollateralDeltaAmount
    if order_types._increases(order.numbers.orderType) and amount != 0:
        extcall vault.transferOut(at.initialCollateralToken, receiver, amount, order.flags.shouldUnwrapNativeToken)
    self._emit_end("OrderCancelled", key, at.account, reason, data)
    self._pay_fee(order, receiver, keeper, starting_gas)


@internal
def _freeze(
    key: bytes32,
    order: types.Order,
    reason: String[128],
    data: Bytes[1024],
    keeper: address,
    starting_gas: uint256,
):
    frozen: types.Order = order
    frozen.flags.isFrozen = True
    frozen.numbers.executionFee = 0
    self._save(key, frozen)
    self._emit_end("OrderFrozen", key, order.addresses.account, reason, data)
    self._pay_fee(order, order.addresses.receiver, keeper, starting_gas)


@internal
def _emit_end(name: String[48], key: bytes32, account: address, reason: String[128], data: Bytes[1024]):
    extcall ledger.emitter.emit_reason(
        name, [key, ledger._topic(account)], "account;;;;key;", abi_encode(account, key), reason, "reason", data
    )


@internal
def _pay_fee(order: types.Order, refund_receiver: address, keeper: address, starting_gas: uint256):
    """
    @notice Who took the trouble is paid for the gas, up to the order's fee; what is left goes back.
    """
    fee: uint256 = order.numbers.executionFee
    if fee == 0:
        return
    used: uint256 = starting_gas - msg.gas + staticcall ledger.store.getUint(keys.EXECUTION_GAS_FEE_BASE_AMOUNT_V2_1)
    keeper_fee: uint256 = min(fee, used * tx.gasprice)
    extcall vault.transferOut(wnt.address, keeper, keeper_fee, True)
    self._emit_paid("KeeperExecutionFee", "keeper;executionFeeAmount;", keeper, keeper_fee)
    refund: uint256 = fee - keeper_fee
    if refund != 0:
        extcall vault.transferOut(wnt.address, self, refund, False)
        extcall wnt.withdraw(refund)
        raw_call(refund_receiver, b"", value=refund)
        self._emit_paid("ExecutionFeeRefund", "receiver;refundFeeAmount;", refund_receiver, refund)


@internal
def _emit_paid(name: String[48], items: String[48], receiver: address, amount: uint256):
    extcall ledger.emitter.emit_log(name, [ledger._topic(receiver)], items, abi_encode(receiver, amount))
