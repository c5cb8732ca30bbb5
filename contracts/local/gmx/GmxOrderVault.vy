# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Holds collateral and execution fees while an order waits
@license MIT
"""


import seams


import roles
initializes: roles
exports: roles.roleStore


import bank
initializes: bank[roles := roles]
exports: (bank.__default__, bank.recordTransferIn, bank.transferOut)


@deploy
def __init__(role_store: seams.RoleStore, wnt: seams.Wnt):
    roles.__init__(role_store)
    bank.__init__(wnt)
