"""The ladder of an account in danger: the reserve, then a person, then a smaller position. Spot is never sold."""

from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import Limits
from agent.hedge.margin import leverage, notional
from agent.hedge.orders import overdue
from agent.hedge.outlook import after
from agent.model import Code, Fund, Kind, Memory, Name, Plan, Position, Traded, View, exit_for
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    ETH,
    LIMITS,
    NOW,
    PERP,
    checked,
    codes,
    decided,
    market,
    memory,
    order,
    snapshot,
    thin,
    traded,
    trades,
    view,
)


def account(size: str, equity: str, reserve: str = "0", mark: str = "2000") -> View:
    return replace(view(size, equity, at=market(mark)), reserve=Usd(reserve))


def kinds(plan: Plan) -> list[Kind]:
    return [leg.kind for leg in plan.legs]


def actions(plan: Plan) -> list[str]:
    return [type(action).__name__ for leg in plan.legs for action in leg.actions]


def test_ladder__above_the_second_level_without_a_reserve__shrinks_to_the_leverage_for_opening() -> None:
    """Equity 2,900 under 20,000 is 6.9 times. 2,900 / 10,000 of the 10 ETH stay: 2.9, at twice the equity."""
    seen = snapshot(account("-10", "2900"))

    plan = decided(seen, memory("-10"))

    assert kinds(plan) == [Kind.RESCUE]
    assert trades(plan)[0].reduce_only
    assert traded(plan) == Base("7.1")
    assert Code.RESCUE in codes(plan.reasons)
    assert checked(plan.legs, seen, memory("-10")).dropped == ()


def test_ladder__a_person_has_time__asks_and_leaves_the_hedge_alone() -> None:
    plan = decided(snapshot(account("-10", "3500")), memory("-10"))  # 5.7 times, 36 hours at 80 %

    assert plan.legs == ()
    assert [exit_for(reason) for reason in plan.reasons if reason.code is Code.RESCUE] == [Exit.PERSON]


def test_ladder__the_runway_is_shorter_than_a_person_needs__shrinks_below_the_second_level_too() -> None:
    wild = replace(LIMITS, assumed_volatility=Ratio(2))  # 36 hours become 6

    assert traded(decided(snapshot(account("-10", "3500")), memory("-10"), limits=wild)) > Base(0)


def test_ladder__the_venue_is_slow__its_latency_is_taken_off_the_time_for_an_answer() -> None:
    limits = replace(LIMITS, answer_hours=Ratio(35))
    quick, slow = (replace(account("-10", "3500"), latency_s=seconds) for seconds in (1, 7200))

    assert traded(decided(snapshot(quick), memory("-10"), limits=limits)) == Base(0)
    assert traded(decided(snapshot(slow), memory("-10"), limits=limits)) > Base(0)


def test_ladder__the_reserve_lifts_it_out_of_danger__closes_nothing() -> None:
    plan = decided(snapshot(account("-10", "2900", "2200")), memory("-10"))

    assert actions(plan) == ["Fund"]
    assert codes(plan.reasons) == [Code.IN_BAND]


def test_ladder__the_reserve_is_too_small__goes_in_first_and_less_is_closed() -> None:
    seen = snapshot(account("-10", "2400", "500"))

    plan = decided(seen, memory("-10"))

    assert actions(plan) == ["Fund", "Trade"]
    assert traded(plan) == Base("7.1")
    assert checked(plan.legs, seen, memory("-10")).dropped == ()


def test_ladder__the_short_runway_alone__tops_up_to_twice_its_limit() -> None:
    """At 400 % a year a short of 2.5 times lasts 14 hours: leverage alone would not have begun a rescue."""
    stormy = replace(LIMITS, assumed_volatility=Ratio(4))
    seen = snapshot(account("-10", "8000", "50000"))

    plan = decided(seen, memory("-10"), limits=stormy)

    assert actions(plan) == ["Fund"]
    then = after(seen.views[0], plan.legs)
    assert decided(snapshot(then), memory("-10"), limits=stormy).legs == ()
    assert decided(seen, memory("-10"), limits=replace(stormy, rescue_runway_days=Ratio(0))).legs == ()


def test_ladder__shrinking_is_forbidden__only_asks() -> None:
    never = replace(LIMITS, rescue_shrinks=False)

    assert decided(snapshot(account("-10", "1300")), memory("-10"), limits=never).legs == ()


@pytest.mark.parametrize("equity", ["900", "0", "-500"])
def test_ladder__closing_a_part_at_its_worst_would_raise_the_leverage__closes_all(equity: str) -> None:
    """5 % of 20,000 may be lost on the way: with no more equity than that nothing is left to carry a part."""
    assert traded(decided(snapshot(account("-10", equity)), memory("-10"))) == Base(10)


def test_ladder__what_stays_would_be_no_trade__closes_all() -> None:
    coarse = replace(market(), lot=Base("0.001"), minimum=Usd(6000))
    seen = snapshot(view("-10", "2900", at=coarse))

    assert traded(decided(seen, memory("-10"))) == Base(10)  # 2.9 would be worth 5,800


def test_ladder__what_closing_costs__is_set_aside() -> None:
    """10 cost 200 in fees: (2,900 - 200) / (10,000 - 200) of them stay, 2.755."""
    seen = snapshot(view("-10", "2900", at=replace(market(), fee=Ratio("0.01"))))

    assert traded(decided(seen, memory("-10"))) == Base("7.245")


def test_ladder__more_than_one_order_may_move__goes_in_slices() -> None:
    limits = replace(LIMITS, max_order=Usd(4400))
    seen = snapshot(account("-10", "2900"))

    plan = decided(seen, memory("-10"), limits=limits)

    assert traded(plan) == Base("2.095")  # 4,400 at no more than 2,100 each
    assert Code.SLICED in codes(plan.reasons)
    assert checked(plan.legs, seen, memory("-10"), limits=limits).dropped == ()


def test_ladder__a_thin_market__takes_what_the_depth_takes() -> None:
    book = thin(("2", "2010"), ("3", "2050"), ("9", "2400"))

    assert traded(decided(snapshot(view("-10", "2900", at=book)), memory("-10"))) == Base(3)


def test_ladder__an_order_works_there__waits_for_it() -> None:
    busy = replace(account("-10", "2900"), orders=(order("7.1"),))

    assert decided(snapshot(busy), memory("-10")).legs == ()


def test_ladder__a_second_look_contradicts_the_first__posts_collateral_and_closes_nothing() -> None:
    doubtful = replace(account("-10", "2400", "500"), disputed="another size elsewhere")

    plan = decided(snapshot(doubtful), memory("-10"))

    assert actions(plan) == ["Fund"]
    assert Code.RESCUE in codes(plan.reasons)


def test_ladder__two_positions_of_one_account__give_the_same_share() -> None:
    btc = replace(market("20000"), name=Name("BTC"), underlying=Name("BTC"))
    held = tuple(
        Position(market=at.name, size=Base(size), entry=Price(1)) for at, size in ((market(), "-10"), (btc, "-1"))
    )
    shared = replace(view(equity="5800"), markets=(market(), btc), positions=held)

    assert [(t.market, t.size) for t in trades(decided(snapshot(shared), memory("-10")))] == [
        (ETH, Base("7.1")),
        ("BTC", Base("0.71")),
    ]


def test_ladder__its_price_bound__is_as_loose_as_an_exits_and_never_looser_than_is_signed() -> None:
    near, far = (
        decided(snapshot(account("-10", "2900"), price=outside), memory("-10")) for outside in ("2000", "1990")
    )

    assert trades(near)[0].worst == Price(2100)
    assert trades(far)[0].worst == Price(1990) * Ratio("1.0504")  # 1.04 * 1.01 of the outside price
    assert checked(far.legs, snapshot(account("-10", "2900"), price="1990"), memory("-10")).dropped == ()


def test_ladder__after_a_shrink__nothing_is_added_again_in_the_same_run_nor_later() -> None:
    """Round by round, at what each round leaves: the leverage for opening holds the rest, and a person is asked."""
    seen, known = snapshot(account("-10", "2900")), memory("-10")
    first = decided(seen, known)
    left = after(seen.views[0], first.legs)
    just = Traded(venue=PERP, market=ETH, time_ms=NOW, notional=Usd(14_200), fresh=True)
    known = replace(memory(str(left.size(ETH))), trades=(just,))

    second = decided(snapshot(left), known)
    later = decided(snapshot(left), replace(known, trades=()))

    assert second.legs == later.legs == ()
    assert Code.COLLATERAL in codes(second.reasons)
    assert Code.COLLATERAL in codes(later.reasons)


def test_ladder__the_price_swings_around_after_a_shrink__no_second_shrink_until_it_has_risen_far() -> None:
    """From 2 times it takes +27 % to come to 6 times: what noise does in between moves nothing but collateral."""
    left = account("-2.9", "2900")
    for mark, calm in (("2100", True), ("1900", True), ("2300", True), ("2500", True), ("2640", False)):
        lost = Base("2.9") * (Price(mark) - Price(2000))
        now = replace(left, equity=left.equity - lost, markets=(market(mark),))
        plan = decided(snapshot(now, price=mark), memory("-2.9"))
        assert (Kind.RESCUE not in kinds(plan)) is calm, mark


def test_ladder__the_hedge_of_a_shrunk_position__waits_for_the_next_round() -> None:
    """The drift that the policy sees is of before: together they would close more than there is."""
    seen = snapshot(account("-10", "2900"), spot="5")

    plan = decided(seen, memory("-10"))

    assert traded(plan) == Base("7.1")
    assert kinds(plan) == [Kind.RESCUE]


def test_ladder__the_spot_cannot_be_read__shrinks_all_the_same() -> None:
    blind = replace(snapshot(account("-10", "2900")), held=(), quotes=())

    plan = decided(blind, memory("-10"))

    assert traded(plan) == Base("7.1")
    assert checked(plan.legs, blind, memory("-10")).legs == plan.legs


def test_ladder__leverage_after_it__is_the_one_for_opening() -> None:
    before = account("-10", "2900")
    held = leverage(before)
    cheap = replace(before, positions=(replace(before.positions[0], size=Base(-10) + Base("7.1")),))

    assert held is not None
    assert held > LIMITS.shrink_leverage
    assert notional(cheap) == cheap.equity * LIMITS.open_leverage


def test_gate__an_increase_that_would_be_rescued_at_once__is_denied() -> None:
    stormy = replace(LIMITS, assumed_volatility=Ratio(4))
    seen = snapshot(account("0", "11000"))
    legs = decided(seen, Memory()).legs

    assert checked(legs, seen).dropped == ()
    [dropped] = checked(legs, seen, limits=stormy).dropped
    assert codes(dropped.reasons) == [Code.SHORT_RUNWAY]
    assert dropped.reasons[0].limit == "2 days"


def test_limits__by_default__a_rescue_may_shrink() -> None:
    assert Limits().rescue_shrinks
    assert Limits().rescue_leverage < Limits().shrink_leverage


def test_ladder__no_action_of_it__moves_spot_or_takes_collateral_out() -> None:
    for equity, reserve in (("4900", "50000"), ("2900", "500"), ("-5", "10")):
        plan = decided(snapshot(account("-10", equity, reserve)), memory("-10"))
        for leg in plan.legs:
            for action in leg.actions:
                assert isinstance(action, Fund) or action in trades(plan)
                assert not isinstance(action, Fund) or action.amount > Usd(0)


def test_order__at_a_slow_venue__is_given_several_times_its_latency() -> None:
    late = order("7.1", age_s=400)
    quick, slow = (replace(view("-10"), orders=(late,), latency_s=seconds) for seconds in (1, 120))

    assert overdue(late, quick, LIMITS)
    assert not overdue(late, slow, LIMITS)
