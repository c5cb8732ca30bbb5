# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Where a hot key trades for an account that allowed it a number of actions until a time
@license MIT
@notice Neither market nor size, price or front-end fee are limited: what GMX does not limit is not limited here.
"""


from ethereum.ercs import IERC20


import keys
import order_types
import seams
import types


import roles
initializes: roles
exports: roles.roleStore


import ledger
initializes: ledger
exports: (ledger.dataStore, ledger.eventEmitter)


import routing
initializes: routing[ledger := ledger]
exports: (
    routing.multicall,
    routing.orderHandler,
    routing.router,
    routing.sendNativeToken,
    routing.sendTokens,
    routing.sendWnt,
)


orderVault: public(immutable(address))


@deploy
def __init__(
    role_store: seams.RoleStore,
    store: seams.DataStore,
    emitter: seams.EventEmitter,
    handler: seams.OrderHandler,
    router: seams.Router,
    vault: address,
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    routing.__init__(handler, router)
    orderVault = vault


@payable
@external
def __default__():
    """
    @notice Unwrapped top-ups pass through here.
    """
    assert msg.sender == staticcall ledger.store.getAddress(keys.WNT), "router: not the wrapped native coin"


@payable
@external
def addSubaccount(subaccount: address):
    extcall ledger.store.addAddress(keys._of(keys.SUBACCOUNT_LIST, msg.sender), subaccount)
    self._emit("AddSubaccount", "account,subaccount;", subaccount, abi_encode(msg.sender, subaccount))


@payable
@external
def removeSubaccount(subaccount: address):
    """
    @notice At once; limits and count stay written.
    """
    extcall ledger.store.removeAddress(keys._of(keys.SUBACCOUNT_LIST, msg.sender), subaccount)
    self._emit("RemoveSubaccount", "account,subaccount;", subaccount, abi_encode(msg.sender, subaccount))


@payable
@external
def setMaxAllowedSubaccountActionCount(subaccount: address, actionType: bytes32, maxAllowedCount: uint256):
    """
    @param maxAllowedCount Of actions in a lifetime, not from now on.
    """
    name: bytes32 = keys.MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT
    extcall ledger.store.setUint(keys._of_action(name, msg.sender, subaccount, actionType), maxAllowedCount)
    self._emit(
        "SetMaxAllowedSubaccountActionCount",
        "account,subaccount;maxAllowedCount;;;actionType;",
        subaccount,
        abi_encode(msg.sender, subaccount, maxAllowedCount, actionType),
    )


@payable
@external
def setSubaccountExpiresAt(subaccount: address, actionType: bytes32, expiresAt: uint256):
    name: bytes32 = keys.SUBACCOUNT_EXPIRES_AT
    extcall ledger.store.setUint(keys._of_action(name, msg.sender, subaccount, actionType), expiresAt)
    self._emit(
        "SetSubaccountExpiresAt",
        "account,subaccount;expiresAt;;;actionType;",
        subaccount,
        abi_encode(msg.sender, subaccount, expiresAt, actionType),
    )


@payable
@external
def setSubaccountAutoTopUpAmount(subaccount: address, amount: uint256):
    """
    @param amount Of wrapped coins that an action may take from the account for the hot key's gas.
    """
    extcall ledger.store.setUint(keys._of_pair(keys.SUBACCOUNT_AUTO_TOP_UP_AMOUNT, msg.sender, subaccount), amount)
    self._emit(
        "SetSubaccountAutoTopUpAmount",
        "account,subaccount;amount;",
        subaccount,
        abi_encode(msg.sender, subaccount, amount),
    )


@payable
@external
def setIntegrationId(subaccount: address, integrationId: bytes32):
    key: bytes32 = keys._of_pair(keys.SUBACCOUNT_INTEGRATION_ID, msg.sender, subaccount)
    extcall ledger.store.setBytes32(key, integrationId)
    self._emit(
        "SetSubaccountIntegrationId",
        "account,subaccount;;;;integrationId;",
        subaccount,
        abi_encode(msg.sender, subaccount, integrationId),
    )


@payable
@external
def createOrder(account: address, params: types.CreateOrderParams) -> bytes32:
    """
    @notice Collateral comes from the account, as far as its allowance to the Router goes.
    """
    starting_gas: uint256 = msg.gas
    self._act(account)
    self._check_receivers(account, params.addresses)
    if order_types._increases(params.orderType):
        extcall routing.spender.pluginTransfer(
            params.addresses.initialCollateralToken,
            account,
            orderVault,
            params.numbers.initialCollateralDeltaAmount,
        )
    key: bytes32 = extcall routing.handler.createOrder(account, params)
    self._top_up(account, starting_gas)
    return key


@payable
@external
def updateOrder(
    key: bytes32,
    sizeDeltaUsd: uint256,
    acceptablePrice: uint256,
    triggerPrice: uint256,
    minOutputAmount: uint256,
    validFromTime: uint256,
    autoCancel: bool,
):
    starting_gas: uint256 = msg.gas
    account: address = (routing._order(key)).addresses.account
    self._act(account)
    extcall routing.handler.updateOrder(
        key, sizeDeltaUsd, acceptablePrice, triggerPrice, minOutputAmount, validFromTime, autoCancel
    )
    self._top_up(account, starting_gas)


@payable
@external
def cancelOrder(key: bytes32):
    starting_gas: uint256 = msg.gas
    account: address = (routing._order(key)).addresses.account
    self._act(account)
    extcall routing.handler.cancelOrder(key)
    self._top_up(account, starting_gas)


@internal
def _act(account: address):
    """
    @notice Counts the sender's action, or refuses it.
    """
    routing._check_feature(keys.SUBACCOUNT_FEATURE_DISABLED)
    if not staticcall ledger.store.containsAddress(keys._of(keys.SUBACCOUNT_LIST, account), msg.sender):
        raw_revert(abi_encode(account, msg.sender, method_id=method_id("SubaccountNotAuthorized(address,address)")))
    self._check_integration(account)
    action: bytes32 = keys.SUBACCOUNT_ORDER_ACTION
    expires: uint256 = staticcall ledger.store.getUint(
        keys._of_action(keys.SUBACCOUNT_EXPIRES_AT, account, msg.sender, action)
    )
    if block.timestamp >= expires:
        raw_revert(
            abi_encode(
                account,
                msg.sender,
                expires,
                block.timestamp,
                method_id=method_id("SubaccountApprovalExpired(address,address,uint256,uint256)"),
            )
        )
    self._count(account, action)


@internal
def _count(account: address, action: bytes32):
    key: bytes32 = keys._of_action(keys.SUBACCOUNT_ACTION_COUNT, account, msg.sender, action)
    count: uint256 = staticcall ledger.store.getUint(key) + 1
    most: uint256 = staticcall ledger.store.getUint(
        keys._of_action(keys.MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT, account, msg.sender, action)
    )
    if count > most:
        raw_revert(
            abi_encode(
                account,
                msg.sender,
                count,
                most,
                method_id=method_id("MaxSubaccountActionCountExceeded(address,address,uint256,uint256)"),
            )
        )
    extcall ledger.store.setUint(key, count)
    extcall ledger.emitter.emit_log(
        "IncrementSubaccountActionCount",
        [ledger._topic(account), ledger._topic(msg.sender)],
        "account,subaccount;nextValue;;;actionType;",
        abi_encode(account, msg.sender, count, action),
    )


@view
@internal
def _check_integration(account: address):
    integration: bytes32 = staticcall ledger.store.getBytes32(
        keys._of_pair(keys.SUBACCOUNT_INTEGRATION_ID, account, msg.sender)
    )
    disabled: bytes32 = keccak256(abi_encode(keys.SUBACCOUNT_INTEGRATION_DISABLED, integration))
    if integration != empty(bytes32) and staticcall ledger.store.getBool(disabled):
        raw_revert(abi_encode(integration, method_id=method_id("SubaccountIntegrationIdDisabled(bytes32)")))


@pure
@internal
def _check_receivers(account: address, given: types.CreateOrderAddresses):
    if given.receiver != account:
        raw_revert(
            abi_encode(
                given.receiver, account, method_id=method_id("InvalidReceiverForSubaccountOrder(address,address)")
            )
        )
    if given.cancellationReceiver != empty(address) and given.cancellationReceiver != account:
        raw_revert(
            abi_encode(
                given.cancellationReceiver,
                account,
                method_id=method_id("InvalidCancellationReceiverForSubaccountOrder(address,address)"),
            )
        )


@internal
def _top_up(account: address, starting_gas: uint256):
    """
    @notice The sender's gas, out of the account's wrapped coins and as far as it allowed that.
    """
    most: uint256 = staticcall ledger.store.getUint(
        keys._of_pair(keys.SUBACCOUNT_AUTO_TOP_UP_AMOUNT, account, msg.sender)
    )
    if most == 0:
        return
    wnt: address = staticcall ledger.store.getAddress(keys.WNT)
    allowed: uint256 = staticcall IERC20(wnt).allowance(account, routing.spender.address)
    held: uint256 = staticcall IERC20(wnt).balanceOf(account)
    amount: uint256 = min(min(most, (starting_gas - msg.gas) * tx.gasprice), min(allowed, held))
    if amount != 0:
        extcall routing.spender.pluginTransfer(wnt, account, self, amount)
        extcall seams.Wnt(wnt).withdraw(amount)
        raw_call(msg.sender, b"", value=amount)
        self._emit_top_up(account, amount)


@internal
def _emit_top_up(account: address, amount: uint256):
    extcall ledger.emitter.emit_log(
        "SubaccountAutoTopUp",
        [ledger._topic(account), ledger._topic(msg.sender)],
        "account,subaccount;amount;",
        abi_encode(account, msg.sender, amount),
    )


@internal
def _emit(name: String[48], items: String[64], subaccount: address, words: Bytes[128]):
    extcall ledger.emitter.emit_log(name, [ledger._topic(msg.sender), ledger._topic(subaccount)], items, words)
