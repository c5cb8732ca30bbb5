"""What a policy is shown in tests: the plain moment of the scene, and a recorded past."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.hedge import Known
from agent.hedge.policies import Policy, Wish
from agent.model import Closes, Memory, Name, Past, Rate, Settled, Wished
from agent.units import Base, Price, Ratio
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, market, snapshot

HOUR = 3_600_000
MIDNIGHT = NOW - NOW % DAY
"""The end of the last whole day; the moment itself is 2001-09-09 01:46:40 UTC."""
KNOWN = Known(
    underlying=ETH,
    exposure=Base(10),
    price=Price(2000),
    venue=PERP,
    market=market(),
    snapshot=snapshot(),
    memory=Memory(),
)


def closes(prices: Sequence[str | int | Decimal], until: int = MIDNIGHT) -> Closes:
    """Of as many days in a row."""
    return tuple((until - DAY * (len(prices) - n), Price(each)) for n, each in enumerate(prices, 1))


def paid(rate: str, days: int = 30) -> Settled:
    """The same rate every eight hours, up to now."""
    each = Rate(value=Ratio(rate), interval_s=8 * 3600)
    return tuple((NOW - 8 * HOUR * n, each) for n in reversed(range(3 * days)))


def remembering(
    *,
    prices: Closes = (),
    funding: Settled = (),
    last: str | None = None,
    days_ago: int = 100,
    others: dict[Name, Closes] | None = None,
) -> Memory:
    """What was recorded, and the ratio that was wanted since so many days."""
    past = Past(closes={ETH: prices, **(others or {})}, funding={(PERP, ETH): funding})
    wished = {ETH: Wished(ratio=Ratio(last), since_ms=NOW - days_ago * DAY)} if last is not None else {}
    return Memory(past=past, wished=wished)


def asked(policy: Policy, memory: Memory, **changes: object) -> Wish:
    return policy(replace(KNOWN, memory=memory, **changes))  # type: ignore[arg-type]
