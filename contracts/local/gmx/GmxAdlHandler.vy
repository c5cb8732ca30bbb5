# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Shrinks winning positions where the pool could not pay all winners
@license MIT
"""


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
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    ending.__init__(vault, wnt)
    execution.__init__(oracle, accrual, increase, decrease)


@external
def executeAdl(
    account: address,
    market: address,
    collateralToken: address,
    isLong: bool,
    sizeDeltaUsd: uint256,
    oracleParams: types.SetPricesParams,
):
    """
    @notice Only while it is switched on for the side.
    """
    roles._only("ADL_KEEPER")
    execution._check_feature(keys.EXECUTE_ADL_FEATURE_DISABLED, order_types.MARKET_DECREASE)
    if not staticcall ledger.store.getBool(keys._of_side(keys.IS_ADL_ENABLED, market, isLong)):
        raw_revert(method_id("AdlNotEnabled()"))
    extcall execution._oracle.setPrices(oracleParams)
    position: types.Position = staticcall ledger.store.position(
        keys._of_position(account, market, collateralToken, isLong)
    )
    order: types.Order = execution._closing(position, order_types.MARKET_DECREASE, sizeDeltaUsd)
    key: bytes32 = execution._next_key()
    execution._emit_created(key, order)
    execution._process(key, order, 1)
    ending._cancel_followers(order)
    extcall execution._oracle.clearAllPrices()
