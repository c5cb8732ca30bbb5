"""What each gate measures and what it allows, also where it lets a leg pass: for a person who asks why.

Only words: whether a gate holds is the gate's own answer. One without a figure here is simply well or not.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from agent.hedge.bound import furthest, worth
from agent.hedge.doubts import away
from agent.hedge.gates import lane, money, price, reading
from agent.hedge.gates.base import Case, Gate
from agent.hedge.margin import initial_margin, leverage
from agent.hedge.outside import quotes_of
from agent.model import Trade
from agent.model.words import figure, gas_coin, percent, usd
from agent.model.words import price as priced
from agent.units import Usd

Meter: TypeAlias = Callable[[Case], tuple[str, str]]
"""What was found, and the limit; both empty where there is nothing to measure."""
NOTHING = ("", "")


def _skew(case: Case) -> tuple[str, str]:
    return f"{reading.apart_ms(case) // 1000} s", f"{case.limits.max_skew_s} s"


def _oracle_stale(case: Case) -> tuple[str, str]:
    quotes = quotes_of(case.market.underlying, case.snapshot) if case.market else ()
    ages = [f"{q.source} {(q.stamp.time_ms - q.updated_ms) // 1000} s" for q in quotes]
    return ", ".join(ages), ", ".join(f"{q.max_age_s} s" for q in quotes)


def _oracle_deviation(case: Case) -> tuple[str, str]:
    quotes = quotes_of(case.market.underlying, case.snapshot) if case.market else ()
    found = [f"{q.source} {percent(away(case.market.index, q.price))}" for q in quotes if case.market]
    return ", ".join(found), percent(case.limits.max_oracle_deviation)


def _basis(case: Case) -> tuple[str, str]:
    off = away(case.market.mark, case.market.index) if case.market else None
    return NOTHING if off is None else (percent(off), percent(case.limits.max_basis))


def _slippage(case: Case) -> tuple[str, str]:
    if not (case.trade and case.market):
        return NOTHING
    return f"bound {priced(case.trade.worst)}", f"{percent(furthest(case.limits))} from the outside price"


def _leverage(case: Case) -> tuple[str, str]:
    then = leverage(case.outcome)
    return figure(then.raw, 2) if then is not None else "without equity", str(case.limits.open_leverage)


def _collateral(case: Case) -> tuple[str, str]:
    return f"equity {usd(case.outcome.equity)}", f"initial margin {usd(initial_margin(case.outcome))}"


def _reserve(case: Case) -> tuple[str, str]:
    return f"posts {usd(case.fund)}", f"reserve {usd(case.view.reserve)}"


def _order_size(case: Case) -> tuple[str, str]:
    return usd(_moved(case)), usd(min(case.limits.max_order, case.limits.max_leg))


def _turnover(case: Case) -> tuple[str, str]:
    return usd(money.turned_over(case.snapshot, case.memory) + _moved(case)), usd(case.limits.max_daily_turnover)


def _moved(case: Case) -> Usd:
    trades = (action for action in case.leg.actions if isinstance(action, Trade))
    return sum((worth(trade.size, case.view.market(trade.market).mark) for trade in trades), Usd(0))


def _gas_runway(case: Case) -> tuple[str, str]:
    return (gas_coin(case.terms.gas_balance), gas_coin(money.gas_needed(case))) if case.terms.ceiling else NOTHING


def _fee(case: Case) -> tuple[str, str]:
    terms = case.terms
    return (lane.gwei(terms.max_fee), lane.gwei(terms.ceiling)) if terms.ceiling else NOTHING


def _retries(case: Case) -> tuple[str, str]:
    return f"{lane.failed(case)} in 24 h", str(case.limits.max_reverts_per_day)


def _gas_budget(case: Case) -> tuple[str, str]:
    spent = f"{gas_coin(lane.spent(case))} in 24 h"
    return (spent, f"{case.limits.max_gas_per_day} a day") if case.terms.ceiling else NOTHING


METERS: Mapping[Gate, Meter] = {
    reading.skew: _skew,
    price.oracle_stale: _oracle_stale,
    price.oracle_deviation: _oracle_deviation,
    price.basis: _basis,
    price.slippage: _slippage,
    money.leverage: _leverage,
    money.collateral: _collateral,
    money.reserve: _reserve,
    money.order_size: _order_size,
    money.turnover: _turnover,
    money.gas_runway: _gas_runway,
    lane.fee_above_ceiling: _fee,
    lane.retry_cap: _retries,
    lane.gas_budget: _gas_budget,
}
