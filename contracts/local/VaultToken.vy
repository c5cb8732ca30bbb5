# pragma version ~=0.4.3
"""
@title Shares of a vault, read like ERC-4626
@license MIT
@notice Only the reading side: nothing can be deposited or withdrawn.
"""


from ethereum.ercs import IERC20Detailed


import ownable
initializes: ownable
exports: ownable.owner


import erc20
initializes: erc20[ownable := ownable]
exports: erc20.__interface__


import accruing
initializes: accruing[ownable := ownable]
exports: accruing.accrue


asset: public(immutable(address))


@deploy
def __init__(name_: String[32], symbol_: String[12], asset_: address, rate: uint256):
    ownable.__init__()
    erc20.__init__(name_, symbol_, staticcall IERC20Detailed(asset_).decimals())
    accruing.__init__(rate)
    asset = asset_


@view
@external
def convertToAssets(shares: uint256) -> uint256:
    """
    @return Assets that the shares stand for, rounded down, in the asset's decimals.
    """
    return accruing._to_underlying(shares)


@view
@external
def totalAssets() -> uint256:
    return accruing._to_underlying(erc20.totalSupply)
