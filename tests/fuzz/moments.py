"""Random moments of one hedge, for the property tests: up to three venues, off-lot positions, orders under way."""

from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings

from agent.hedge import Hedge
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.policies.full import Full
from agent.hedge.policies.partial import Partial
from agent.hedge.policies.starter import Starter
from agent.hedge.policies.tactical import Tactical
from agent.model import Market, Memory, Name, OpenOrder, Snapshot, View, value
from agent.units import Base, Ratio, Usd
from tests.unit.hedge import scene

VENUES = (Name("first"), Name("second"), Name("third"))
LANES = dict.fromkeys(VENUES, scene.LANE)

LIMITS = replace(scene.LIMITS, rescue_shrinks=False)
"""For the promises of a rebalance; what a rescue closes has its own, in test_hedge_ladder.py."""

SEARCH = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""The same examples every time, but for constants that hypothesis draws from whatever modules are loaded."""


@value
class Moment:
    hedge: Hedge
    seen: Snapshot
    memory: Memory

    @property
    def market(self) -> Market:
        return self.seen.views[0].markets[0]

    @property
    def spot(self) -> Base:
        return self.seen.held[0].holdings[0].amount

    @property
    def position(self) -> Base:
        """Working orders counted as filled."""
        return sum((v.size(scene.ETH) + v.working(scene.ETH) for v in self.seen.views), Base(0))

    @property
    def target(self) -> Base:
        """Worked out here once more, apart from the code under test. Not rounded."""
        mark, policy = self.market.mark.raw, self.hedge.policy
        if isinstance(policy, FixedUsd):
            return -Base(min(policy.usd.raw / mark, self.spot.raw))
        price = self.seen.quotes[0].price.raw / mark if self.hedge.basis == "notional" else Decimal(1)
        if isinstance(policy, Tactical):  # it cannot say: what stands stays, as far as it hedges
            return -Base(min(max(-self.position.raw, Decimal(0)), self.spot.raw * price))
        share = {Full: Decimal(1), Starter: Decimal("0.1")}.get(type(policy))
        ratio = policy.ratio.raw if isinstance(policy, Partial) else share
        assert ratio is not None
        return -Base(self.spot.raw * ratio * price)

    @property
    def slack(self) -> Base:
        """max(lot, venue minimum)."""
        return max(self.market.lot, self.market.minimum / self.market.mark)


def amounts(low: str, high: str, places: int = 4) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False, allow_infinity=False)


def policies() -> st.SearchStrategy[object]:
    shares = amounts("0.01", "1", 2).map(lambda share: Partial(ratio=Ratio(share)))
    dollars = amounts("100", "60000", 0).map(lambda usd: FixedUsd(usd=Usd(usd)))
    silent = st.just(Tactical(signal="trend"))
    return st.one_of(st.just(Full()), st.just(Starter()), shares, dollars, silent)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    mark = draw(amounts("1960", "2040", 2))
    return replace(
        scene.market(str(mark), str(draw(amounts("1960", "2040", 2)))),
        lot=Base(draw(st.sampled_from(["0.0001", "0.001", "0.01", "0.1", "1"]))),
        minimum=Usd(draw(st.sampled_from([0, 10, 500]))),
        fee=Ratio(draw(st.sampled_from(["0", "0.001"]))),
    )


@st.composite
def orders(draw: st.DrawFn) -> tuple[OpenOrder, ...]:
    if not draw(st.booleans()):
        return ()
    filled = draw(amounts("-8", "8"))
    age = draw(st.sampled_from([5, 1000]))
    return (scene.order(str(filled), age_s=age),) if filled else ()


@st.composite
def views(draw: st.DrawFn, name: Name, market: Market) -> View:
    size = draw(st.one_of(st.just(Decimal(0)), amounts("-15", "0"), amounts("-15", "4")))
    view = scene.view(str(size), str(draw(amounts("0", "60000", 2))), venue=name, at=market)
    return replace(
        view,
        orders=draw(orders()),
        reserve=Usd(draw(amounts("0", "30000", 2))),
        halted=draw(st.sampled_from([None, None, None, "paused"])),
    )


@st.composite
def moments(draw: st.DrawFn, *, venues: int = 3) -> Moment:
    market = draw(markets())
    names = VENUES[: draw(st.integers(1, venues))]
    found = tuple(draw(views(name, market)) for name in names)
    hedge = Hedge(
        underlying=scene.ETH,
        policy=draw(policies()),  # type: ignore[arg-type]
        wallets=(scene.COLD,),
        venues=names,
        basis=draw(st.sampled_from(["units", "notional"])),
        band=Ratio(draw(st.sampled_from(["0", "0.02", "0.1"]))),
    )
    price = str(draw(st.one_of(st.just(market.index.raw), amounts("1960", "2040", 2))))
    seen = scene.snapshot(*found, spot=str(draw(amounts("0", "20"))), price=price)
    known = {(view.venue, scene.ETH): view.size(scene.ETH) for view in found}
    return Moment(hedge=hedge, seen=seen, memory=Memory(positions=known))
