"""The replay: for each bar what happened at the venue, then what a run would have decided, checked and traded.

The decision and the gates are those of `run`, on a snapshot of that bar and on what would have been recorded by then.
Within a bar: the liquidation on the worst mark, the funding payment, then the run. What a run trades fills at once,
at the last trade of the bar made worse by fee and slippage.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.hedge import Hedge, Limits, make_check, make_decide
from agent.hedge.bound import worth
from agent.model import Action, Fund, Leg, Memory, Plan, Trade, Traded
from agent.model.times import DAY_MS
from agent.records.bars import Bar
from agent.replay.account import NOTHING, Account
from agent.replay.conditions import VENUE, WALLET, Conditions
from agent.replay.figures import Figures
from agent.replay.recorded import Recorded
from agent.replay.result import Result
from agent.replay.scene import LANES, snapshot
from agent.replay.tape import Holes, Tape, Tick
from agent.units import Base, Usd

ROUNDS = 6
"""Of one run, as in agent/seams.py."""
REMEMBERED_MS = 7 * DAY_MS


def replay(
    bars: Iterable[Bar], hedge: Hedge, limits: Limits, conditions: Conditions, since_ms: int = 0
) -> Result | None:
    """Bars before `since_ms` are only the past that policies look at. None where no bar has all prices."""
    here = replace(hedge, wallets=(WALLET,), venues=(VENUE,), basket=(), max_share={}, signs=())
    recorded = Recorded(hedge.underlying, (VENUE, hedge.underlying))
    tape, walk = Tape(_heard(bars, recorded), since_ms), None
    for tick in tape:
        if tick.at_ms >= since_ms:
            walk = walk or Walk(tick, here, limits, conditions, recorded)
            walk.step(tick)
    return walk.result(tape.holes) if walk else None


def _heard(bars: Iterable[Bar], recorded: Recorded) -> Iterator[Bar]:
    for bar in bars:
        recorded.add(bar)
        yield bar


class Walk:
    """Starts with coins, a reserve and no position, at the first tick."""

    def __init__(self, first: Tick, hedge: Hedge, limits: Limits, conditions: Conditions, recorded: Recorded) -> None:
        self._hedge, self._conditions, self._recorded = hedge, conditions, recorded
        self._decide, self._check = make_decide([hedge], limits), make_check([hedge], limits, LANES)
        self._capital = _capital(conditions, first)
        self._account = Account(conditions, self._capital or NOTHING)
        self._figures, self._memory = Figures(first, self._account), Memory()
        self._bars = 0

    def step(self, tick: Tick) -> None:
        """One bar, from what happened at the venue to what its run left."""
        if self._bars:
            self._happened(tick)
        if tick.quoted and self._bars % self._conditions.every == 0:
            self._run(tick)
        self._bars += 1
        self._figures.ended(tick)

    def _happened(self, tick: Tick) -> None:
        """A liquidation on the worst mark of the hour, then the payment at its end."""
        account = self._account
        if self._conditions.margin and account.endangered(tick.low if account.size > Base(0) else tick.high):
            account.liquidate()
        if tick.bar.funding:
            account.settle(tick.bar.funding, tick.mark)

    def _run(self, tick: Tick) -> None:
        """Round after round until one trades nothing."""
        recent = (t for t in self._memory.trades if t.time_ms > tick.at_ms - REMEMBERED_MS)
        trades = tuple(replace(each, fresh=False) for each in recent)
        self._memory = replace(self._memory, trades=trades, past=self._recorded.past())
        for _ in range(ROUNDS):
            if not self._round(tick):
                break

    def _round(self, tick: Tick) -> bool:
        """Whether anything was traded or posted. A liquidation counts as adopted: the position is what it is."""
        seen, place = snapshot(tick, self._account, self._hedge), (VENUE, self._hedge.underlying)
        memory = replace(self._memory, positions={place: self._account.size})
        plan = self._decide(seen, memory)
        self._remember(plan)
        if not plan.legs:
            return False
        verdict = self._check(plan, seen, memory)
        self._figures.held(reason for dropped in verdict.dropped for reason in dropped.reasons)
        return sum(self._go(leg, tick) for leg in verdict.legs) > 0

    def _remember(self, plan: Plan) -> None:
        """As the journal does with a plan."""
        self._figures.decided(plan)
        exposures, wished = {**self._memory.exposures, **plan.seen}, {**self._memory.wished, **plan.wished}
        self._memory = replace(self._memory, exposures=exposures, wished=wished)

    def _go(self, leg: Leg, tick: Tick) -> bool:
        """Whether anything of it was done: its actions in their order, collateral before the trade."""
        return sum(self._does(action, tick) for action in leg.actions) > 0

    def _does(self, action: Action, tick: Tick) -> bool:
        if isinstance(action, Fund):
            self._account.fund(action.amount)
            return True
        return isinstance(action, Trade) and self._trades(action, tick)

    def _trades(self, trade: Trade, tick: Tick) -> bool:
        if not self._account.fill(trade, tick.traded):
            self._figures.missed()
            return False
        notional = worth(trade.size, tick.traded)
        done = Traded(venue=VENUE, market=trade.market, time_ms=tick.at_ms, notional=notional, fresh=True)
        self._memory = replace(self._memory, trades=(*self._memory.trades, done))
        return True

    def result(self, holes: Holes) -> Result:
        return self._figures.result(self._capital, holes)


def _capital(conditions: Conditions, first: Tick) -> Usd | None:
    """The reserve at the start; None where margin is off."""
    if not conditions.margin:
        return None
    return conditions.amount * first.spot if conditions.capital is None else conditions.capital
