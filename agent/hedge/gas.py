"""How long an operator's coins last."""

from collections.abc import Sequence

from agent.model import Terms, View


def exits_paid(terms: Terms, views: Sequence[View]) -> int:
    """How often everything on the lane could be closed at the fee ceiling; `views` are all of its venues."""
    exit_wei = sum(view.exit_gas for view in views) * terms.ceiling
    return terms.gas_balance // exit_wei if exit_wei else 0
