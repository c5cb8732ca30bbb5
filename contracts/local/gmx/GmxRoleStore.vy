# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Roles of the exchange
@license MIT
@notice The owner gives and takes them.
"""


from .. import ownable
initializes: ownable
exports: ownable.owner


import sets
initializes: sets


@deploy
def __init__():
    ownable.__init__()


@external
def grantRole(account: address, role: bytes32):
    ownable._check_owner()
    sets._add(role, sets._of_address(account))


@external
def revokeRole(account: address, role: bytes32):
    ownable._check_owner()
    sets._remove(role, sets._of_address(account))


@view
@external
def hasRole(account: address, role: bytes32) -> bool:
    return sets._contains(role, sets._of_address(account))


@view
@external
def getRoleMemberCount(role: bytes32) -> uint256:
    return sets._count(role)


@view
@external
def getRoleMembers(role: bytes32, start: uint256, end: uint256) -> DynArray[address, sets.MOST]:
    return sets._slice_of_addresses(role, start, end)
