# pragma version ~=0.4.3
"""
@title Kinds of orders
@license MIT
"""


MARKET_SWAP: constant(uint8) = 0
LIMIT_SWAP: constant(uint8) = 1
MARKET_INCREASE: constant(uint8) = 2
LIMIT_INCREASE: constant(uint8) = 3
MARKET_DECREASE: constant(uint8) = 4
LIMIT_DECREASE: constant(uint8) = 5
STOP_LOSS_DECREASE: constant(uint8) = 6
LIQUIDATION: constant(uint8) = 7
STOP_INCREASE: constant(uint8) = 8


@pure
@internal
def _increases(kind: uint8) -> bool:
    return kind in [MARKET_INCREASE, LIMIT_INCREASE, STOP_INCREASE]


@pure
@internal
def _rests(kind: uint8) -> bool:
    """
    @notice It waits for a price.
    """
    return kind in [LIMIT_SWAP, LIMIT_INCREASE, LIMIT_DECREASE, STOP_LOSS_DECREASE, STOP_INCREASE]


@pure
@internal
def _wants_rise(kind: uint8, is_long: bool) -> bool:
    """
    @notice Whether it waits for the price to reach its trigger from below.
    """
    if kind in [LIMIT_INCREASE, STOP_LOSS_DECREASE]:
        return not is_long
    return is_long
