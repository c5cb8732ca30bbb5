# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Oracle provider whose owner sets the prices
@license MIT
@notice A price is as old as the block that asks for it, unless it is given an age.
"""


from .. import ownable
initializes: ownable
exports: ownable.owner


import types


age: public(uint256)
_prices: HashMap[address, types.Price]


@deploy
def __init__():
    ownable.__init__()


@external
def setPrice(token: address, low: uint256, high: uint256):
    """
    @param low USD per smallest token unit, scaled by 1e30.
    """
    ownable._check_owner()
    assert 0 < low and low <= high, "provider: prices out of order"
    self._prices[token] = types.Price(min=low, max=high)


@external
def setAge(seconds: uint256):
    ownable._check_owner()
    self.age = seconds


@view
@external
def getOraclePrice(token: address, data: Bytes[256]) -> types.ValidatedPrice:
    price: types.Price = self._prices[token]
    return types.ValidatedPrice(
        token=token, min=price.min, max=price.max, timestamp=block.timestamp - self.age, provider=self
    )


@pure
@external
def shouldAdjustTimestamp() -> bool:
    return False


@pure
@external
def isChainlinkOnChainProvider() -> bool:
    return True
