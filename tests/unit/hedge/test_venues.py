"""Several venues for one underlying: who takes an increase, who gives back, and what is done without one of them."""

from dataclasses import replace

from agent.hedge.gates import make_check
from agent.model import Code, Gap, Lane, Memory, Plan, Snapshot, View
from agent.units import Base, Usd
from tests.unit.hedge.scene import (
    ETH,
    LANES,
    LIMITS,
    OTHER,
    PERP,
    buy,
    checked,
    codes,
    decided,
    denied,
    hedge,
    order,
    sell,
    snapshot,
    traded,
    trades,
    view,
)

BOTH = hedge(venues=(PERP, OTHER))


def known(perp: str, other: str) -> Memory:
    return Memory(positions={(PERP, ETH): Base(perp), (OTHER, ETH): Base(other)})


def where(plan: Plan) -> list[tuple[str, Base]]:
    return [(leg.venue, trade.size) for leg, trade in zip(plan.legs, trades(plan), strict=True)]


def halted(found: View) -> View:
    return replace(found, halted="oracle frozen")


def test_increase__two_venues__goes_to_the_first() -> None:
    seen = snapshot(view("-2", venue=OTHER), view("-3"))

    assert where(decided(seen, known("-3", "-2"), BOTH)) == [("perp", Base(-5))]


def test_reduction__two_venues__the_last_gives_back_first() -> None:
    seen = snapshot(view("-12"), view("-2", venue=OTHER))

    plan = decided(seen, known("-12", "-2"), BOTH)

    assert where(plan) == [("other", Base(2)), ("perp", Base(2))]
    assert all(trade.reduce_only for trade in trades(plan))


def test_reduction__each_leg__is_one_order_at_most() -> None:
    seen = snapshot(view("-12"), view("-8", venue=OTHER), spot="0")

    plan = decided(seen, known("-12", "-8"), BOTH, replace(LIMITS, max_order=Usd(8080)))

    assert where(plan) == [("other", Base(4)), ("perp", Base(4))]
    assert codes(plan.reasons) == [Code.SLICED, Code.SLICED]


def test_reduction__an_exit_is_working_at_one_venue__only_what_it_leaves_is_closed() -> None:
    """Both could fill: more than 2 at the first venue might turn its position round."""
    first, second = (
        replace(view("-10"), orders=(order("8"),)),
        replace(view("-5", venue=OTHER), orders=(order("-6"),)),
    )

    plan = decided(snapshot(first, second, spot="0"), known("-10", "-5"), BOTH)

    assert where(plan) == [("other", Base(5)), ("perp", Base(2))]


def test_reduction__a_little_at_each_of_two_venues__is_dust() -> None:
    seen = snapshot(view("-0.004"), view("-0.004", venue=OTHER), spot="0")

    plan = decided(seen, known("-0.004", "-0.004"), replace(BOTH, min_trade=Usd(0)))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.DUST]
    assert plan.reasons[0].value == "0.008, spread over venues"


def test_halted__the_first_venue_is_empty__the_second_takes_over() -> None:
    seen = snapshot(halted(view()), view(venue=OTHER))

    plan = decided(seen, wanted=BOTH)

    assert where(plan) == [("other", Base(-10))]
    assert plan.reasons == ()


def test_halted__a_position_is_stranded__the_user_is_told() -> None:
    seen = snapshot(halted(view("-3")), view(venue=OTHER))

    plan = decided(seen, known("-3", "0"), BOTH)

    assert where(plan) == [("other", Base(-7))]
    assert codes(plan.reasons) == [Code.HALTED]
    assert plan.reasons[0].value == "oracle frozen; short 3 there"


def test_halted__the_only_position_that_could_be_reduced__nothing_is_bought_elsewhere() -> None:
    seen = snapshot(halted(view("-10")), view(venue=OTHER), spot="5")

    plan = decided(seen, known("-10", "0"), BOTH)

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.HALTED]


def test_halted__everywhere__nothing_goes_and_each_is_named() -> None:
    plan = decided(snapshot(halted(view()), halted(view(venue=OTHER))), wanted=BOTH)

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.HALTED, Code.HALTED]


def test_dark__more_would_be_needed__nothing_is_added() -> None:
    """The dark venue may hold all that is missing."""
    plan = decided(snapshot(view("-4")), known("-4", "-6"), BOTH)

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.NOT_SEEN]
    assert plan.reasons[0].subject == "ETH other"
    assert plan.reasons[0].value == "its position may be anything from none to short 6 ETH: nothing is added"


def test_dark__too_much_even_without_it__the_surplus_goes() -> None:
    plan = decided(snapshot(view("-12")), known("-12", "-6"), BOTH)

    assert where(plan) == [("perp", Base(2))]
    assert codes(plan.reasons) == [Code.NOT_SEEN]


def test_dark__a_long_elsewhere__is_not_closed_either() -> None:
    """To sell is to add to the hedge, and the dark venue may be short enough."""
    plan = decided(snapshot(view("2")), known("2", "-14"), BOTH)

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.NOT_SEEN]


def test_dark__a_leg_that_adds_all_the_same__is_denied_by_the_gates() -> None:
    seen = snapshot(view("-4"))

    assert denied(checked([sell("1")], seen, known("-4", "-6"), BOTH)) == [Code.NOT_SEEN]
    assert checked([buy("1")], snapshot(view("-12")), known("-12", "-6"), BOTH).dropped == ()


def test_dark__every_venue__says_so() -> None:
    gap = Gap(source=PERP, why="no answer")
    plan = decided(Snapshot(held=snapshot().held, gaps=(gap,)))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.NOT_SEEN]


def test_unlisted_venue__still_holds_a_position__counts_and_is_only_reduced() -> None:
    seen = snapshot(view("-4"), view("-8", venue=OTHER))

    assert where(decided(seen, known("-4", "-8"))) == [("other", Base(2))]
    assert where(decided(snapshot(view("-4"), view("-1", venue=OTHER)), known("-4", "-1"))) == [("perp", Base(-5))]


def test_long_by_mistake__short_wanted__is_closed_before_anything_is_opened() -> None:
    plan = decided(snapshot(view("3")), known("3", "0"))

    assert where(plan) == [("perp", Base(-3))]
    assert trades(plan)[0].reduce_only


def test_lanes__one_cannot_be_read__the_other_venues_reduction_proceeds() -> None:
    seen = snapshot(view("-12"), view("-2", venue=OTHER))
    plan = decided(seen, known("-12", "-2"), BOTH)
    apart = {**LANES, OTHER: Lane("message:key")}

    verdict = make_check([BOTH], LIMITS, apart)(plan, seen, known("-12", "-2"))

    assert where(Plan(legs=verdict.legs)) == [("perp", Base(2))]
    assert codes(verdict.dropped[0].reasons) == [Code.NOT_SEEN]
    assert traded(verdict) == Base(2)
