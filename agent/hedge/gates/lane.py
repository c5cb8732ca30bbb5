"""Whether the lane can be used: its replay guard, its fee, and how often it failed."""

from collections.abc import Iterable

from agent.hedge.gates.base import Case
from agent.hedge.strangers import used_elsewhere
from agent.model import Code, Reason
from agent.model.times import DAY_MS
from agent.model.words import figure, gas_coin
from agent.units import Ratio

COIN_DECIMALS = 18
"""Of the chain's own coin, on every EVM chain."""


def foreign_nonce(case: Case) -> Iterable[Reason]:
    """The key was used by someone else."""
    reason = used_elsewhere(case.terms)
    return [reason] if reason else []


def fee_above_ceiling(case: Case) -> Iterable[Reason]:
    if case.terms.max_fee > case.terms.ceiling:
        found, allowed = (gwei(wei) for wei in (case.terms.max_fee, case.terms.ceiling))
        yield Reason(code=Code.FEE_ABOVE_CEILING, subject=case.terms.lane, value=found, limit=allowed)


def gwei(wei: int) -> str:
    """Wei per gas, in the unit that people quote it in."""
    return f"{figure(Ratio.from_int(wei, 9).raw, 4)} gwei"


def retry_cap(case: Case) -> Iterable[Reason]:
    """Reverted payloads and cancelled orders of the last 24 hours: a lane that keeps failing burns gas and mends
    nothing."""
    if failed(case) >= case.limits.max_reverts_per_day:
        found = f"{failed(case)} in 24 h"
        allowed = str(case.limits.max_reverts_per_day)
        yield Reason(code=Code.RETRY_CAP, subject=case.terms.lane, value=found, limit=allowed)


def failed(case: Case) -> int:
    """How often, on this lane, in the last 24 hours."""
    since = case.snapshot.time_ms() - DAY_MS
    return sum(at > since for at in case.memory.refusals.get(case.terms.lane, ()))


def gas_budget(case: Case) -> Iterable[Reason]:
    """What transactions and keepers took in the last 24 hours: a small hedge must not be eaten by its own gas."""
    most = case.limits.max_gas_per_day
    if case.terms.ceiling and Ratio.from_int(spent(case), COIN_DECIMALS) >= most:
        found = f"{gas_coin(spent(case))} in 24 h"
        yield Reason(code=Code.GAS_BUDGET, subject=case.terms.lane, value=found, limit=f"{most} a day")


def spent(case: Case) -> int:
    """Wei, on this lane, in the last 24 hours."""
    since = case.snapshot.time_ms() - DAY_MS
    return sum(wei for at, wei in case.memory.gas.get(case.terms.lane, ()) if at > since)
