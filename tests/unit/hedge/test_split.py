"""Several venues for one underlying: the increase goes where it costs least all-in, under shares and room."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.hedge import Hedge
from agent.hedge.bound import needed_bound, takeable
from agent.hedge.costs import all_in, closing, trading
from agent.hedge.gates import make_check
from agent.model import Code, DepthPoint, Market, Memory, Name, Plan, Rate, SeenExposure, Traded, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    ETH,
    LANES,
    LIMITS,
    NOW,
    OTHER,
    PERP,
    checked,
    codes,
    decided,
    denied,
    hedge,
    market,
    order,
    sell,
    snapshot,
    thin,
    trades,
    view,
)

HOUR_S = 3600
BOTH = hedge(venues=(PERP, OTHER))


def capped(**shares: str) -> Hedge:
    return replace(BOTH, max_share={Name(venue): Ratio(share) for venue, share in shares.items()})


def costs(fee: str, funding: str = "0", borrow: str = "0") -> Market:
    """Without depth; funding and borrow by the hour."""
    hourly = (Rate(value=Ratio(rate), interval_s=HOUR_S) for rate in (funding, borrow))
    return replace(market(), fee=Ratio(fee), funding=next(hourly), borrow=next(hourly))


def where(plan: Plan) -> Mapping[str, Base]:
    return {leg.venue: trade.size for leg, trade in zip(plan.legs, trades(plan), strict=True)}


def known(perp: str, other: str) -> Memory:
    return Memory(positions={(PERP, ETH): Base(perp), (OTHER, ETH): Base(other)})


def lines(plan: Plan) -> list[tuple[str, str]]:
    return [(reason.subject, reason.value) for reason in plan.reasons if reason.code is Code.SPLIT]


# --- what it costs


def test_cost__of_a_trade__follows_the_depth_and_is_straight_between_its_points() -> None:
    """1 at 2,000 loses nothing; 3 at 1,990 on average lose 30 in all, half of it by the second coin."""
    seen = thin(("-1", "2000"), ("-3", "1990"), ("1", "2002"))

    assert [trading(seen, Base(size)) for size in ("0", "-1", "-2", "-3")] == [Usd(0), Usd(0), Usd(15), Usd(30)]
    assert trading(seen, Base("1")) == Usd(2)


def test_cost__where_the_bound_is_on_each_fill__is_what_all_coins_fetch_and_the_last_one_decides_what_goes() -> None:
    """A book of 5 at 2,000 and 5 at 1,980: ten lose 100, not 200; a bound of 1,990 lets five of them go."""
    points = ((Base(-5), Price(2000), Price(2000)), (Base(-10), Price(1990), Price(1980)))
    seen = replace(market(), depth=tuple(DepthPoint(size=s, average=a, bound=b) for s, a, b in points))

    assert [trading(seen, Base(size)) for size in ("-5", "-7.5", "-10")] == [Usd(0), Usd(50), Usd(100)]
    assert takeable(seen, Base(-10), Price(1990)) == Base(-5)
    assert [needed_bound(seen, Base(size)) for size in (-5, -6, -11)] == [Price(2000), Price(1980), None]


def test_cost__all_in__is_fee_less_what_the_short_receives_over_the_horizon() -> None:
    """10 ETH at 2,000: a fee of 0.1 % is 20; 0.001 % an hour over 10 days is 0.24 %, which is 48."""
    seen = costs("0.001", funding="0.00001")

    assert all_in(seen, Base(-10), 10) == Usd(-28)
    assert all_in(seen, Base(10), 10) == Usd(68), "a long pays it"
    assert closing(seen, Base(10), 10) == Usd(68), "who closes the short pays the fee and goes without the funding"


# --- who takes it


def test_split__the_cheaper_venue__takes_all_though_it_is_listed_last() -> None:
    seen = snapshot(view(at=costs("0.002")), view(venue=OTHER, at=costs("0.0005")))

    assert where(decided(seen, wanted=BOTH)) == {OTHER: Base(-10)}


def test_split__the_cheaper_venue__fills_to_its_share_then_the_other() -> None:
    seen = snapshot(view(at=costs("0.002")), view(venue=OTHER, at=costs("0.0005")))

    plan = decided(seen, wanted=capped(other="0.6"))

    assert where(plan) == {PERP: Base(-4), OTHER: Base(-6)}
    assert set(codes(plan.reasons)) == {Code.SPLIT}


def test_split__what_stands_there_already__uses_up_the_share() -> None:
    seen = snapshot(view(at=costs("0.002")), view("-5", venue=OTHER, at=costs("0.0005")))

    assert where(decided(seen, known("0", "-5"), capped(other="0.6"))) == {PERP: Base(-4), OTHER: Base(-1)}


@pytest.mark.parametrize(("days", "taker"), [(30, OTHER), (1, PERP)])
def test_split__funding__outweighs_the_fee_over_a_long_horizon_only(days: int, taker: Name) -> None:
    """0.15 % of fee more, and 0.001 % an hour more: even after six days."""
    seen = snapshot(view(at=costs("0.0005")), view(venue=OTHER, at=costs("0.002", funding="0.00001")))

    assert where(decided(seen, wanted=replace(BOTH, horizon_days=days))) == {taker: Base(-10)}


def test_split__a_borrow_fee__counts_like_funding() -> None:
    seen = snapshot(view(at=costs("0", borrow="0.00001")), view(venue=OTHER, at=costs("0")))

    assert where(decided(seen, wanted=BOTH)) == {OTHER: Base(-10)}


@pytest.mark.parametrize(("tolerance", "taker"), [("0.02", PERP), ("0.01", OTHER)])
def test_split__a_small_difference__is_a_tie_that_the_order_of_preference_breaks(tolerance: str, taker: Name) -> None:
    """0.1 % over 30 days is 1.2 % a year."""
    seen = snapshot(view(at=costs("0.0015")), view(venue=OTHER, at=costs("0.0005")))

    assert where(decided(seen, wanted=replace(BOTH, tolerance=Ratio(tolerance)))) == {taker: Base(-10)}


def test_split__impact__makes_the_other_venue_the_cheaper_one_from_some_size_on() -> None:
    """The first 4 cost nothing at the first venue, the next ones more than the fee of the second."""
    first = thin(("-4", "2000"), ("-20", "1984"), ("1", "2000"))
    seen = snapshot(view(at=first), view(venue=OTHER, at=costs("0.002")))

    assert where(decided(seen, wanted=BOTH)) == {PERP: Base(-4), OTHER: Base(-6)}


def test_split__a_part_too_small_to_trade__goes_to_the_other() -> None:
    """0.02 ETH are 40 dollars; a trade should be worth 50."""
    first = thin(("-0.02", "2000"), ("-20", "1984"), ("1", "2000"))
    seen = snapshot(view(at=first), view(venue=OTHER, at=costs("0.002")))

    assert where(decided(seen, wanted=BOTH)) == {OTHER: Base(-10)}


def test_split__lots_of_two_sizes__leave_less_than_the_smaller_one() -> None:
    whole = replace(costs("0"), lot=Base(1))
    seen = snapshot(view(at=whole), view(venue=OTHER, at=costs("0.0005")), spot="9.7654321")

    assert where(decided(seen, wanted=capped(perp="0.55"))) == {PERP: Base(-5), OTHER: Base("-4.765")}


# --- what one cannot take


def test_split__the_cheaper_venue_is_too_thin__the_other_takes_the_rest_in_the_same_plan() -> None:
    first = thin(("-4", "2000"), ("-5", "1900"), ("1", "2000"))
    seen = snapshot(view(at=first), view(venue=OTHER, at=costs("0.005")))

    plan = decided(seen, wanted=BOTH)

    assert where(plan) == {PERP: Base(-4), OTHER: Base(-6)}
    assert set(codes(plan.reasons)) == {Code.SPLIT}, "nothing is left for later rounds"


def test_split__the_cheaper_venue_lacks_collateral__the_other_takes_the_rest_and_nobody_is_asked() -> None:
    """4,080 dollars carry 4 ETH at twice the collateral, also where 20 dollars are lost on each."""
    seen = snapshot(view(equity="4080"), view(venue=OTHER, at=costs("0.005")))

    plan = decided(seen, wanted=BOTH)

    assert where(plan) == {PERP: Base(-4), OTHER: Base(-6)}
    assert Code.COLLATERAL not in codes(plan.reasons)


def test_split__none_has_the_collateral__each_takes_what_it_can_and_the_cheapest_asks() -> None:
    seen = snapshot(view(equity="4080"), view(venue=OTHER, equity="3000", at=costs("0.005")))

    plan = decided(seen, wanted=BOTH)

    assert codes(plan.reasons).count(Code.COLLATERAL) == 1
    [asked] = [reason for reason in plan.reasons if reason.code is Code.COLLATERAL]
    assert asked.subject == "perp ETH"
    assert sum(where(plan).values(), Base(0)) >= Base(-7)
    assert where(plan)[PERP] == Base(-4)


@pytest.mark.parametrize(
    "shut",
    [{"full": "open interest is at its cap"}, {"may_trade": False}, {"exits_only": "the agent ends in 3 hours"}],
    ids=lambda shut: next(iter(shut)),
)
def test_split__the_cheaper_venue_takes_no_more__the_other_does_and_it_is_told_why(shut: dict[str, object]) -> None:
    first: View = replace(view(at=costs("0")), **shut)  # type: ignore[arg-type]
    said = first.exits_only or first.full or "the operator may not open positions for the account"
    plan = decided(snapshot(first, view(venue=OTHER, at=costs("0.002"))), wanted=BOTH)

    assert where(plan) == {OTHER: Base(-10)}
    assert ("perp ETH", f"takes none: {said}") in lines(plan)


def test_split__the_cheaper_venue_is_halted__its_position_is_told_and_the_other_takes_it_all() -> None:
    stuck = replace(view("-3", at=costs("0")), halted="oracle frozen")
    plan = decided(snapshot(stuck, view(venue=OTHER, at=costs("0.002"))), known("-3", "0"), BOTH)

    assert where(plan) == {OTHER: Base(-7)}
    assert [reason.value for reason in plan.reasons] == ["oracle frozen; short 3 there"]


def test_split__the_other_venue_is_halted_and_the_share_binds__the_rest_is_said_to_stay_unhedged() -> None:
    stuck = replace(view(venue=OTHER), halted="paused")
    plan = decided(snapshot(view(), stuck), wanted=capped(perp="0.6"))

    assert where(plan) == {PERP: Base(-6)}
    [reason] = [reason for reason in plan.reasons if reason.code is Code.MAX_SHARE]
    assert (reason.value, reason.limit) == ("4 of 10 stay unhedged", "perp 60 %")


def test_split__a_venue_is_dark__nothing_is_added_anywhere() -> None:
    plan = decided(snapshot(view("-4", at=costs("0"))), known("-4", "-6"), capped(perp="0.6"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.NOT_SEEN]


def test_split__an_order_works_at_one__its_part_waits_and_the_others_goes() -> None:
    """Of ten, 2 are on their way at the first venue, whose share is 6."""
    first = replace(view(at=costs("0")), orders=(order("-2"),))
    plan = decided(snapshot(first, view(venue=OTHER, at=costs("0.002"))), wanted=capped(perp="0.6"))

    assert where(plan) == {OTHER: Base(-4)}
    assert plan.seen[ETH].towards == Base(-10), "what waits is no new decision: it needs no cooldown"


def test_split__parts_larger_than_one_order__go_in_slices_at_each_venue() -> None:
    seen = snapshot(view(at=costs("0")), view(venue=OTHER, at=costs("0.002")))
    plan = decided(seen, wanted=capped(perp="0.6"), limits=replace(LIMITS, max_order=Usd(6000)))

    assert where(plan) == {PERP: Base(-3), OTHER: Base(-3)}
    assert codes(plan.reasons).count(Code.SLICED) == 2


def test_split__two_venues_draw_on_one_reserve__the_second_counts_with_what_is_left() -> None:
    empty = (view(venue=name, equity="0") for name in (PERP, OTHER))
    seen = snapshot(*(replace(each, reserve=Usd(6000), reserve_at="USDC to hot") for each in empty))

    plan = decided(seen, wanted=capped(perp="0.5", other="0.5"))

    verdict = make_check([BOTH], LIMITS, LANES)(plan, seen, Memory())
    assert verdict.dropped == ()
    assert where(plan)[PERP] == Base(-5)
    assert Code.COLLATERAL in codes(plan.reasons)


# --- why


def test_why__each_venue__tells_its_cost_a_year_and_what_it_takes() -> None:
    seen = snapshot(view(at=costs("0.001")), view(venue=OTHER, at=costs("0.0005", funding="0.00001")))

    plan = decided(seen, wanted=capped(other="0.6"))

    paid = "takes 4 of 10: all-in you PAY 1.2 % a year over 30 days"
    received = "takes 6 of 10: all-in you RECEIVE 8.2 % a year over 30 days"
    assert lines(plan) == [
        ("perp ETH", f"{paid} (fee and impact 0.1 %, carry: you RECEIVE 0 % a year)"),
        ("other ETH", f"{received} (fee and impact 0.05 %, carry: you RECEIVE 8.8 % a year)"),
    ]
    assert [reason.limit for reason in plan.reasons] == ["", "its share, 6"]


def test_why__one_venue__needs_no_words() -> None:
    assert decided(snapshot(view(at=costs("0.001")))).reasons == ()


# --- who gives back


def test_reduction__the_carry_is_worst__closes_first_though_it_is_preferred() -> None:
    seen = snapshot(view("-6", at=costs("0", funding="-0.00001")), view("-6", venue=OTHER, at=costs("0")))

    assert where(decided(seen, known("-6", "-6"), BOTH)) == {PERP: Base(2)}


def test_reduction__the_exit_is_cheapest__closes_first_and_turns_nothing_round() -> None:
    seen = snapshot(view("-3", at=costs("0")), view("-6", venue=OTHER, at=costs("0.005")), spot="4")

    assert where(decided(seen, known("-3", "-6"), BOTH)) == {PERP: Base(3), OTHER: Base(2)}


def test_reduction__a_small_difference__the_last_gives_back_first() -> None:
    seen = snapshot(view("-6", at=costs("0")), view("-6", venue=OTHER, at=costs("0.0005")))

    assert where(decided(seen, known("-6", "-6"), BOTH)) == {OTHER: Base(2)}


def test_reduction__a_venue_that_is_listed_no_more__closes_before_any_other() -> None:
    seen = snapshot(view("-6", at=costs("0", funding="-0.00001")), view("-6", venue=OTHER, at=costs("0.005")))

    assert where(decided(seen, known("-6", "-6"))) == {OTHER: Base(2)}


# --- the second wall


def test_gate__a_leg_beyond_the_share__is_denied() -> None:
    seen, wanted = snapshot(view(), view(venue=OTHER)), capped(perp="0.6")

    assert denied(checked([sell("7")], seen, Memory(), wanted)) == [Code.MAX_SHARE]
    assert checked([sell("6")], seen, Memory(), wanted).dropped == ()


def test_gate__what_stands_beyond_the_share_already__is_no_reason_to_sell_it() -> None:
    seen = snapshot(view("-9"), view(venue=OTHER))

    assert where(decided(seen, known("-9", "0"), capped(perp="0.6"))) == {OTHER: Base(-1)}


# --- after a slice


def test_slices__the_second_round_of_a_split__goes_on_where_every_venue_takes_its_part_whole() -> None:
    seen = snapshot(view("-3", at=costs("0")), view("-3", venue=OTHER, at=costs("0.002")))
    last = Traded(venue=PERP, market=ETH, time_ms=NOW - 1000, notional=Usd(6000), fresh=True)
    memory = replace(
        known("-3", "-3"), trades=(last,), exposures={ETH: SeenExposure(taken=Base(10), towards=Base(-10))}
    )

    assert where(decided(seen, memory, capped(perp="0.6"))) == {PERP: Base(-3), OTHER: Base(-1)}
