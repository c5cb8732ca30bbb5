# pragma version ~=0.4.3
"""
@title Test token
@license MIT
"""


import ownable
initializes: ownable
exports: ownable.owner


import erc20
initializes: erc20[ownable := ownable]
exports: erc20.__interface__


@deploy
def __init__(name_: String[32], symbol_: String[12], decimals_: uint8):
    ownable.__init__()
    erc20.__init__(name_, symbol_, decimals_)
