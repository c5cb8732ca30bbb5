# pragma version ~=0.4.3
"""
@title Staked ether behind a rising rate, read like wstETH
@license MIT
"""


import ownable
initializes: ownable
exports: ownable.owner


import erc20
initializes: erc20[ownable := ownable]
exports: erc20.__interface__


import accruing
initializes: accruing[ownable := ownable]
exports: accruing.accrue


@deploy
def __init__(name_: String[32], symbol_: String[12], rate: uint256):
    ownable.__init__()
    erc20.__init__(name_, symbol_, 18)
    accruing.__init__(rate)


@view
@external
def stEthPerToken() -> uint256:
    """
    @return Staked ether per token, scaled by 1e18.
    """
    return accruing.rate
