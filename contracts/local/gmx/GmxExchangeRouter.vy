# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Where accounts give, change and take back their orders
@license MIT
"""


import keys
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


_MOST_CLAIMS: constant(uint256) = 16


externalHandler: public(immutable(address))


@deploy
def __init__(
    role_store: seams.RoleStore,
    store: seams.DataStore,
    emitter: seams.EventEmitter,
    handler: seams.OrderHandler,
    router: seams.Router,
    external_handler: address,
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    routing.__init__(handler, router)
    externalHandler = external_handler


@payable
@external
def createOrder(params: types.CreateOrderParams) -> bytes32:
    return extcall routing.handler.createOrder(msg.sender, params)


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
    self._only_account(key, "account for updateOrder")
    extcall routing.handler.updateOrder(
        key, sizeDeltaUsd, acceptablePrice, triggerPrice, minOutputAmount, validFromTime, autoCancel
    )


@payable
@external
def cancelOrder(key: bytes32):
    self._only_account(key, "account for cancelOrder")
    extcall routing.handler.cancelOrder(key)


@payable
@external
def claimFundingFees(
    markets: DynArray[address, _MOST_CLAIMS], tokens: DynArray[address, _MOST_CLAIMS], receiver: address
) -> DynArray[uint256, _MOST_CLAIMS]:
    """
    @notice What the sender's positions have earned when they were last touched.
    """
    routing._check_feature(keys.CLAIM_FUNDING_FEES_FEATURE_DISABLED)
    if receiver == empty(address):
        raw_revert(method_id("EmptyReceiver()"))
    if len(markets) != len(tokens):
        raw_revert(
            abi_encode(
                len(markets), len(tokens), method_id=method_id("InvalidClaimFundingFeesInput(uint256,uint256)")
            )
        )
    claimed: DynArray[uint256, _MOST_CLAIMS] = []
    for i: uint256 in range(len(markets), bound=_MOST_CLAIMS):
        claimed.append(self._claim(markets[i], tokens[i], receiver))
    return claimed


@payable
@external
def simulateExecuteLatestOrder(simulatedOracleParams: types.SimulatePricesParams):
    """
    @notice Always reverts: with EndOfOracleSimulation where the latest order would have been executed.
    """
    nonce: uint256 = staticcall ledger.store.getUint(keys.NONCE)
    key: bytes32 = keccak256(abi_encode(ledger.store.address, nonce))
    extcall routing.handler.simulateExecuteOrder(key, simulatedOracleParams)


@payable
@external
def makeExternalCalls(
    externalCallTargets: DynArray[address, 4],
    externalCallDataList: DynArray[Bytes[4096], 4],
    refundTokens: DynArray[address, 4],
    refundReceivers: DynArray[address, 4],
):
    """
    @notice In the name of the external handler, which has no rights.
    """
    extcall seams.ExternalHandler(externalHandler).makeExternalCalls(
        externalCallTargets, externalCallDataList, refundTokens, refundReceivers
    )


@view
@internal
def _only_account(key: bytes32, role: String[32]):
    order: types.Order = routing._order(key)
    if order.addresses.account != msg.sender:
        roles._refuse(msg.sender, role)


@internal
def _claim(market: address, token: address, receiver: address) -> uint256:
    key: bytes32 = keys._of_claim(keys.CLAIMABLE_FUNDING_AMOUNT, market, token, msg.sender)
    pool_key: bytes32 = keys._of_pair(keys.CLAIMABLE_FUNDING_AMOUNT, market, token)
    amount: uint256 = staticcall ledger.store.getUint(key)
    left: uint256 = staticcall ledger.store.getUint(pool_key) - amount
    extcall ledger.store.setUint(key, 0)
    extcall ledger.store.setUint(pool_key, left)
    if amount != 0:
        extcall seams.Bank(market).transferOut(token, receiver, amount, False)
    extcall ledger.emitter.emit_log(
        "FundingFeesClaimed",
        [ledger._topic(msg.sender)],
        "market,token,account,receiver;amount,nextPoolValue;",
        abi_encode(market, token, msg.sender, receiver, amount, left),
    )
    return amount
