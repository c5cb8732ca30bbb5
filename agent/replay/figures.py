"""What is counted on the way through a replay, and what it comes to."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from agent.errors import Exit
from agent.model import Code, Plan, Reason, exit_for
from agent.replay.account import Account
from agent.replay.curve import Curve
from agent.replay.result import Result
from agent.replay.tape import Holes, Tick
from agent.units import Ratio, Usd

_IDLE = (Exit.DONE, Exit.WOULD_TRADE)


class Figures:
    """From the first tick on, with the account as its run leaves it at each."""

    def __init__(self, first: Tick, account: Account) -> None:
        self._first = self._last = first
        self._account, self._amount = account, account.conditions.amount
        self._start = self._amount * first.spot
        self._alone, self._hedged = (Curve(first.at_ms, self._start) for _ in range(2))
        self._held, self._undecided = Counter[Code](), 0
        self._bars, self._ratios = 0, Decimal(0)

    def decided(self, plan: Plan) -> None:
        """A plan without a leg that wanted one names what is in its way: no collateral, a trade too recent."""
        self._undecided += any(state.undecided for state in plan.hedges)
        if not plan.legs:
            self.held(reason for reason in plan.reasons if exit_for(reason) not in _IDLE)

    def held(self, reasons: Iterable[Reason]) -> None:
        self._held.update(reason.code for reason in reasons if reason.code is not Code.UNDECIDED)

    def missed(self) -> None:
        """A trade that its price bound kept from filling."""
        self._held[Code.SLIPPAGE] += 1

    def ended(self, tick: Tick) -> None:
        """One bar is over."""
        self._last, self._bars = tick, self._bars + 1
        self._ratios -= (self._account.size / self._amount).raw
        coins = self._amount * tick.spot
        self._alone.add(tick.at_ms, coins)
        self._hedged.add(tick.at_ms, coins + self._account.gained(tick.traded))

    def result(self, capital: Usd | None, holes: Holes) -> Result:
        first, last, account = self._first, self._last, self._account
        return Result(
            since_ms=first.at_ms,
            until_ms=last.at_ms,
            opened=first.spot,
            closed=last.spot,
            start=self._start,
            capital=capital,
            spot=self._amount * last.spot - self._start,
            perp=account.flow + account.size * last.traded,
            funding=account.funding,
            fees=account.fees,
            slippage=account.slippage,
            lost=account.lost,
            unhedged=self._alone.drawdown,
            hedged=self._hedged.drawdown,
            tracking_error=self._hedged.deviation_a_year,
            turnover=account.turnover,
            trades=account.trades,
            liquidations=account.liquidations,
            held=dict(self._held),
            undecided=self._undecided,
            ratio=Ratio(self._ratios / self._bars),
            holes=holes,
        )
