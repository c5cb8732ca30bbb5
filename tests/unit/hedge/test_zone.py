"""The no-trade zone: constant, by cost, and gone where a trigger asks to look closer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.hedge import CostZone
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.stats import daily_returns, recent_volatility, volatility
from agent.hedge.zone import Zone, staying, wandering, zone_of
from agent.model import Code, Memory, Name, Past, Rate, Traded
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, codes, decided, hedge, market, memory, snapshot, traded, view

FEE = replace(market(), fee=Ratio("0.001"))
YEAR = Ratio("0.6")
ZONE = CostZone(aversion=Ratio(1), fixed=Usd(0), widest=Ratio("0.5"))
JAGGED = tuple((NOW - NOW % DAY + day * DAY, Price(2000 + 60 * (day % 2))) for day in range(-40, 1))
"""Up 3 % and down 3 % in turn."""


COST, MARK = Ratio("0.001"), Price(2000)


def off_for(aversion: str = "1", fixed: int = 0, year: Ratio = YEAR, days: int = 365) -> Zone:
    """10 of 10 coins short: what comes and goes is off for the horizon."""
    rule = replace(ZONE, aversion=Ratio(aversion), fixed=Usd(fixed))
    return staying(rule, Base(-10), Base(10), MARK, COST, year, days)


def test_staying__a_proportional_cost_alone__begins_and_ends_at_the_edge() -> None:
    # k E / (g v^2 T) = 0.001 * 10 / 0.36
    assert off_for().edge.raw.quantize(Decimal("0.00001")) == Decimal("0.02778")
    assert off_for().start == off_for().edge


def test_staying__with_a_fixed_cost__begins_further_out_and_ends_where_it_did() -> None:
    # sqrt(2 f E / (g S v^2 T)) = sqrt(2 * 18 * 10 / (2000 * 0.36)) = 0.7071
    dearer = off_for(fixed=18)
    assert (dearer.start - dearer.edge).raw.quantize(Decimal("0.0001")) == Decimal("0.7071")
    assert dearer.edge == off_for().edge


def test_staying__more_aversion_volatility_or_time__is_narrower() -> None:
    for narrower in (off_for(aversion="4"), off_for(year=Ratio("1.2")), off_for(days=730)):
        assert narrower.edge < off_for().edge


def wanders(fixed: str, cost: str, aversion: str = "1") -> Zone:
    """Half of 100 coins at 2,000, kept at 100,000 USD."""
    rule = replace(ZONE, aversion=Ratio(aversion), fixed=Usd(fixed))
    return wandering(rule, Base(-50), Base(100), MARK, Ratio(cost))


def test_wandering__a_proportional_cost_alone__is_a_cube_root_and_ends_at_the_edge() -> None:
    # 3 k E S / (2 g U) = 3 * 0.00072 * 2 / 2 = 0.00216 = 0.1293^3 of 50
    zone = wanders("0", "0.00072")
    assert zone.start.raw.quantize(Decimal("0.001")) == Decimal("6.463")
    assert abs(zone.start - zone.edge) < Base("0.000001")
    assert wanders("0", "0.00072", aversion="8").start < zone.start * Ratio("0.51")


def test_wandering__a_fixed_cost_alone__is_a_fourth_root_and_ends_at_the_target() -> None:
    # 3 f E S / (4 g U^2) = 3 * 4 * 2 / (4 * 100,000) = 0.00006 = m h^3 with m = h: 0.088 of 50, and twice that
    zone = wanders("4", "0")
    assert zone.start.raw.quantize(Decimal("0.001")) == Decimal("8.801")
    assert zone.edge < Base("0.000001")


def test_wandering__both_costs__meets_both_conditions() -> None:
    zone = wanders("4", "0.00072")
    start, edge = zone.start / Base(50), zone.edge / Base(50)
    middle, half = (start + edge) / Ratio(2), (start - edge) / Ratio(2)
    assert abs(middle * half * half * half - Ratio("0.00006")) < Ratio("1e-12")
    assert abs(middle * middle * middle - middle * half * half - Ratio("0.00216")) < Ratio("1e-12")


def test_zone__never_wider_than_allowed() -> None:
    tight = replace(ZONE, widest=Ratio("0.1"))
    zone = staying(tight, Base(-10), Base(10), MARK, Ratio("0.2"), YEAR, 30)
    assert (zone.start, zone.edge) == (Base(1), Base(1))
    assert wandering(tight, Base(-50), Base(100), MARK, Ratio("0.2")).start == Base(5)


def test_zone_of__carry_that_pays_for_the_trade__leaves_no_edge() -> None:
    pays = replace(FEE, funding=Rate(value=Ratio("0.0001"), interval_s=3600))
    wanted = replace(hedge(), cost_zone=ZONE)
    more, less = (
        zone_of(wanted, Base(drift), Base(-10), Base(10), pays, YEAR.raw, wanders=False) for drift in ("-1", "1")
    )
    assert more.edge == Base(0)
    assert less.edge > Base(0)  # a reduction gives it up


def test_zone_of__nothing_to_hedge__has_no_zone() -> None:
    wanted = replace(hedge(), cost_zone=ZONE)
    assert zone_of(wanted, Base(1), Base(0), Base(10), FEE, YEAR.raw, wanders=False).start == Base(0)


def test_recent_volatility__of_the_last_thirty_days__or_none_before_there_are_twenty() -> None:
    found = recent_volatility(JAGGED, NOW)
    assert found == volatility(list(daily_returns(JAGGED[-32:]).values()))
    assert recent_volatility(JAGGED[-20:], NOW) is None
    assert recent_volatility(JAGGED, NOW + 15 * DAY) is None, "too old"


def test_rebalance__by_cost__trades_to_the_edge_and_not_to_the_target() -> None:
    wanted = replace(hedge(), cost_zone=ZONE, horizon_days=365)
    known = replace(memory("-5"), past=Past(closes={ETH: JAGGED}))
    seen = snapshot(view("-5", at=FEE))
    [state] = decided(seen, known, wanted).hedges
    assert Base(0) < state.edge < Base("0.1")
    assert traded(decided(seen, known, wanted)) == (state.drift + state.edge).to_lot(Base("0.001"))
    assert traded(decided(seen, known, replace(wanted, cost_zone=None))) == Base(-5)


def test_rebalance__by_cost_of_a_constant_value__goes_by_the_wandering_zone() -> None:
    wanted = replace(hedge(FixedUsd(usd=Usd(10_000))), cost_zone=replace(ZONE, fixed=Usd(1)))
    known = replace(memory("-4"), past=Past(closes={ETH: JAGGED}))
    [state] = decided(snapshot(view("-4", at=FEE)), known, wanted).hedges
    zone = wandering(replace(ZONE, fixed=Usd(1)), Base(-5), Base(10), MARK, COST)
    assert (state.band, state.edge, state.zone) == (zone.start, zone.edge, zone.why)


def test_rebalance__by_cost_without_a_history__keeps_the_band() -> None:
    wanted = replace(hedge(), cost_zone=CostZone())
    [state] = decided(snapshot(view("-9.9")), memory("-9.9"), wanted).hedges
    assert (state.band, state.edge) == (Base("0.2"), Base(0))


def test_trigger__a_wide_basis__brings_the_hedge_to_its_target_inside_the_band() -> None:
    off = replace(market("2000", index="1975"), minimum=Usd(10))
    inside = view("-9.9", at=off)
    assert codes(decided(snapshot(inside), memory("-9.9")).reasons)[:1] == [Code.TRIGGERED]
    assert traded(decided(snapshot(inside), memory("-9.9"))) == Base("-0.1")
    assert not traded(decided(snapshot(view("-9.9")), memory("-9.9")))


def test_trigger__a_date_of_the_calendar__counts_once_that_day() -> None:
    wanted = replace(hedge(), calendar=frozenset({date(2001, 9, 9)}))
    inside = snapshot(view("-9.9"))
    assert traded(decided(inside, memory("-9.9"), wanted)) == Base("-0.1")
    done = Traded(venue=PERP, market=Name("ETH"), time_ms=NOW - 3_600_000, notional=Usd(200))
    known: Memory = replace(memory("-9.9"), trades=(done,))
    assert not traded(decided(inside, known, wanted))


def test_trigger__a_basis_that_stays_wide__is_traded_on_once_a_day() -> None:
    inside = snapshot(view("-9.9", at=market("2000", index="1975")))
    done = Traded(venue=PERP, market=ETH, time_ms=NOW - 3_600_000, notional=Usd(200))
    assert not traded(decided(inside, replace(memory("-9.9"), trades=(done,))))
    yesterday = replace(done, time_ms=NOW - DAY)
    assert traded(decided(inside, replace(memory("-9.9"), trades=(yesterday,)))) == Base("-0.1")
