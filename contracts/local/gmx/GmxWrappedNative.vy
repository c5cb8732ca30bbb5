# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Wrapped native coin
@license MIT
@notice Wrapping and unwrapping show as transfers from and to nobody.
"""


from ethereum.ercs import IERC20


from .. import ownable
initializes: ownable
exports: ownable.owner


from .. import erc20
initializes: erc20[ownable := ownable]
exports: erc20.__interface__


@deploy
def __init__():
    ownable.__init__()
    erc20.__init__("Wrapped Ether", "WETH", 18)


@payable
@external
def __default__():
    self._deposit(msg.sender, msg.value)


@payable
@external
def deposit():
    self._deposit(msg.sender, msg.value)


@external
def withdraw(amount: uint256):
    assert erc20.balanceOf[msg.sender] >= amount, "erc20: insufficient balance"
    erc20.balanceOf[msg.sender] -= amount
    erc20.totalSupply -= amount
    log IERC20.Transfer(sender=msg.sender, receiver=empty(address), value=amount)
    raw_call(msg.sender, b"", value=amount)


@internal
def _deposit(holder: address, amount: uint256):
    erc20.balanceOf[holder] += amount
    erc20.totalSupply += amount
    log IERC20.Transfer(sender=empty(address), receiver=holder, value=amount)
