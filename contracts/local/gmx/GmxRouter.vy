# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Spender of everybody's allowances
@license MIT
"""


from ethereum.ercs import IERC20


import seams


import roles
initializes: roles
exports: roles.roleStore


@deploy
def __init__(role_store: seams.RoleStore):
    roles.__init__(role_store)


@external
def pluginTransfer(token: address, account: address, receiver: address, amount: uint256):
    roles._only("ROUTER_PLUGIN")
    assert extcall IERC20(token).transferFrom(account, receiver, amount, default_return_value=True)
