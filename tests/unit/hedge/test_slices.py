"""The slices of one increase: the cooldown keeps a hedge from flapping, and not from being finished."""

from dataclasses import replace

import pytest

from agent.model import Code, Memory, Plan, SeenExposure, Traded
from agent.units import Base, Usd
from tests.unit.hedge.scene import ETH, LIMITS, NOW, PERP, codes, decided, memory, order, snapshot, thin, traded, view

SMALL = replace(LIMITS, max_order=Usd(10_000))
"""Five of the ten ETH at a time."""
THIN = thin(("-1", "2000"), ("-4", "1981"), ("-50", "1900"), ("1", "2000"), ("50", "2100"))


def after_a_slice(position: str, *, fresh: bool, begun: str | None = "-10", seconds: int = 60) -> Memory:
    """A slice went a minute ago, in this run or in the last one."""
    last = Traded(venue=PERP, market=ETH, time_ms=NOW - seconds * 1000, notional=Usd(10_000), fresh=fresh)
    seen = SeenExposure(taken=Base(10), towards=Base(begun) if begun else None)
    return replace(memory(position), trades=(last,), exposures={ETH: seen})


def under_way(plan: Plan) -> Base | None:
    return plan.seen[ETH].towards


def test_slices__of_a_whole_increase__note_the_target_that_they_are_for() -> None:
    assert under_way(decided(snapshot(), limits=SMALL)) == Base(-10)
    assert under_way(decided(snapshot())) is None, "nothing is left of one that goes as a whole"


@pytest.mark.parametrize("fresh", [True, False])
def test_slices__the_next_one__does_not_wait_for_the_cooldown(fresh: bool) -> None:
    plan = decided(snapshot(view("-4")), after_a_slice("-4", fresh=fresh), limits=SMALL)

    assert traded(plan) == Base(-5)
    assert under_way(plan) == Base(-10)


def test_slices__the_last_one__goes_at_once_and_is_under_way_until_it_is_seen() -> None:
    plan = decided(snapshot(view("-5")), after_a_slice("-5", fresh=True), limits=SMALL)

    assert traded(plan) == Base(-5)
    assert under_way(plan) == Base(-10)
    assert under_way(decided(snapshot(view("-10")), after_a_slice("-10", fresh=True))) is None


def test_slices__while_one_works__the_increase_stays_under_way() -> None:
    working = replace(view("-4"), orders=(order("-2"),))

    plan = decided(snapshot(working), after_a_slice("-4", fresh=False), limits=SMALL)

    assert (plan.legs, under_way(plan)) == ((), Base(-10))


def test_slices__a_market_too_thin_for_the_rest__fills_up_until_the_next_run() -> None:
    seen = snapshot(view("-4", at=THIN))

    same = decided(seen, after_a_slice("-4", fresh=True))
    following = decided(seen, after_a_slice("-4", fresh=False))

    assert (same.legs, codes(same.reasons), under_way(same)) == ((), [Code.COOLDOWN], Base(-10))
    assert traded(following) == Base(-4)


def test_cooldown__nothing_was_begun__holds_in_this_run_and_the_next() -> None:
    for fresh in (True, False):
        plan = decided(snapshot(view("-4")), after_a_slice("-4", fresh=fresh, begun=None), limits=SMALL)
        assert (codes(plan.reasons), under_way(plan)) == ([Code.COOLDOWN], None)


@pytest.mark.parametrize(("begun", "waits"), [("-10.2", False), ("-9.8", True), ("-9.9", False), ("-8", True)])
def test_cooldown__the_target_is_another_one__holds(begun: str, waits: bool) -> None:
    """Within the band of 2 % it is the same."""
    plan = decided(snapshot(view("-4")), after_a_slice("-4", fresh=False, begun=begun), limits=SMALL)

    assert (Code.COOLDOWN in codes(plan.reasons)) is waits


def test_cooldown__after_a_reduction__holds_what_would_add_again() -> None:
    """Sold, bought back, to be sold again: that is flapping."""
    known = replace(after_a_slice("-5", fresh=False), exposures={ETH: SeenExposure(taken=Base(4), towards=Base(-10))})

    back = decided(snapshot(view("-5"), spot="4"), known, limits=SMALL)
    again = decided(snapshot(view("-5")), replace(known, exposures={ETH: SeenExposure(taken=Base(10))}), limits=SMALL)

    assert (traded(back), under_way(back)) == (Base(1), None)
    assert codes(again.reasons) == [Code.COOLDOWN]


def test_cooldown__over__a_begun_increase_goes_on_all_the_same() -> None:
    assert traded(decided(snapshot(view("-4", at=THIN)), after_a_slice("-4", fresh=True, seconds=300))) == Base(-4)
