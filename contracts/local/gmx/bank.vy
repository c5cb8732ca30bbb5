# pragma version ~=0.4.3
"""
@title Keeps tokens and remembers how many it has been told of
@license MIT
"""


from ethereum.ercs import IERC20


import roles
uses: roles


import seams


_wnt: immutable(seams.Wnt)
_recorded: HashMap[address, uint256]


@deploy
def __init__(wnt: seams.Wnt):
    _wnt = wnt


@payable
@external
def __default__():
    """
    @notice Unwrapped coins pass through here.
    """
    assert msg.sender == _wnt.address, "bank: not the wrapped native coin"


@external
def recordTransferIn(token: address) -> uint256:
    """
    @return What arrived since the last time.
    """
    roles._only_controller()
    before: uint256 = self._recorded[token]
    self._record(token)
    return self._recorded[token] - before


@external
def transferOut(token: address, receiver: address, amount: uint256, unwrap: bool):
    """
    @param unwrap Wrapped native coins leave as native ones.
    """
    roles._only_controller()
    if unwrap and token == _wnt.address:
        extcall _wnt.withdraw(amount)
        raw_call(receiver, b"", value=amount)
    else:
        assert extcall IERC20(token).transfer(receiver, amount, default_return_value=True)
    self._record(token)


@internal
def _record(token: address):
    self._recorded[token] = staticcall IERC20(token).balanceOf(self)
