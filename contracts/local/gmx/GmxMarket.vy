# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Share of a market's pool, and the pool itself
@license MIT
@notice Nobody deposits through orders here: the owner funds the pool and mints the shares.
"""


import seams


from .. import ownable
initializes: ownable
exports: ownable.owner


from .. import erc20
initializes: erc20[ownable := ownable]
exports: erc20.__interface__


import roles
initializes: roles
exports: roles.roleStore


import bank
initializes: bank[roles := roles]
exports: (bank.__default__, bank.recordTransferIn, bank.transferOut)


@deploy
def __init__(role_store: seams.RoleStore, wnt: seams.Wnt):
    ownable.__init__()
    erc20.__init__("GMX Market", "GM", 18)
    roles.__init__(role_store)
    bank.__init__(wnt)
