"""Whether the account carries the trade, and whether it is within what one order and one day may move."""

from collections.abc import Iterable

from agent.hedge.bound import counted_price, worth
from agent.hedge.gates.base import Case
from agent.hedge.margin import initial_margin, missing_collateral, notional, supplied
from agent.hedge.rescue import safety
from agent.hedge.runway import missing_for_runway, nearest, runways, spelled
from agent.model import Code, Leg, Memory, Reason, Snapshot, Trade
from agent.model.times import DAY_MS
from agent.model.words import gas_coin, usd
from agent.units import Usd


def leverage(case: Case) -> Iterable[Reason]:
    """Once the leg has gone, collateral included, at its worst price."""
    lacking = missing_collateral(case.outcome, case.limits.open_leverage)
    if lacking:
        found = f"{usd(notional(case.outcome))} on {usd(case.outcome.equity)}: {usd(lacking)} are missing"
        yield case.deny(Code.LEVERAGE, found, f"leverage {case.limits.open_leverage}")


def runway(case: Case) -> Iterable[Reason]:
    """As long as a rescue would leave it: what is opened is not rescued at once."""
    past, limits = case.memory.past, case.limits
    least = safety(limits).days
    if missing_for_runway(case.outcome, least, past, limits.assumed_volatility):
        ends = nearest(runways(case.outcome, past, limits.assumed_volatility))
        yield case.deny(Code.SHORT_RUNWAY, f"liquidates at {ends.says() if ends else 'no price'}", spelled(least))


def collateral(case: Case) -> Iterable[Reason]:
    """The venue's initial margin, computed before opening: on what the venue counts for it."""
    then, needed = case.outcome, initial_margin(case.outcome)
    if then.equity < needed:
        found = f"equity {usd(then.equity)}{supplied(then, needed - then.equity)}"
        yield case.deny(Code.COLLATERAL, found, f"initial margin {usd(needed)}")
    if then.open_margin is not None and then.open_margin < Usd(0):
        lacking = -then.open_margin
        said = f"{usd(lacking)} are missing: profit that is not realised opens nothing here"
        found = f"{said}{supplied(then, lacking)}"
        yield case.deny(Code.COLLATERAL, found)


def reserve(case: Case) -> Iterable[Reason]:
    """Nobody can post more than the operator holds."""
    if case.fund > case.view.reserve:
        found = f"posts {usd(case.fund)}{supplied(case.view, case.fund - case.view.reserve)}"
        yield case.deny(Code.COLLATERAL, found, f"reserve {usd(case.view.reserve)}")


def order_size(case: Case) -> Iterable[Reason]:
    """Counted at the highest price that anyone could put on it."""
    largest = min(case.limits.max_order, case.limits.max_leg)
    size = _counted(case.leg, case.snapshot)
    if size > largest:
        yield case.deny(Code.ORDER_SIZE, usd(size), usd(largest))


def turnover(case: Case) -> Iterable[Reason]:
    """The last 24 hours, the legs ahead, and this one."""
    spent = turned_over(case.snapshot, case.memory)
    planned = sum((_counted(leg, case.snapshot) for leg in (*case.ahead, case.leg)), Usd(0))
    if spent + planned > case.limits.max_daily_turnover:
        found = f"{usd(spent)} in 24 h and {usd(planned)} now"
        yield case.deny(Code.TURNOVER, found, usd(case.limits.max_daily_turnover))


def turned_over(snapshot: Snapshot, memory: Memory) -> Usd:
    """What our trades of the last 24 hours moved."""
    since = snapshot.time_ms() - DAY_MS
    return sum((traded.notional for traded in memory.trades if traded.time_ms > since), Usd(0))


def _counted(leg: Leg, snapshot: Snapshot) -> Usd:
    view = next(view for view in snapshot.views if view.venue == leg.venue)
    trades = [action for action in leg.actions if isinstance(action, Trade)]
    return sum((worth(t.size, counted_price(view.market(t.market), t.worst, snapshot)) for t in trades), Usd(0))


def gas_runway(case: Case) -> Iterable[Reason]:
    """This leg, which may need as much as an exit, and then several exits of the lane, all at the fee ceiling."""
    needed = gas_needed(case)
    if case.terms.gas_balance < needed:
        found, allowed = (gas_coin(wei) for wei in (case.terms.gas_balance, needed))
        yield case.deny(Code.GAS_RUNWAY, found, f"{allowed} for this and {case.limits.exits_of_gas} exits")


def gas_needed(case: Case) -> int:
    """Wei, at the fee ceiling."""
    return (case.limits.exits_of_gas * case.exit_gas + case.view.exit_gas) * case.terms.ceiling
