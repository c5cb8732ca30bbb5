# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Takes orders from the routers and executes them for the keepers
@license MIT
"""


import arithmetic
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


import ending
initializes: ending[ledger := ledger]
exports: (ending.__default__, ending.orderVault)


import execution
initializes: execution[ending := ending, ledger := ledger]
exports: execution.oracle


import drafting
initializes: drafting[ending := ending, ledger := ledger]


_LONGEST_REASON: constant(uint256) = 1024


referralStorage: public(immutable(address))
swapHandler: public(immutable(address))


@deploy
def __init__(
    role_store: seams.RoleStore,
    store: seams.DataStore,
    emitter: seams.EventEmitter,
    oracle: seams.Oracle,
    accrual: seams.Accrual,
    vault: seams.Bank,
    wnt: seams.Wnt,
    increase: seams.Executor,
    decrease: seams.Executor,
    referral_storage: address,
    swap_handler: address,
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    ending.__init__(vault, wnt)
    execution.__init__(oracle, accrual, increase, decrease)
    referralStorage = referral_storage
    swapHandler = swap_handler


@external
def createOrder(account: address, params: types.CreateOrderParams) -> bytes32:
    roles._only_controller()
    execution._check_feature(keys.CREATE_ORDER_FEATURE_DISABLED, params.orderType)
    drafting._check_params(params)
    execution._market(params.addresses.market)
    order: types.Order = drafting._order_of(account, params)
    order = drafting._funded(order, params.numbers.executionFee)
    drafting._check_fee(order)
    key: bytes32 = execution._next_key()
    drafting._check_followers(key, order)
    ending._save(key, order)
    execution._emit_created(key, order)
    return key


@external
def updateOrder(
    key: bytes32,
    size_delta: uint256,
    acceptable: uint256,
    trigger: uint256,
    min_output: uint256,
    valid_from: uint256,
    auto_cancel: bool,
):
    """
    @notice A frozen order thaws. Wrapped coins that came along are added to its fee.
    """
    roles._only_controller()
    order: types.Order = execution._order(key)
    execution._check_feature(keys.UPDATE_ORDER_FEATURE_DISABLED, order.numbers.orderType)
    if not order_types._rests(order.numbers.orderType):
        raw_revert(
            abi_encode(
                convert(order.numbers.orderType, uint256), method_id=method_id("OrderNotUpdatable(uint256)")
            )
        )
    order.numbers.sizeDeltaUsd = size_delta
    order.numbers.acceptablePrice = acceptable
    order.numbers.triggerPrice = trigger
    order.numbers.minOutputAmount = min_output
    order.numbers.validFromTime = valid_from
    order.numbers.updatedAtTime = block.timestamp
    order.flags.autoCancel = auto_cancel
    order.flags.isFrozen = False
    received: uint256 = extcall ending.vault.recordTransferIn(ending.wnt.address)
    if received != 0:
        order.numbers.executionFee += received
        drafting._check_fee(order)
    drafting._check_followers(key, order)
    ending._save(key, order)
    extcall ledger.emitter.emit_order(
        "OrderUpdated",
        [key, ledger._topic(order.addresses.account)],
        "account;sizeDeltaUsd,acceptablePrice,triggerPrice,minOutputAmount,updatedAtTime,validFromTime;;autoCancel;key;",
        abi_encode(
            order.addresses.account,
            size_delta,
            acceptable,
            trigger,
            min_output,
            block.timestamp,
            valid_from,
            auto_cancel,
            key,
        ),
        order,
    )


@external
def cancelOrder(key: bytes32):
    """
    @notice A market order only when no keeper can execute it any more. The account is paid for the gas.
    """
    starting_gas: uint256 = msg.gas
    roles._only_controller()
    order: types.Order = execution._order(key)
    execution._check_feature(keys.CANCEL_ORDER_FEATURE_DISABLED, order.numbers.orderType)
    age: uint256 = block.timestamp - order.numbers.updatedAtTime
    patience: uint256 = staticcall ledger.store.getUint(keys.REQUEST_EXPIRATION_TIME)
    if age < patience and not order_types._rests(order.numbers.orderType):
        raw_revert(
            abi_encode(
                age, patience, "Order", method_id=method_id("RequestNotYetCancellable(uint256,uint256,string)")
            )
        )
    ending._cancel(key, order, "USER_INITIATED_CANCEL", b"", order.addresses.account, starting_gas)


@external
def executeOrder(key: bytes32, oracleParams: types.SetPricesParams):
    """
    @notice What fails for want of prices or rights reverts, and the order stays. What fails otherwise ends a market
        order and freezes a resting one, and the keeper is paid all the same.
    """
    starting_gas: uint256 = msg.gas
    roles._only("ORDER_KEEPER")
    extcall execution._oracle.setPrices(oracleParams)
    order: types.Order = execution._order(key)
    execution._check_feature(keys.EXECUTE_ORDER_FEATURE_DISABLED, order.numbers.orderType)
    if order.flags.isFrozen:
        self._check_frozen_keeper()
    done: bool = False
    failure: Bytes[_LONGEST_REASON] = b""
    done, failure = raw_call(
        self,
        abi_encode(key, method_id=method_id("attempt(bytes32)")),
        max_outsize=_LONGEST_REASON,
        revert_on_failure=False,
    )
    if done:
        ending._pay_fee(order, order.addresses.receiver, msg.sender, starting_gas)
        ending._cancel_followers(order)
    elif self._must_bubble(failure, order_types._rests(order.numbers.orderType)):
        raw_revert(failure)
    elif order_types._rests(order.numbers.orderType):
        ending._freeze(key, order, self._text_of(failure), failure, msg.sender, starting_gas)
    else:
        ending._cancel(key, order, self._text_of(failure), failure, msg.sender, starting_gas)
    extcall execution._oracle.clearAllPrices()


@external
def attempt(key: bytes32):
    """
    @notice One execution, on its own so that it can fail as a whole. For ourselves only.
    """
    assert msg.sender == self, "handler: for itself only"
    self._attempt(key)


@external
def simulateExecuteOrder(key: bytes32, params: types.SimulatePricesParams):
    """
    @notice Always reverts: with EndOfOracleSimulation where the order would have been executed.
    """
    roles._only_controller()
    extcall execution._oracle.setSimulatedPrices(params)
    self._attempt(key)
    raw_revert(method_id("EndOfOracleSimulation()"))


@internal
def _attempt(key: bytes32):
    order: types.Order = execution._order(key)
    if order_types._rests(order.numbers.orderType):
        self._check_trigger(order)
    execution._process(key, order, 0)


@view
@internal
def _check_trigger(order: types.Order):
    kind: uint8 = order.numbers.orderType
    valid_from: uint256 = order.numbers.validFromTime
    if block.timestamp < valid_from:
        raw_revert(
            abi_encode(
                valid_from, block.timestamp, method_id=method_id("OrderValidFromTimeNotReached(uint256,uint256)")
            )
        )
    index: address = (execution._market(order.addresses.market)).indexToken
    price: types.Price = staticcall execution._oracle.getPrimaryPrice(index)
    # The side of the price at which the trade would be done.
    paid: uint256 = arithmetic._pick(price, order.flags.isLong == order_types._increases(kind))
    trigger: uint256 = order.numbers.triggerPrice
    reached: bool = paid <= trigger
    if order_types._wants_rise(kind, order.flags.isLong):
        reached = paid >= trigger
    if not reached:
        raw_revert(
            abi_encode(
                price,
                trigger,
                convert(kind, uint256),
                method_id=method_id("InvalidOrderPrices(uint256,uint256,uint256,uint256)"),
            )
        )


@view
@internal
def _check_frozen_keeper():
    if not staticcall roles.store.hasRole(msg.sender, keccak256(abi_encode("FROZEN_ORDER_KEEPER"))):
        raw_revert(abi_encode(msg.sender, method_id=method_id("InvalidKeeperForFrozenOrder(address)")))


@pure
@internal
def _must_bubble(failure: Bytes[_LONGEST_REASON], rests: bool) -> bool:
    if len(failure) < 4:
        return False
    error: bytes4 = convert(slice(failure, 0, 4), bytes4)
    if error == method_id("EmptyPosition()", output_type=bytes4):
        return rests
    return error in [
        method_id("EmptyPrimaryPrice(address)", output_type=bytes4),
        method_id("OracleTimestampsAreSmallerThanRequired(uint256,uint256)", output_type=bytes4),
        method_id("OracleTimestampsAreLargerThanRequestExpirationTime(uint256,uint256,uint256)", output_type=bytes4),
        method_id("InvalidOrderPrices(uint256,uint256,uint256,uint256)", output_type=bytes4),
        method_id("OrderValidFromTimeNotReached(uint256,uint256)", output_type=bytes4),
    ]


@pure
@internal
def _text_of(failure: Bytes[_LONGEST_REASON]) -> String[128]:
    """
    @notice Where the reason is a plain text.
    """
    if len(failure) < 68 or len(failure) > 196 or slice(failure, 0, 4) != method_id("Error(string)"):
        return ""
    return abi_decode(slice(failure, 4, len(failure) - 4), (String[128]))
