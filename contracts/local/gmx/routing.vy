# pragma version ~=0.4.3
"""
@title What every router can do: several calls in one, and tokens sent ahead of an order
@license MIT
"""


from ethereum.ercs import IERC20


import keys
import ledger
uses: ledger


import seams
import types


_MOST_CALLS: constant(uint256) = 12
_LONGEST_CALL: constant(uint256) = 8192
_LONGEST_ANSWER: constant(uint256) = 1024


handler: immutable(seams.OrderHandler)
spender: immutable(seams.Router)


@deploy
def __init__(handler_: seams.OrderHandler, spender_: seams.Router):
    handler = handler_
    spender = spender_


@view
@external
def orderHandler() -> address:
    return handler.address


@view
@external
def router() -> address:
    return spender.address


@payable
@external
def multicall(data: DynArray[Bytes[_LONGEST_CALL], _MOST_CALLS]) -> DynArray[Bytes[_LONGEST_ANSWER], _MOST_CALLS]:
    """
    @notice All of them or none. What one of them reverts with is what this reverts with.
    """
    results: DynArray[Bytes[_LONGEST_ANSWER], _MOST_CALLS] = []
    for call: Bytes[_LONGEST_CALL] in data:
        done: bool = False
        answer: Bytes[_LONGEST_ANSWER] = b""
        done, answer = raw_call(
            self, call, max_outsize=_LONGEST_ANSWER, is_delegate_call=True, revert_on_failure=False
        )
        if not done:
            raw_revert(answer)
        results.append(answer)
    return results


@payable
@external
def sendWnt(receiver: address, amount: uint256):
    """
    @notice Wraps the call's coins.
    """
    wnt: address = staticcall ledger.store.getAddress(keys.WNT)
    extcall seams.Wnt(wnt).deposit(value=amount)
    assert extcall IERC20(wnt).transfer(receiver, amount)


@payable
@external
def sendTokens(token: address, receiver: address, amount: uint256):
    extcall spender.pluginTransfer(token, msg.sender, receiver, amount)


@payable
@external
def sendNativeToken(receiver: address, amount: uint256):
    raw_call(receiver, b"", value=amount)


@view
@internal
def _order(key: bytes32) -> types.Order:
    order: types.Order = staticcall ledger.store.order(key)
    if order.addresses.account == empty(address):
        raw_revert(method_id("EmptyOrder()"))
    return order


@view
@internal
def _check_feature(name: bytes32):
    key: bytes32 = keys._of(name, self)
    if staticcall ledger.store.getBool(key):
        raw_revert(abi_encode(key, method_id=method_id("DisabledFeature(bytes32)")))
