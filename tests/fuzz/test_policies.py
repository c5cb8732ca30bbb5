"""Every policy over random histories: what it may wish, that it is pure, and that it does not go to and fro."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from agent.hedge import POLICIES, Known, Policy
from agent.hedge.policies import Override
from agent.hedge.policies.basis import Basis
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.policies.full import Full
from agent.hedge.policies.funding_switch import FundingSwitch
from agent.hedge.policies.min_variance import MinVariance
from agent.hedge.policies.partial import Partial
from agent.hedge.policies.preservation import Preservation
from agent.hedge.policies.schedule import Schedule
from agent.hedge.policies.stairs import Stairs
from agent.hedge.policies.starter import Starter
from agent.hedge.policies.tactical import Tactical
from agent.model import Closes, Memory, Name, Past, Rate, Wished
from agent.units import Base, Price, Ratio, Usd
from tests.fuzz.moments import SEARCH, amounts
from tests.unit.hedge.known import HOUR, KNOWN, MIDNIGHT, closes
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, market, snapshot, stamp, view

SEI = Name("SEI")
SHARES = amounts("0.01", "1", 2).map(Ratio)
DAYS = st.integers(1, 8)


def rates(low: str, high: str) -> st.SearchStrategy[Ratio]:
    return amounts(low, high, 3).map(Ratio)


@st.composite
def bounds(draw: st.DrawFn) -> tuple[Ratio, Ratio]:
    """A floor below a ceiling."""
    ceiling = draw(SHARES)
    return ceiling * draw(st.sampled_from([Ratio(0), Ratio("0.3"), Ratio("0.9")])), ceiling


@st.composite
def tacticals(draw: st.DrawFn) -> Tactical:
    floor, ceiling = draw(bounds())
    return Tactical(
        signal=draw(st.sampled_from(["rate-of-change", "trend", "breakout", "in", "out"])),
        days=draw(DAYS),
        enter=draw(rates("-0.2", "-0.001")),
        leave=draw(rates("0.001", "0.2")),
        floor=floor,
        ceiling=ceiling,
        steps=draw(st.integers(1, 5)),
        step_days=draw(DAYS),
    )


@st.composite
def preservations(draw: st.DrawFn) -> Preservation:
    floor, ratio = draw(bounds())
    resume = draw(rates("-0.1", "0.5"))
    return Preservation(
        max_cost=resume + draw(rates("0.001", "0.5")),
        resume=resume,
        ratio=ratio,
        floor=floor,
        average_days=draw(DAYS),
    )


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    base, raised = draw(bounds())
    leave = draw(rates("-0.1", "0.5"))
    enter = leave + draw(rates("0.001", "0.5"))
    return Basis(base=base, raised=raised, enter=enter, leave=leave, average_days=draw(DAYS))


@st.composite
def switches(draw: st.DrawFn) -> FundingSwitch:
    floor, ceiling = draw(bounds())
    leave = draw(rates("-0.3", "0.3"))
    return FundingSwitch(
        floor=floor,
        ceiling=ceiling,
        leave=leave,
        enter=leave + draw(rates("0.001", "0.5")),
        steps=draw(st.integers(1, 5)),
        average_days=draw(DAYS),
    )


@st.composite
def variances(draw: st.DrawFn) -> MinVariance:
    return MinVariance(
        window_days=12,
        least_days=draw(st.integers(3, 12)),
        least_fit=draw(SHARES),
        shrinkage=draw(amounts("0", "1", 2).map(Ratio)),
        half_life_days=draw(st.integers(0, 6)),
    )


TODAY = KNOWN.today
DATES = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
PARTS = amounts("0", "1", 2).map(Ratio)
KINDS: dict[type, st.SearchStrategy[Policy]] = {
    Full: st.just(Full()),
    Partial: SHARES.map(lambda ratio: Partial(ratio=ratio)),
    Starter: st.just(Starter()),
    FixedUsd: amounts("1", "90000", 0).map(lambda usd: FixedUsd(usd=Usd(usd))),
    Tactical: tacticals(),
    Preservation: preservations(),
    Basis: bases(),
    FundingSwitch: switches(),
    MinVariance: variances(),
    Schedule: st.dictionaries(DATES, PARTS, min_size=1, max_size=4).map(lambda ratios: Schedule(ratios=ratios)),
}
PLAIN: st.SearchStrategy[Policy] = st.one_of(list(KINDS.values()))
ANY: st.SearchStrategy[Policy] = st.one_of(
    PLAIN,
    st.builds(lambda policy, ratio, until: Override(policy=policy, ratio=ratio, until=until), PLAIN, PARTS, DATES),
)


@st.composite
def walks(draw: st.DrawFn) -> Closes:
    """Daily closes, some of them missing."""
    found = draw(st.lists(amounts("0.5", "5000", 2), min_size=draw(st.sampled_from([0, 12])), max_size=16))
    missing = draw(st.sets(st.integers(0, 16), max_size=3))
    days = reversed(list(enumerate(found)))
    return tuple((MIDNIGHT - DAY * ago, Price(each)) for ago, each in days if ago not in missing)


@st.composite
def settled(draw: st.DrawFn) -> tuple[tuple[int, Rate], ...]:
    found = draw(st.lists(amounts("-0.002", "0.002", 5), max_size=24))
    return tuple((NOW - 8 * HOUR * ago, rate(each)) for ago, each in reversed(list(enumerate(found))))


def rate(each: Decimal) -> Rate:
    return Rate(value=Ratio(each), interval_s=8 * 3600)


@st.composite
def knowns(draw: st.DrawFn) -> Known:
    """Any exposure, owed coins too, beside any basket, history and last wish."""
    past = Past(closes={ETH: draw(walks()), SEI: draw(walks())}, funding={(PERP, ETH): draw(settled())})
    last = draw(st.one_of(st.none(), PARTS))
    ago = draw(st.integers(0, 12 * DAY))
    wished = {} if last is None else {ETH: Wished(ratio=last, since_ms=NOW - ago)}
    worths = {ETH: Usd(draw(amounts("0", "9000", 0))), SEI: Usd(draw(amounts("0", "9000", 0)))}
    return replace(
        KNOWN,
        exposure=Base(draw(amounts("-20", "20", 2))),
        market=replace(market(), fee=Ratio("0.0005"), borrow=rate(draw(amounts("0", "0.0005", 5)))),
        memory=Memory(past=past, wished=wished),
        worths=draw(st.sampled_from([worths, {}])),
    )


def test_policies__every_one_of_them__is_tried_here() -> None:
    assert list(KINDS) == list(POLICIES.values())


@SEARCH
@given(ANY, knowns())
def test_policy__any_history__wishes_a_share_dollars_or_says_why_it_cannot(policy: Policy, known: Known) -> None:
    wish = policy(known)

    assert wish.why
    if wish.size is None:
        assert "UNDECIDED" in [reason.code for reason in wish.warns]
    elif isinstance(wish.size, Usd):
        assert wish.size > Usd(0)
    else:
        assert Ratio(0) <= wish.size <= Ratio(1)


@SEARCH
@given(ANY, knowns())
def test_policy__the_same_again__wishes_the_same(policy: Policy, known: Known) -> None:
    assert policy(known) == policy(known)


@SEARCH
@given(variances(), st.lists(amounts("1", "5000", 2), min_size=13, max_size=13, unique=True), st.integers(-3, 3))
def test_min_variance__a_coin_that_moves_so_many_times_as_far__asks_for_no_more_than_the_basket(
    policy: MinVariance, prices: Sequence[Decimal], slope: int
) -> None:
    """Its closes are the other's to that power: slope and R2 are exact, but for what rounding takes off."""
    policy = replace(policy, least_fit=min(policy.least_fit, Ratio("0.99")))
    hedged = closes(prices)
    leaning = tuple((at, Price(close.raw**slope)) for at, close in hedged)
    memory = Memory(past=Past(closes={ETH: hedged, SEI: leaning}))

    wish = policy(replace(KNOWN, memory=memory, worths={SEI: Usd(5000)}))

    if slope == 0:
        assert wish.size is None
    else:
        shrunk = Ratio(slope) + policy.shrinkage * Ratio(1 - slope)
        assert isinstance(wish.size, Ratio)
        assert abs(wish.size - min(max(shrunk, Ratio(0)), Ratio(1))) < Ratio("0.000001")


def later(known: Known, ratio: Ratio | None, days: int) -> Known:
    """So many days on, with nothing new but what was wanted."""
    before = known.last
    memory = known.memory
    if ratio is not None and (before is None or before.ratio != ratio):
        memory = replace(memory, wished={ETH: Wished(ratio=ratio, since_ms=known.now_ms)})
    seen = snapshot(replace(view(), stamp=stamp(known.now_ms + days * DAY)))
    return replace(known, memory=memory, snapshot=seen)


@SEARCH
@given(st.lists(amounts("0.001", "0.999", 3), min_size=2, max_size=30), st.one_of(st.none(), PARTS), bounds())
def test_stairs__heights_between_two_thresholds__change_the_step_at_most_once(
    heights: Sequence[Decimal], last: Ratio | None, between: tuple[Ratio, Ratio]
) -> None:
    stairs, stood, seen = Stairs(floor=between[0], ceiling=between[1]), last, list[Ratio]()
    for each in heights:
        seen.append(stairs.settled(Wished(ratio=stood, since_ms=0) if stood is not None else None, Ratio(each)))
        stood = seen[-1]

    assert len(set(seen)) == 1


@SEARCH
@given(st.lists(amounts("-0.5", "1.5", 2), min_size=2, max_size=40), st.integers(1, 5))
def test_stairs__any_heights__take_a_whole_step_of_height_for_each_turn(
    heights: Sequence[Decimal], steps: int
) -> None:
    """Between a step up and the next step down the height has fallen by a whole step, and the other way round."""
    stairs, stood = Stairs(floor=Ratio(0), ceiling=Ratio(1), steps=steps), Ratio(0)
    turns = list[tuple[Decimal, int]]()
    for each in heights:
        now = stairs.settled(Wished(ratio=stood, since_ms=0), Ratio(each))
        if now != stood:
            turns.append((each, (now - stood).sign()))
        stood = now

    for (before, one), (after, other) in pairwise(turns):
        assert one == other or (after - before) * other * steps >= Decimal("0.999999")


PAYING = st.sampled_from(
    [
        Basis(base=Ratio("0.5"), enter=Ratio("0.06"), leave=Ratio("0.02")),
        FundingSwitch(floor=Ratio("0.2"), ceiling=Ratio(1), enter=Ratio("0.06"), leave=Ratio("0.02")),
        Preservation(max_cost=Ratio("-0.02"), resume=Ratio("-0.06")),
    ]
)


@SEARCH
@given(PAYING, st.lists(amounts("0.000019", "0.000054", 6), min_size=2, max_size=12), st.booleans())
def test_policy_of_carry__funding_that_plays_between_its_thresholds__changes_nothing(
    policy: Policy, played: Sequence[Decimal], began_in: bool
) -> None:
    """0.000019 per 8 h is 2.1 % a year, 0.000054 is 5.9 %."""
    stands = {
        Basis: (Ratio("0.5"), Ratio(1)),
        FundingSwitch: (Ratio("0.2"), Ratio(1)),
        Preservation: (Ratio(0), Ratio("0.9")),
    }[type(policy)][began_in]
    for each in played:
        funding = tuple((NOW - 8 * HOUR * ago, rate(each)) for ago in reversed(range(30)))
        past = Past(funding={(PERP, ETH): funding})
        wished = {ETH: Wished(ratio=stands, since_ms=NOW - DAY)}
        assert policy(replace(KNOWN, memory=Memory(past=past, wished=wished))).size == stands


@SEARCH
@given(tacticals(), st.lists(walks(), min_size=2, max_size=8))
def test_tactical__any_signals_day_after_day__move_one_step_in_step_days(
    policy: Tactical, days: Sequence[Closes]
) -> None:
    known, moved = replace(KNOWN, memory=Memory(wished={ETH: Wished(ratio=policy.floor, since_ms=0)})), list[int]()
    stairs = Stairs(floor=policy.floor, ceiling=policy.ceiling, steps=policy.steps)
    for ahead, walk in enumerate(days):
        shifted = tuple((at + ahead * DAY, price) for at, price in walk)
        known = replace(known, memory=replace(known.memory, past=Past(closes={ETH: shifted})))
        wish = policy(known)
        assert known.last is not None
        if isinstance(wish.size, Ratio) and wish.size != known.last.ratio:
            assert abs(stairs.nearest(wish.size) - stairs.nearest(known.last.ratio)) == 1
            moved.append(ahead)
        known = later(known, wish.size if isinstance(wish.size, Ratio) else None, 1)

    assert all(after - before >= policy.step_days for before, after in pairwise(moved))
