# pragma version ~=0.4.3
"""
@title A price provider that says what it is told
@license MIT
@notice Stands on the fork of a rehearsal only: a keeper's leg runs at the prices that the plan was made with.
"""


struct ValidatedPrice:
    token: address
    min: uint256
    max: uint256
    timestamp: uint256
    provider: address


@external
@view
def getOraclePrice(token: address, data: Bytes[64]) -> ValidatedPrice:
    lower: uint256 = 0
    higher: uint256 = 0
    lower, higher = abi_decode(data, (uint256, uint256))
    return ValidatedPrice(token=token, min=lower, max=higher, timestamp=block.timestamp, provider=self)


@external
@pure
def shouldAdjustTimestamp() -> bool:
    return False


@external
@pure
def isChainlinkOnChainProvider() -> bool:
    """
    @notice True: no reference feed is compared with what we say.
    """
    return True
