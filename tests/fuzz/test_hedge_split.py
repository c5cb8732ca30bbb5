"""However a drift is divided: it adds up, keeps to the shares, costs no more than one venue alone, turns none."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge import Hedge, Limits, make_decide
from agent.model import DepthPoint, Market, Memory, Name, Rate, Snapshot, Trade, View, value
from agent.units import Base, Price, Ratio, Usd
from tests.fuzz.moments import SEARCH, VENUES, amounts
from tests.unit.hedge import scene
from tests.unit.hedge.scene import ETH

WIDE = Limits(
    max_order=Usd(10**9), max_leg=Usd(10**9), max_slippage=Ratio("0.05"), sweep_leverage=Ratio(0), max_basis=Ratio(1)
)
"""Nothing goes in slices."""
MARK = Decimal(2000)
RICH, POOR = Usd(10_000_000), Usd(9_000)


@value
class Choice:
    """Some venues, each with costs of its own, and what is short there; some lack collateral."""

    hedge: Hedge
    seen: Snapshot

    @property
    def memory(self) -> Memory:
        return Memory(positions={(view.venue, ETH): view.size(ETH) for view in self.seen.views})

    @property
    def target(self) -> Decimal:
        """The policy is `full`, in units."""
        return -self.seen.held[0].holdings[0].amount.raw

    @property
    def drift(self) -> Decimal:
        return self.target - sum(view.size(ETH).raw for view in self.seen.views)

    @property
    def rich(self) -> bool:
        return all(view.equity > POOR for view in self.seen.views)


def decided(choice: Choice) -> Mapping[Name, Decimal]:
    """The trade at each venue."""
    plan = make_decide([choice.hedge], WIDE)(choice.seen, choice.memory)
    return {leg.venue: act.size.raw for leg in plan.legs for act in leg.actions if isinstance(act, Trade)}


@st.composite
def markets(draw: st.DrawFn, lot: str) -> Market:
    """Prices get worse with size, by up to 2 % within ten coins; a rate by the hour of up to 35 % a year."""
    plain = replace(scene.market(str(MARK), lot=lot), fee=Ratio(draw(amounts("0", "0.002", 4))))
    rates = (Rate(value=Ratio(draw(amounts("-0.00004", "0.00004", 6))), interval_s=3600) for _ in range(2))
    plain = replace(plain, funding=next(rates), borrow=replace(rate := next(rates), value=abs(rate.value)))
    steps = sorted(draw(st.lists(amounts("0", "0.02", 3), min_size=3, max_size=3)))
    if draw(st.booleans()):
        return plain
    last = draw(st.sampled_from((1, 2)))
    points = [
        point(way * size, way * step, last) for way in (-1, 1) for size, step in zip((1, 4, 40), steps, strict=True)
    ]
    return replace(plain, depth=tuple(points))


def point(size: int, off: Decimal, last: int) -> DepthPoint:
    """The last coin is as far from the mark as the average, or further."""
    return DepthPoint(size=Base(size), average=Price(MARK * (1 + off)), bound=Price(MARK * (1 + off * last)))


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    lot, names = draw(st.sampled_from(["0.0001", "0.01", "0.5"])), VENUES[: draw(st.integers(2, 3))]
    shares = draw(st.sampled_from([(), ("0.5", "0.6", "0.7"), ("0.2", "0.4", "0.9"), ("1", "0.3", "0.5")]))
    held = [draw(st.one_of(st.just(Decimal(0)), amounts("-6", "0"))) for _ in names]
    equity = st.sampled_from([RICH, RICH, RICH, RICH, POOR])
    views = (
        scene.view(str(size), str(draw(equity)), name, draw(markets(lot)))
        for name, size in zip(names, held, strict=True)
    )
    hedge = replace(
        scene.hedge(venues=names),
        horizon_days=draw(st.sampled_from([1, 30])),
        tolerance=Ratio(draw(st.sampled_from(["0", "0.01", "0.2"]))),
        max_share={name: Ratio(share) for name, share in zip(names, shares, strict=False)},
    )
    return Choice(hedge=hedge, seen=scene.snapshot(*views, spot=str(draw(amounts("0", "12")))))


def cost(market: Market, size: Decimal, days: int) -> Decimal:
    """Of a sale that is held so long: worked out here once more."""
    sold = [(-point.size.raw, point.average.raw) for point in market.depth if point.size.raw < 0]
    side = sorted((at, (MARK - price) * at) for at, price in sold)
    at, paid = Decimal(0), Decimal(0)
    for end, total in side or [(size, size * MARK * market.fee.raw)]:
        if at < size <= end:
            paid = paid + (total - paid) * (size - at) / (end - at)
        at, paid = (end, total) if size > end else (max(at, size), paid)
    return paid - size * MARK * (market.funding.value.raw - market.borrow.value.raw) * 24 * days


def increases(choice: Choice) -> bool:
    """Only the divided trades of an increase are judged by cost and sum."""
    return choice.drift < 0 and all(view.size(ETH).raw <= 0 for view in choice.seen.views)


def assert_adds_up(choice: Choice, traded: Mapping[Name, Decimal]) -> None:
    lot, drift = choice.seen.views[0].markets[0].lot.raw, choice.drift
    total = sum(traded.values(), Decimal(0))
    assert all(size % lot == 0 for size in traded.values())
    assert abs(total) <= abs(drift)
    assert total * drift >= 0
    small = max(lot, choice.hedge.min_trade.raw / MARK)
    in_band = -drift <= -choice.target / 50
    if increases(choice) and abs(drift) > small and not (choice.hedge.max_share or in_band) and choice.rich:
        assert abs(drift) - abs(total) < lot


def assert_within_shares(choice: Choice, traded: Mapping[Name, Decimal]) -> None:
    for view in choice.seen.views:
        share = choice.hedge.max_share.get(view.venue, Ratio(1)).raw
        size = traded.get(view.venue, Decimal(0))
        assert size >= 0 or abs(view.size(ETH).raw + size) <= -choice.target * share


def assert_no_dearer_than_one_alone(choice: Choice, traded: Mapping[Name, Decimal]) -> None:
    """Each that could have sold as much by itself, within its share and the depth of 40."""
    total, days = -sum(traded.values(), Decimal(0)), choice.hedge.horizon_days
    if not (increases(choice) and total > 0 and choice.rich):
        return
    at = {view.venue: view.markets[0] for view in choice.seen.views}
    paid = sum((cost(at[venue], -size, days) for venue, size in traded.items()), Decimal(0))
    tolerated = total * MARK * choice.hedge.tolerance.raw * days / 365
    for view in choice.seen.views:
        room = -choice.target * choice.hedge.max_share.get(view.venue, Ratio(1)).raw + view.size(ETH).raw
        if room >= -choice.drift:
            assert paid <= cost(at[view.venue], total, days) + tolerated + Decimal("1e-9")


def assert_none_turned_round(choice: Choice, traded: Mapping[Name, Decimal]) -> None:
    for view in choice.seen.views:
        assert view.size(ETH).raw + traded.get(view.venue, Decimal(0)) <= 0


def assert_peace_after(choice: Choice, traded: Mapping[Name, Decimal]) -> None:
    """What stands is not moved about, however the carry turns."""
    views = []
    for view in choice.seen.views:
        size, market = view.size(ETH).raw + traded.get(view.venue, Decimal(0)), view.markets[0]
        turned = replace(market, funding=replace(market.funding, value=-market.funding.value))
        views.append(scene.view(str(size), str(RICH), view.venue, turned))
    later = replace(choice, seen=replace(choice.seen, views=tuple(views)))
    if abs(later.drift) <= abs(choice.target) / 50:
        assert decided(later) == {}


Check = Callable[[Choice, Mapping[Name, Decimal]], None]
CHECKS: tuple[Check, ...] = (
    assert_adds_up,
    assert_within_shares,
    assert_no_dearer_than_one_alone,
    assert_none_turned_round,
    assert_peace_after,
)


def every_choice(checks: tuple[Check, ...], of: Callable[[Choice], Mapping[Name, Decimal]]) -> None:
    @SEARCH
    @given(choices())
    def holds(choice: Choice) -> None:
        traded = of(choice)
        for check in checks:
            check(choice, traded)

    holds()


def test_split__any_choice_of_venues__adds_up_keeps_to_shares_and_costs_no_more() -> None:
    every_choice(CHECKS, decided)


def doubles(choice: Choice) -> Mapping[Name, Decimal]:
    return {venue: 2 * size for venue, size in decided(choice).items()}


def forgets_shares(choice: Choice) -> Mapping[Name, Decimal]:
    return decided(replace(choice, hedge=replace(choice.hedge, max_share={})))


def takes_funding_the_wrong_way(choice: Choice) -> Mapping[Name, Decimal]:
    return decided(replace(choice, seen=replace(choice.seen, views=tuple(map(_turned, choice.seen.views)))))


def _turned(view: View) -> View:
    [market] = view.markets
    return replace(view, markets=(replace(market, funding=replace(market.funding, value=-market.funding.value)),))


def trades_all_at_the_last(choice: Choice) -> Mapping[Name, Decimal]:
    total = sum(decided(choice).values(), Decimal(0))
    return {choice.hedge.venues[-1]: total} if total else {}


@pytest.mark.parametrize(
    ("breakage", "check"),
    [
        (doubles, assert_adds_up),
        (forgets_shares, assert_within_shares),
        (takes_funding_the_wrong_way, assert_no_dearer_than_one_alone),
        (trades_all_at_the_last, assert_no_dearer_than_one_alone),
        (trades_all_at_the_last, assert_none_turned_round),
    ],
)
def test_split__named_breakage__is_caught(breakage: Callable[[Choice], Mapping[Name, Decimal]], check: Check) -> None:
    with pytest.raises(AssertionError):
        every_choice((check,), breakage)


def test_choices__the_search__meets_increases_over_several_venues_and_reductions() -> None:
    """Guards the property above against holding for want of splits."""
    met = {"split": 0, "one": 0, "less": 0}

    @SEARCH
    @given(choices())
    def count(choice: Choice) -> None:
        traded = decided(choice)
        met["split"] += increases(choice) and len(traded) > 1
        met["one"] += increases(choice) and len(traded) == 1
        met["less"] += any(size > 0 for size in traded.values())

    count()
    assert min(met.values()) > 20, met
