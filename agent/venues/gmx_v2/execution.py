"""What a keeper is paid to execute an order.

GasUtils.validateExecutionFee: at least the creating transaction's own gas price, times a gas figure from the data
store. What the keeper does not use comes back to the order's receiver.
"""

from agent.model import value
from agent.venues.gmx_v2.setup import ONE

PRICES = 3
"""Of index, long and short token; no order of ours swaps."""


CREATE_GAS = 1_500_000
"""Upper bound of the creating transaction: 932,000 measured by the account's own hand, 1,069,000 by an operator. The
live chain's estimate replaces it."""
APPROVE_GAS = 100_000


@value
class ExecutionGas:
    """ESTIMATED_GAS_FEE_* and *_ORDER_GAS_LIMIT of the data store."""

    base: int
    per_price: int
    multiplier: int
    increase: int
    decrease: int

    def for_increase(self) -> int:
        return self._of(self.increase)

    def for_decrease(self) -> int:
        return self._of(self.decrease)

    def _of(self, limit: int) -> int:
        return self.base + self.per_price * PRICES + limit * self.multiplier // ONE
