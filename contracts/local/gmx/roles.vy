# pragma version ~=0.4.3
"""
@title Who may call
@license MIT
@notice A role is keccak256(abi_encode("ITS NAME")).
"""


import seams


store: immutable(seams.RoleStore)


@deploy
def __init__(role_store: seams.RoleStore):
    store = role_store


@view
@external
def roleStore() -> address:
    return store.address


@view
@internal
def _only_controller():
    self._only("CONTROLLER")


@view
@internal
def _only(role: String[32]):
    if not staticcall store.hasRole(msg.sender, keccak256(abi_encode(role))):
        self._refuse(msg.sender, role)


@pure
@internal
def _refuse(caller: address, role: String[32]):
    raw_revert(abi_encode(caller, role, method_id=method_id("Unauthorized(address,string)")))
