"""Closing everything, whatever else is broken."""

from dataclasses import replace

from agent.hedge import make_decide, make_flatten
from agent.model import Cancel, Code, Gap, Kind, Memory, Name, Plan, Position, Snapshot, Trade
from agent.units import Base, Price
from tests.unit.hedge.scene import (
    ETH,
    LIMITS,
    OTHER,
    PERP,
    checked,
    codes,
    hedge,
    market,
    memory,
    order,
    snapshot,
    terms,
    thin,
    trades,
    view,
)


def flattened(seen: Snapshot) -> Plan:
    return make_flatten(LIMITS)(seen, Memory())


def cancelled(plan: Plan) -> list[str]:
    return [action.order_id for leg in plan.legs for action in leg.actions if isinstance(action, Cancel)]


def test_flatten__no_spot_no_price_no_records__closes_to_zero_at_its_own_bound() -> None:
    bare = Snapshot(views=(view("-10"),), terms=(terms(),), gaps=(Gap(source=Name("feed"), why="down"),))

    plan = flattened(bare)

    assert trades(plan) == [Trade(market=ETH, size=Base(10), worst=Price(2100), reduce_only=True)]
    assert plan.legs[0].kind is Kind.FLATTEN
    assert checked(plan.legs, bare).legs == plan.legs


def test_flatten__a_long__is_sold() -> None:
    assert trades(flattened(snapshot(view("3")))) == [
        Trade(market=ETH, size=Base(-3), worst=Price(1900), reduce_only=True)
    ]


def test_flatten__less_than_a_lot_is_left__is_closed_exactly() -> None:
    assert trades(flattened(snapshot(view("-1.00005"))))[0].size == Base("1.00005")


def test_flatten__every_venue_and_market__gets_a_leg_of_its_own() -> None:
    btc = Name("BTC")
    both = replace(
        view("-10"),
        markets=(market(), replace(market("50000"), name=btc, underlying=btc)),
        positions=(*view("-10").positions, Position(market=btc, size=Base(-1), entry=Price(50000))),
    )

    plan = flattened(snapshot(both, view("-2", venue=OTHER)))

    assert [(leg.venue, trade.size) for leg, trade in zip(plan.legs, trades(plan), strict=True)] == [
        (PERP, Base(10)),
        (PERP, Base(1)),
        (OTHER, Base(2)),
    ]


def test_flatten__an_order_is_working__is_cancelled_before_anything_is_closed() -> None:
    plan = flattened(snapshot(replace(view("-10"), orders=(order("-5"),))))

    assert cancelled(plan) == ["working-5"]
    assert trades(plan) == []
    assert codes(plan.reasons) == [Code.WORKING]


def test_flatten__an_order_that_cannot_be_taken_back_yet__is_waited_for() -> None:
    waiting = order("-5")
    later = replace(waiting, cancels_from_ms=waiting.since_ms + 300_000)
    plan = flattened(snapshot(replace(view("-10"), orders=(later,))))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.WORKING]


def test_flatten__our_own_exit_is_working__is_left_to_be_filled() -> None:
    plan = flattened(snapshot(replace(view("-10"), orders=(order("10"),))))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.WORKING]


def test_flatten__our_own_exit_is_never_filled__is_cancelled_to_be_tried_again() -> None:
    plan = flattened(snapshot(replace(view("-10"), orders=(order("10", age_s=301),))))

    assert cancelled(plan) == ["working10"]
    assert trades(plan) == []


def test_flatten__a_stop_stands__goes_together_with_the_position() -> None:
    plan = flattened(snapshot(replace(view("-10"), orders=(order("10", role="protective"),))))

    assert cancelled(plan) == ["protective10"]
    assert trades(plan)[0].size == Base(10)


def test_flatten__nothing_is_open__has_nothing_to_do() -> None:
    assert flattened(snapshot()) == Plan()


def test_flatten__halted_undelegated_underwater__still_tries() -> None:
    wrecked = replace(view("-10", equity="0"), halted="paused", may_trade=False)
    seen = snapshot(wrecked)

    plan = flattened(seen)

    assert checked(plan.legs, seen).legs == plan.legs
    assert len(plan.legs) == 1


def test_flatten__a_thin_market__goes_in_rounds_and_ends_at_exactly_zero() -> None:
    book = thin(("0.001", "2000"), ("4", "2090"), ("20", "2200"))
    left, sold = Base("-10.00005"), list[Base]()
    for _ in range(3):
        plan = flattened(snapshot(view(str(left), at=book)))
        sold += [trade.size for trade in trades(plan)]
        left += sold[-1]

    assert sold == [Base(4), Base(4), Base("2.00005")]
    assert left == Base(0)


def test_flatten__a_thin_market__says_that_the_depth_is_why() -> None:
    seen = snapshot(view("-10", at=thin(("1", "2000"), ("4", "2090"), ("20", "2200"))))

    plan = flattened(seen)

    assert codes(plan.reasons) == [Code.SLICED]
    assert (plan.reasons[0].value, plan.reasons[0].limit) == (
        "4 of 10 now, the rest in the next rounds",
        "depth within 2,100",
    )
    assert checked(plan.legs, seen).legs == plan.legs


def test_flatten__no_depth_within_the_bound__tries_all() -> None:
    assert trades(flattened(snapshot(view("-10", at=thin(("-1", "2000"))))))[0].size == Base(10)


def test_flatten__a_foreign_transaction_waits__closes_and_asks_for_a_person() -> None:
    foreign = "nonce 9 of this key waits in the pool"
    busy = replace(snapshot(view("-10")), terms=(terms(foreign=foreign),))

    plan = flattened(busy)

    assert trades(plan)[0].size == Base(10)
    assert [(reason.code, reason.value) for reason in plan.reasons] == [(Code.FOREIGN_NONCE, foreign)]
    assert checked(plan.legs, busy).legs == plan.legs
    assert codes(flattened(replace(busy, views=(view(),))).reasons) == [Code.FOREIGN_NONCE]


def test_flatten__a_venue_that_is_halted__is_tried_and_said() -> None:
    plan = flattened(snapshot(replace(view("-10"), halted="the market is paused")))

    assert len(trades(plan)) == 1
    assert [(reason.code, reason.value) for reason in plan.reasons] == [(Code.HALTED, "the market is paused")]
    assert flattened(snapshot(replace(view(), halted="the market is paused"))).reasons == ()


def test_decide__a_position_under_the_hold_of_a_flatten__is_named_for_a_person() -> None:
    on_hold = replace(memory("-10"), hold="flattened by run 1")

    assert Code.EXIT_UNFINISHED in codes(decided(snapshot(view("-10")), on_hold).reasons)
    assert Code.EXIT_UNFINISHED not in codes(decided(snapshot(view("-10")), memory("-10")).reasons)
    assert Code.EXIT_UNFINISHED not in codes(decided(snapshot(view()), on_hold).reasons)


def decided(seen: Snapshot, known: Memory) -> Plan:
    return make_decide([hedge()], LIMITS)(seen, known)
