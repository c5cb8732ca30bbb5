# pragma version ~=0.4.3
"""
@title A rate that only its owner advances
@license MIT
@notice Underlying units that one unit of the token stands for, scaled by 1e18.
"""


import ownable
uses: ownable


event Accrued:
    rate: uint256


_ONE: constant(uint256) = 10**18
_MAX_GROWTH: constant(uint256) = 10**17 # 10 % per call: a slip of the scale is caught.


rate: public(uint256)


@deploy
def __init__(rate_: uint256):
    assert rate_ >= _ONE, "accruing: rate below one"
    self.rate = rate_


@external
def accrue(growth: uint256):
    """
    @param growth Relative increase of the rate (0-1e17, 1e18 = 100 %).
    """
    ownable._check_owner()
    assert growth <= _MAX_GROWTH, "accruing: growth above 10 %"
    self.rate += self.rate * growth // _ONE
    log Accrued(rate=self.rate)


@view
@internal
def _to_underlying(amount: uint256) -> uint256:
    return amount * self.rate // _ONE
