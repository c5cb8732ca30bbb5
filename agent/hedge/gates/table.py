"""Which gate binds which leg. What cannot be read or believed stops new risk; reducing stays possible.

A reduction is held back only by what would make it wrong (a stale or skewed picture, a trade away from the
target, a size beyond one order, no bound on its price) or in vain (a halted venue, a market too thin, a price bound
that the firewall refuses, a lane that fails or is not ours alone). A flatten is a person's decision: it needs a
picture that shows our own last trade, a price bound of its own, and a fee that the vault will sign; its fee ceiling
is a higher one. Collateral in is never held back by a gate on leverage.
"""

from typing import TypeAlias

from agent.hedge.gates import lane, money, position, price, reading
from agent.hedge.gates.base import Effect, Gate

Gates: TypeAlias = tuple[tuple[Gate, frozenset[Effect]], ...]

INCREASE, REDUCE, SUPPORT, EXIT = Effect.INCREASE, Effect.REDUCE, Effect.SUPPORT, Effect.EXIT

GATES: Gates = (
    (reading.stale, frozenset({INCREASE, REDUCE, SUPPORT, EXIT})),
    (reading.skew, frozenset({INCREASE, REDUCE})),
    (price.oracle_stale, frozenset({INCREASE})),
    (price.oracle_deviation, frozenset({INCREASE})),
    (price.venues_apart, frozenset({INCREASE})),
    (price.far_from_outside, frozenset({REDUCE})),
    (price.basis, frozenset({INCREASE})),
    (reading.signs, frozenset({INCREASE})),
    (price.slippage, frozenset({INCREASE, REDUCE, EXIT})),
    (price.depth, frozenset({INCREASE, REDUCE})),
    (money.leverage, frozenset({INCREASE})),
    (money.runway, frozenset({INCREASE})),
    (money.collateral, frozenset({INCREASE})),
    (money.reserve, frozenset({INCREASE, REDUCE, SUPPORT, EXIT})),
    (money.order_size, frozenset({INCREASE, REDUCE})),
    (money.turnover, frozenset({INCREASE})),
    (money.gas_runway, frozenset({INCREASE})),
    (lane.foreign_nonce, frozenset({INCREASE, REDUCE, SUPPORT})),
    (lane.fee_above_ceiling, frozenset({INCREASE, REDUCE, SUPPORT, EXIT})),
    (lane.retry_cap, frozenset({INCREASE, REDUCE, SUPPORT})),
    (lane.gas_budget, frozenset({INCREASE})),
    (position.halted, frozenset({INCREASE, REDUCE})),
    (position.disputed, frozenset({INCREASE})),
    (position.full, frozenset({INCREASE})),
    (position.on_hold, frozenset({INCREASE})),
    (position.not_delegated, frozenset({INCREASE})),
    (position.share, frozenset({INCREASE})),
    (position.dark_venue, frozenset({INCREASE, REDUCE})),
    (position.strange_position, frozenset({INCREASE})),
    (position.strange_account, frozenset({INCREASE})),
    (position.unconfigured_position, frozenset({INCREASE})),
    (position.wrong_way, frozenset({INCREASE, REDUCE, EXIT})),
)
