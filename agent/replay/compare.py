"""Policies side by side over the same bars: what each cost, how far it fell, how much it moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent.hedge import POLICIES, Hedge, Limits, make_policy
from agent.model import Name, value
from agent.model.times import DAY_MS
from agent.records.bars import Bar
from agent.replay.conditions import Conditions
from agent.replay.result import Result
from agent.replay.walk import replay
from agent.replay.windows import Window
from agent.units import Usd

WARM_UP_MS = 120 * DAY_MS
"""Of bars before a window: what policies look back at."""

CONTENDERS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "partial": ({"ratio": "0.5"},),
    "tactical": (
        {"signal": "trend"},
        {"signal": "rate-of-change"},
        {"signal": "breakout", "enter": "-0.02", "leave": "0.02"},
    ),
    "preservation": ({"max_cost": "0.2", "resume": "0.1"},),
    "basis": ({"base": "0.5"},),
    "funding-switch": ({"floor": "0.3", "ceiling": "1"},),
}
"""By policy, the parameters that it is tried with, each in turn; a policy that is not named has none to set."""
LEFT_OUT: Mapping[str, str] = {
    "fixed-usd": "depends on the amount",
    "min-variance": "of one coin alone is `full`",
    "schedule": "depends on dates",
}
"""Policies that no table can compare, and why."""


@value
class Tried:
    policy: str
    parameters: Mapping[str, object]
    result: Result

    @property
    def name(self) -> str:
        """Short, for a table: with its signal where it has one."""
        signal = self.parameters.get("signal")
        return f"{self.policy} {signal}" if signal else self.policy

    @property
    def set(self) -> str:
        """Its parameters in words."""
        return ", ".join(f"{key} {each}" for key, each in self.parameters.items())


@value
class Compared:
    window: Window
    tried: tuple[Tried, ...]


def contenders() -> Iterator[tuple[str, Mapping[str, object]]]:
    """All that there are but for LEFT_OUT."""
    for name in (name for name in POLICIES if name not in LEFT_OUT):
        yield from ((name, parameters) for parameters in CONTENDERS.get(name, ({},)))


def compare(
    bars: Sequence[Bar], windows: Iterable[Window], underlying: Name, conditions: Conditions
) -> Iterator[Compared]:
    """One after another; a window that the bars do not reach is left out."""
    for window in windows:
        there = [bar for bar in bars if window.since_ms - WARM_UP_MS <= bar.at_ms <= window.until_ms]
        if not any(bar.at_ms >= window.since_ms for bar in there):
            continue
        tried = (_try(there, window, underlying, conditions, *each) for each in contenders())
        yield Compared(window=window, tried=tuple(each for each in tried if each))


def _try(
    bars: Sequence[Bar],
    window: Window,
    underlying: Name,
    conditions: Conditions,
    policy: str,
    parameters: Mapping[str, object],
) -> Tried | None:
    hedge = Hedge(underlying=underlying, policy=make_policy(policy, parameters), wallets=(), venues=())
    result = replay(bars, hedge, UNBOUND, conditions, window.since_ms)
    return Tried(policy=policy, parameters=parameters, result=result) if result else None


_MOST = Usd(10**12)
UNBOUND = Limits(max_order=_MOST, max_leg=_MOST, max_daily_turnover=_MOST)
"""The defaults, without limits in dollars: the amount of a replay is arbitrary."""
