# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Dry runs, where the release has moved them out of the ExchangeRouter
@license MIT
@notice To be called through makeExternalCalls, right after the order was created.
"""


import keys
import seams
import types


import roles
initializes: roles
exports: roles.roleStore


import ledger
initializes: ledger
exports: ledger.dataStore


import routing
initializes: routing[ledger := ledger]
exports: (routing.orderHandler, routing.router)


@deploy
def __init__(
    role_store: seams.RoleStore,
    store: seams.DataStore,
    emitter: seams.EventEmitter,
    handler: seams.OrderHandler,
    router: seams.Router,
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    routing.__init__(handler, router)


@payable
@external
def simulateExecuteLatestOrder(simulatedOracleParams: types.SimulatePricesParams):
    nonce: uint256 = staticcall ledger.store.getUint(keys.NONCE)
    key: bytes32 = keccak256(abi_encode(ledger.store.address, nonce))
    extcall routing.handler.simulateExecuteOrder(key, simulatedOracleParams)
