# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title All that the exchange knows, under hashed keys
@license MIT
@notice Controllers write. Positions and orders are kept whole here, where GMX spreads them over hashed keys: only
    the Reader speaks of them, so nobody outside can tell.
"""


import keys
import types
import seams


import roles
initializes: roles
exports: roles.roleStore


import sets
initializes: sets


getUint: public(HashMap[bytes32, uint256])
getInt: public(HashMap[bytes32, int256])
getBool: public(HashMap[bytes32, bool])
getAddress: public(HashMap[bytes32, address])
getBytes32: public(HashMap[bytes32, bytes32])


_markets: HashMap[address, types.Market]
_positions: HashMap[bytes32, types.Position]
_orders: HashMap[bytes32, types.Order]


@deploy
def __init__(role_store: seams.RoleStore):
    roles.__init__(role_store)


@external
def setUint(key: bytes32, to: uint256):
    roles._only_controller()
    self.getUint[key] = to


@external
def setInt(key: bytes32, to: int256):
    roles._only_controller()
    self.getInt[key] = to


@external
def setBool(key: bytes32, to: bool):
    roles._only_controller()
    self.getBool[key] = to


@external
def setAddress(key: bytes32, to: address):
    roles._only_controller()
    self.getAddress[key] = to


@external
def setBytes32(key: bytes32, to: bytes32):
    roles._only_controller()
    self.getBytes32[key] = to


@external
def addAddress(key: bytes32, member: address):
    roles._only_controller()
    sets._add(key, sets._of_address(member))


@external
def removeAddress(key: bytes32, member: address):
    roles._only_controller()
    sets._remove(key, sets._of_address(member))


@view
@external
def containsAddress(key: bytes32, member: address) -> bool:
    return sets._contains(key, sets._of_address(member))


@view
@external
def getAddressCount(key: bytes32) -> uint256:
    return sets._count(key)


@view
@external
def getAddressValuesAt(key: bytes32, start: uint256, end: uint256) -> DynArray[address, sets.MOST]:
    return sets._slice_of_addresses(key, start, end)


@external
def addBytes32(key: bytes32, member: bytes32):
    roles._only_controller()
    sets._add(key, member)


@external
def removeBytes32(key: bytes32, member: bytes32):
    roles._only_controller()
    sets._remove(key, member)


@view
@external
def containsBytes32(key: bytes32, member: bytes32) -> bool:
    return sets._contains(key, member)


@view
@external
def getBytes32Count(key: bytes32) -> uint256:
    return sets._count(key)


@view
@external
def getBytes32ValuesAt(key: bytes32, start: uint256, end: uint256) -> DynArray[bytes32, sets.MOST]:
    return sets._slice(key, start, end)


@external
def setMarket(market: types.Market):
    roles._only_controller()
    sets._add(keys.MARKET_LIST, sets._of_address(market.marketToken))
    self._markets[market.marketToken] = market


@view
@external
def market(key: address) -> types.Market:
    return self._markets[key]


@external
def setPosition(key: bytes32, position: types.Position):
    """
    @notice One without size is forgotten.
    """
    roles._only_controller()
    listed: bytes32 = keys._of(keys.ACCOUNT_POSITION_LIST, position.addresses.account)
    if position.numbers.sizeInUsd == 0:
        sets._remove(listed, key)
        self._positions[key] = empty(types.Position)
    else:
        sets._add(listed, key)
        self._positions[key] = position


@view
@external
def position(key: bytes32) -> types.Position:
    return self._positions[key]


@external
def setOrder(key: bytes32, order: types.Order):
    roles._only_controller()
    sets._add(keys._of(keys.ACCOUNT_ORDER_LIST, order.addresses.account), key)
    self._orders[key] = order


@external
def removeOrder(key: bytes32):
    roles._only_controller()
    sets._remove(keys._of(keys.ACCOUNT_ORDER_LIST, self._orders[key].addresses.account), key)
    self._orders[key] = empty(types.Order)


@view
@external
def order(key: bytes32) -> types.Order:
    return self._orders[key]
