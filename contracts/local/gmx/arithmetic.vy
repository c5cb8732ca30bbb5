# pragma version ~=0.4.3
"""
@title Fixed point and rounding
@license MIT
"""


import types


ONE: constant(uint256) = 10**30
_SIGNED_ONE: constant(int256) = 10**30


@pure
@internal
def _share(amount: uint256, factor: uint256) -> uint256:
    return amount * factor // ONE


@pure
@internal
def _signed_share(amount: int256, factor: uint256) -> int256:
    """
    @notice Rounded towards zero.
    """
    return amount * convert(factor, int256) // _SIGNED_ONE


@pure
@internal
def _ceil(amount: uint256, divisor: uint256) -> uint256:
    return (amount + divisor - 1) // divisor


@pure
@internal
def _power(amount: uint256, exponent: uint256) -> uint256:
    """
    @param exponent Whole, scaled by 1e30: this exchange knows lines and parabolas.
    """
    assert exponent % ONE == 0 and exponent > 0, "arithmetic: exponent is not whole"
    result: uint256 = amount
    for _: uint256 in range(exponent // ONE - 1, bound=3):
        result = result * amount // ONE
    return result


@pure
@internal
def _magnitude(amount: int256) -> uint256:
    return convert(abs(amount), uint256)


@pure
@internal
def _plus(amount: uint256, delta: int256) -> uint256:
    return convert(convert(amount, int256) + delta, uint256)


@pure
@internal
def _bounded(amount: int256, low: uint256, high: uint256) -> int256:
    """
    @notice Its magnitude; zero counts as positive.
    """
    size: int256 = convert(min(max(self._magnitude(amount), low), high), int256)
    return size if amount >= 0 else -size


@pure
@internal
def _pick(price: types.Price, maximize: bool) -> uint256:
    return price.max if maximize else price.min
