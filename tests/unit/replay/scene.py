"""Hand-made hours of one coin, and a replay of them without costs."""

from collections.abc import Sequence

from agent.hedge import Hedge
from agent.hedge.policies import Policy
from agent.hedge.policies.full import Full
from agent.model import Name, Rate
from agent.model.times import HOUR_MS
from agent.records import Bar
from agent.replay import Conditions, Result, replay
from agent.replay.compare import UNBOUND
from agent.units import Price, Ratio, Usd

ETH = Name("ETH")
MIDNIGHT = 20_000 * 24 * HOUR_MS
FREE = Conditions(fee=Ratio(0), slippage=Ratio(0), margin=False)
COSTLY = Conditions(fee=Ratio("0.001"), slippage=Ratio("0.0005"), margin=False)
POSTED = Conditions(fee=Ratio(0), slippage=Ratio(0), capital=Usd(15_300))
"""10 coins of 3,000 at leverage 2 take all of it: 15,000, and what the worst fill that a trade allows would lose."""


def bar(
    hour: int, spot: str | None, perp: str | None = None, *, paid: str | None = None, high: str | None = None
) -> Bar:
    """The perp trades at spot where nothing is said, and mark is its last trade; `paid` is of eight hours."""
    traded = perp or spot
    last = None if traded is None else Price(traded)
    return Bar(
        at_ms=MIDNIGHT + hour * HOUR_MS,
        spot=None if spot is None else Price(spot),
        traded=last,
        mark=last,
        high=Price(high) if high else last,
        low=last,
        funding=Rate(value=Ratio(paid), interval_s=8 * 3600) if paid else None,
    )


def hedge(policy: Policy | None = None, band: str = "0.02") -> Hedge:
    return Hedge(underlying=ETH, policy=policy or Full(), wallets=(), venues=(), band=Ratio(band))


def replayed(
    bars: Sequence[Bar], conditions: Conditions = FREE, wanted: Hedge | None = None, since_ms: int = 0
) -> Result:
    found = replay(bars, wanted or hedge(), UNBOUND, conditions, since_ms)
    assert found is not None
    return found
