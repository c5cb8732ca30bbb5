"""Protective stops: off by default; if on, strictly between the rescue and the liquidation price, and only one."""

from dataclasses import replace

import pytest

from agent.hedge.stops import corridor_of
from agent.model import Cancel, Code, Memory, OpenOrder, Plan, Position, Protect, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import ETH, LIMITS, checked, codes, decided, market, memory, order, snapshot, view

ON = replace(LIMITS, protective_stops=True)


def account(size: str = "-10", equity: str = "10000", *orders: OpenOrder, mark: str = "2000") -> View:
    return replace(view(size, equity, at=market(mark)), stops=True, orders=orders)


def stop(size: str = "10", trigger: str = "2600", name: str = "stop") -> OpenOrder:
    return replace(order(size, role="protective"), id=name, trigger=Price(trigger))


def plan(seen: View, known: Memory | None = None) -> Plan:
    mark = str(seen.markets[0].mark)
    return decided(snapshot(seen, price=mark), known or memory(str(seen.size(ETH)) or None), limits=ON)


def actions(found: Plan) -> list[object]:
    return [action for leg in found.legs for action in leg.actions]


def test_stop__a_short_at_two_times__lies_between_its_rescue_and_its_end() -> None:
    """Four times at 2,400: 24,000 on 6,000. It ends at 2,823.53; the middle is 2,611.76."""
    seen = account()
    corridor = corridor_of(seen, seen.markets[0], ON)

    assert corridor is not None
    assert corridor.rescue == Price(2400)
    [placed] = actions(plan(seen))
    assert isinstance(placed, Protect)
    assert (placed.market, placed.size) == (ETH, Base(10))
    assert abs(placed.trigger - Price("2611.76")) < Price("0.01")
    assert checked(plan(seen).legs, snapshot(seen), memory("-10")).dropped == ()


def test_stop__by_default_or_where_none_can_rest__is_not_placed() -> None:
    assert decided(snapshot(account()), memory("-10")).legs == ()
    assert plan(replace(account(), stops=False)).legs == ()


@pytest.mark.parametrize("trigger", ["2401", "2611", "2823"])
def test_stop__one_rests_in_the_range__is_left_alone_wherever_the_price_goes(trigger: str) -> None:
    for mark, equity in (("2000", "10000"), ("2200", "8000"), ("1500", "15000")):
        assert plan(account("-10", equity, stop(trigger=trigger), mark=mark)).legs == ()


@pytest.mark.parametrize(
    "resting",
    [
        (stop(trigger="2399"),),
        (stop(trigger="2824"),),
        (stop("9.9"),),
        (stop(name="one"), stop(name="two")),
    ],
    ids=["before the rescue", "after the end", "for a part", "two of them"],
)
def test_stop__one_that_lies_wrong__is_replaced_in_one_leg(resting: tuple[OpenOrder, ...]) -> None:
    [leg] = plan(account("-10", "10000", *resting)).legs

    assert [type(action) for action in leg.actions] == [*[Cancel] * len(resting), Protect]


def test_stop__an_order_that_takes_a_profit__is_left_to_whoever_placed_it() -> None:
    profit = stop(trigger="1500", name="profit")

    assert plan(account("-10", "10000", stop(), profit)).legs == ()
    assert [type(action) for action in actions(plan(account("-10", "10000", profit)))] == [Protect]


def test_stop__the_position_is_gone__is_taken_back() -> None:
    empty = account("0", "10000", stop())

    assert actions(decided(snapshot(empty, spot="0"), Memory(), limits=ON)) == [Cancel(order_id="stop")]


def test_stop__it_would_fire_at_once__the_one_that_rests_stays() -> None:
    late = account("-10", "3500", stop(trigger="2100"))
    assert plan(late).legs == ()  # 5.7 times: the ladder asks a person, and the range has been passed


def test_stop__more_collateral_has_come__moves_out_of_the_ladders_way() -> None:
    """With 5,000 more the rescue begins at 2,800: a stop at 2,611 would fire first."""
    found = actions(plan(account("-10", "15000", stop(trigger="2611"))))

    assert [type(action) for action in found] == [Cancel, Protect]


def test_stop__the_venue_trades_or_an_order_works__waits_for_the_next_round() -> None:
    growing = plan(account("-5", "20000"))
    working = plan(replace(account("-10", "10000"), orders=(order("-0.1"),)))

    assert not [action for action in actions(growing) if isinstance(action, Protect)]
    assert actions(working) == []


def test_stop__on_hold__is_not_placed() -> None:
    assert plan(account(), replace(memory("-10"), hold="flattened")).legs == ()


def test_stop__the_venues_own_liquidation_price__ends_the_range() -> None:
    near = Position(market=ETH, size=Base(-10), entry=Price(2000), liquidation=Price(2500))
    [placed] = actions(plan(replace(account(), positions=(near,))))

    assert isinstance(placed, Protect)
    assert placed.trigger == Price(2450)


def test_stop__liquidated_before_a_rescue_begins__has_no_place() -> None:
    seen = account()

    assert corridor_of(seen, seen.markets[0], replace(ON, rescue_leverage=Ratio(30))) is None
    assert corridor_of(account("10"), seen.markets[0], ON) is None


def test_stop__it_fired__a_person_is_asked_and_nothing_is_added() -> None:
    seen = snapshot(replace(account("0", "4000"), reserve=Usd(50_000)))

    fired = decided(seen, memory("-10"), limits=ON)

    assert Code.FOREIGN_FILL in codes(fired.reasons)
    assert checked(fired.legs, seen, memory("-10"), limits=ON).legs == ()
