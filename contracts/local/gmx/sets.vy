# pragma version ~=0.4.3
"""
@title Sets of 32-byte words that can be listed
@license MIT
@notice A removed member gives its place to the last one.
"""


MOST: constant(uint256) = 128


_members: HashMap[bytes32, DynArray[bytes32, MOST]]
_places: HashMap[bytes32, HashMap[bytes32, uint256]] # From one; zero is not a member.


@internal
def _add(key: bytes32, member: bytes32):
    if self._places[key][member] == 0:
        self._members[key].append(member)
        self._places[key][member] = len(self._members[key])


@internal
def _remove(key: bytes32, member: bytes32):
    place: uint256 = self._places[key][member]
    if place == 0:
        return
    last: bytes32 = self._members[key].pop()
    if last != member:
        self._members[key][place - 1] = last
        self._places[key][last] = place
    self._places[key][member] = 0


@view
@internal
def _contains(key: bytes32, member: bytes32) -> bool:
    return self._places[key][member] != 0


@view
@internal
def _count(key: bytes32) -> uint256:
    return len(self._members[key])


@view
@internal
def _slice(key: bytes32, start: uint256, end: uint256) -> DynArray[bytes32, MOST]:
    """
    @notice A start beyond the end is an underflow, and says so as one.
    """
    stop: uint256 = min(end, len(self._members[key]))
    if start > stop:
        raw_revert(abi_encode(convert(17, uint256), method_id=method_id("Panic(uint256)")))
    found: DynArray[bytes32, MOST] = []
    for place: uint256 in range(start, stop, bound=MOST):
        found.append(self._members[key][place])
    return found


@view
@internal
def _slice_of_addresses(key: bytes32, start: uint256, end: uint256) -> DynArray[address, MOST]:
    found: DynArray[address, MOST] = []
    members: DynArray[bytes32, MOST] = self._slice(key, start, end)
    for member: bytes32 in members:
        found.append(convert(convert(member, uint256), address))
    return found


@pure
@internal
def _of_address(member: address) -> bytes32:
    return convert(convert(member, uint256), bytes32)
