"""Approvals: the pinned spender, and exactly the amount of the plan or zero."""

from collections.abc import Collection, Iterator

from agent.firewall.abi import Methods
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Address

ERC20 = Methods(approve=("address", "uint256"))
"""transfer, transferFrom and increaseAllowance are not here: they are refused by METHOD."""


def judge_approval(spender: str, amount: int, pinned: Address, amounts: Collection[int]) -> Iterator[Breach]:
    """Amounts are the token's own integers. Zero takes an allowance back and is always right."""
    if spender != pinned.lower():
        yield breach(Rule.SPENDER, spender, pinned)
    if amount and amount not in amounts:
        yield breach(Rule.AMOUNT, amount, " or ".join(map(str, (0, *amounts))))
