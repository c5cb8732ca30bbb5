# pragma version ~=0.4.3
"""
@title One owner, set at deployment
@license MIT
"""


owner: public(address)


@deploy
def __init__():
    self.owner = msg.sender


@internal
def _check_owner():
    assert msg.sender == self.owner, "ownable: caller is not the owner"
