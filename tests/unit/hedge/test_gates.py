"""Each gate: what it denies, what it lets pass, and that reducing stays possible."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.hedge import make_rules
from agent.hedge.gates import GATES, Effect, make_check, price
from agent.model import Code, DepthPoint, Fund, Kind, Leg, Memory, Name, Plan, Rehearsal, Snapshot, Stamp, Traded
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    CHAIN,
    COLD,
    DAY,
    ETH,
    GWEI,
    LANE,
    LANES,
    LIMITS,
    NOW,
    PERP,
    buy,
    checked,
    denied,
    held,
    market,
    memory,
    order,
    quote,
    sell,
    snapshot,
    stamp,
    terms,
    view,
)

Fault = Callable[[Snapshot, Memory], tuple[Snapshot, Memory]]
"""Makes one thing wrong with an otherwise plain moment."""


def at_venue(**change: object) -> Fault:
    return lambda s, m: (replace(s, views=tuple(replace(v, **change) for v in s.views)), m)  # type: ignore[arg-type]


def in_market(**change: object) -> Fault:
    def fault(s: Snapshot, m: Memory) -> tuple[Snapshot, Memory]:
        views = (replace(v, markets=tuple(replace(k, **change) for k in v.markets)) for v in s.views)  # type: ignore[arg-type]
        return replace(s, views=tuple(views)), m

    return fault


def in_snapshot(**change: object) -> Fault:
    return lambda s, m: (replace(s, **change), m)  # type: ignore[arg-type]


def in_memory(**change: object) -> Fault:
    return lambda s, m: (s, replace(m, **change))  # type: ignore[arg-type]


def spent(usd: int, hours_ago: int = 1) -> Traded:
    return Traded(venue=PERP, market=ETH, time_ms=NOW - hours_ago * 3_600_000, notional=Usd(usd))


GONE = (Name("gone"), Name("BTC"))
LANDED_LATER = in_memory(landed={CHAIN: stamp(NOW + 1)})


def book(*points: tuple[str, int]) -> Fault:
    return in_market(depth=tuple(DepthPoint.whole(Base(size), Price(price)) for size, price in points))


FAULTS: list[tuple[Code, Fault, bool, bool]] = [
    # code, what is wrong, denies a reduction, denies a flatten
    (Code.NOT_SEEN, in_snapshot(views=()), True, True),
    (Code.NOT_SEEN, in_snapshot(terms=()), True, True),
    (Code.STALE, LANDED_LATER, True, True),
    (Code.SKEW, in_snapshot(held=(replace(held(), stamp=stamp(NOW - 31_000)),)), True, False),
    (Code.SKEW, in_snapshot(quotes=(replace(quote(), stamp=stamp(NOW - 31_000)),)), True, False),
    (Code.ORACLE_STALE, in_snapshot(quotes=()), False, False),
    (Code.ORACLE_STALE, in_snapshot(quotes=(quote(age_s=3601),)), False, False),
    (Code.ORACLE_DEVIATION, in_snapshot(quotes=(quote("2021"),)), False, False),
    (Code.ORACLE_DEVIATION, in_snapshot(quotes=(quote(), quote("1979"))), False, False),
    (Code.ORACLE_DEVIATION, in_market(mark=Price(2081), index=Price(2020)), False, False),
    (Code.ORACLE_DEVIATION, book(("-100", 1919), ("100", 2000)), False, False),
    (Code.BASIS, in_market(index=Price("1941.7")), False, False),
    (Code.BASIS, in_market(index=Price("2062")), False, False),
    (Code.DEPTH, book(("-1", 2000), ("-9", 1900), ("1", 2000), ("9", 2100)), True, False),
    (Code.DEPTH, book(("-0.1", 2000), ("0.1", 2000)), True, False),
    (Code.LEVERAGE, at_venue(equity=Usd(11_000)), False, False),
    (Code.LEVERAGE, at_venue(equity=Usd(0)), False, False),
    (Code.COLLATERAL, at_venue(equity=Usd(2_000)), False, False),
    (Code.TURNOVER, in_memory(trades=(spent(100_000), spent(96_001))), False, False),
    (Code.GAS_RUNWAY, in_snapshot(terms=(replace(terms(), gas_balance=2 * 10**17 - 1),)), False, False),
    (Code.FOREIGN_NONCE, in_snapshot(terms=(terms(foreign="pending 9, ours 7"),)), True, False),
    (Code.FEE_ABOVE_CEILING, in_snapshot(terms=(terms(max_fee=50 * GWEI + 1),)), True, True),
    (Code.RETRY_CAP, in_memory(refusals={LANE: (NOW - 3, NOW - 2, NOW - 1)}), True, False),
    (Code.GAS_BUDGET, in_memory(gas={LANE: ((NOW - 2, 10**17), (NOW - 1, 10**17))}), False, False),
    (Code.HALTED, at_venue(halted="paused"), True, False),
    (Code.ON_HOLD, in_memory(hold="flattened by run 7"), False, False),
    (Code.NOT_DELEGATED, at_venue(may_trade=False), False, False),
    (Code.EXITS_ONLY, at_venue(exits_only="3 actions left"), False, False),
    (Code.UNADOPTED, in_memory(positions={}), False, False),
    (Code.FOREIGN_FILL, in_memory(positions={(PERP, ETH): Base("-9.9")}), False, False),
    (Code.FOREIGN_FILL, at_venue(strange="liquidity in ETH"), False, False),
    (Code.UNCONFIGURED_POSITION, in_memory(positions={(PERP, ETH): Base(-10), GONE: Base(-3)}), False, False),
]
NAMES = [f"{n}-{code}" for n, (code, *_) in enumerate(FAULTS)]


def short_of(size: str, spot: str) -> tuple[Snapshot, Memory]:
    return snapshot(view(size), spot=spot), memory(size)


def flattening(leg: Leg) -> Leg:
    return replace(leg, kind=Kind.FLATTEN)


def test_gates__a_plain_moment__lets_everything_pass() -> None:
    assert checked([sell("2")], *short_of("-10", "12")).dropped == ()
    assert checked([buy("2")], *short_of("-10", "8")).dropped == ()
    assert checked([flattening(buy("10"))], *short_of("-10", "12")).dropped == ()


@pytest.mark.parametrize(("code", "fault", "_reduction", "_flatten"), FAULTS, ids=NAMES)
def test_gate__increase__is_denied_with_its_reason(
    code: Code, fault: Fault, _reduction: bool, _flatten: bool
) -> None:
    verdict = checked([sell("2")], *fault(*short_of("-10", "12")))

    assert verdict.legs == ()
    assert code in denied(verdict)


@pytest.mark.parametrize(("code", "fault", "denies", "_flatten"), FAULTS, ids=NAMES)
def test_gate__reduction__is_denied_only_by_what_would_make_it_wrong_or_vain(
    code: Code, fault: Fault, denies: bool, _flatten: bool
) -> None:
    verdict = checked([buy("2")], *fault(*short_of("-10", "8")))

    assert (code in denied(verdict)) is denies
    assert bool(verdict.legs) is not denies


@pytest.mark.parametrize(("code", "fault", "_reduction", "denies"), FAULTS, ids=NAMES)
def test_gate__flatten__is_denied_only_without_a_true_picture(
    code: Code, fault: Fault, _reduction: bool, denies: bool
) -> None:
    verdict = checked([flattening(buy("10"))], *fault(*short_of("-10", "12")))

    assert (code in denied(verdict)) is denies
    assert bool(verdict.legs) is not denies


@pytest.mark.parametrize(("code", "fault", "_reduction", "_flatten"), FAULTS, ids=NAMES)
def test_gate__collateral_alone__is_denied_only_by_the_lane_and_a_stale_view(
    code: Code, fault: Fault, _reduction: bool, _flatten: bool
) -> None:
    seen, known = short_of("-10", "10")
    seen = replace(seen, views=(replace(seen.views[0], reserve=Usd(500)),))
    rescue = Leg(venue=PERP, actions=(Fund(amount=Usd(500)),), kind=Kind.RESCUE)

    verdict = checked([rescue], *fault(seen, known))

    unusable = code in (Code.NOT_SEEN, Code.STALE, Code.FOREIGN_NONCE, Code.FEE_ABOVE_CEILING, Code.RETRY_CAP)
    assert bool(verdict.legs) is not unusable


def test_gates__several_things_wrong__every_reason_is_given() -> None:
    seen, known = short_of("-10", "12")
    seen = replace(seen, quotes=(), terms=(terms(max_fee=51 * GWEI),))

    found = denied(checked([sell("2")], seen, replace(known, positions={})))

    assert found == [Code.ORACLE_STALE, Code.FEE_ABOVE_CEILING, Code.UNADOPTED]


def test_gates__one_leg_denied__the_others_go() -> None:
    seen, known = short_of("-10", "12")

    verdict = checked([sell("1"), sell("40"), sell("1")], seen, known)

    assert [leg.actions for leg in verdict.legs] == [sell("1").actions, sell("1").actions]
    assert len(verdict.dropped) == 1
    assert verdict.dropped[0].by == "gate"


def test_stale__the_same_block_as_our_landing__is_fresh() -> None:
    seen, known = short_of("-10", "12")
    at = Stamp(source=CHAIN, time_ms=NOW, block=100)
    seen = replace(seen, views=(replace(seen.views[0], stamp=at),))

    assert checked([sell("2")], seen, replace(known, landed={CHAIN: at})).dropped == ()
    ahead = replace(at, block=101)
    assert denied(checked([sell("2")], seen, replace(known, landed={CHAIN: ahead}))) == [Code.STALE]


def test_skew__a_declared_holding__has_no_clock() -> None:
    seen, known = short_of("-10", "12")
    declared = replace(held("12", expires_ms=NOW + DAY), stamp=stamp(0))

    assert checked([sell("2")], replace(seen, held=(declared,)), known).dropped == ()


def test_skew__another_hedges_wallet__does_not_matter() -> None:
    seen, known = short_of("-10", "12")
    other = replace(held("1", wallet=PERP), stamp=stamp(NOW - 99_000))

    assert checked([sell("2")], replace(seen, held=(*seen.held, other)), known).dropped == ()
    assert seen.held[0].wallet == COLD


def test_oracle__a_mark_off_by_no_more_than_basis_and_deviation__passes() -> None:
    """The worked example: spot 2.00 and mark 2.05 are 2.5 % apart, and the hedge is opened."""
    seen = snapshot(view(equity="100000", at=market("2.05", "2.00", lot="1")), spot="10000", price="2.00")

    assert checked([sell("9756", worst="2.0295")], seen).dropped == ()


def test_oracle__one_of_two_prices_is_stale__the_fresh_one_counts() -> None:
    seen, known = short_of("-10", "12")

    assert checked([sell("2")], replace(seen, quotes=(quote("1", age_s=9999), quote())), known).dropped == ()


@pytest.mark.parametrize(
    ("leg", "spot"), [(sell("2", worst="1979.9"), "12"), (buy("2", worst="2020.1"), "8")], ids=["sale", "purchase"]
)
def test_slippage__a_bound_looser_than_allowed__is_denied(leg: Leg, spot: str) -> None:
    verdict = checked([leg], *short_of("-10", spot))

    assert denied(verdict) == [Code.SLIPPAGE]
    assert verdict.dropped[0].reasons[0].limit.endswith(" (1 %)")


def test_slippage__a_flatten__has_its_own_allowance() -> None:
    assert checked([flattening(buy("10", worst="2100"))], *short_of("-10", "12")).dropped == ()
    assert denied(checked([flattening(buy("10", worst="2101"))], *short_of("-10", "12"))) == [Code.SLIPPAGE]


def test_collateral_out__of_an_account_that_needs_it__is_denied() -> None:
    seen, known = snapshot(view("-10", equity="10500")), memory("-10")
    home = Leg(venue=PERP, actions=(Fund(amount=Usd(-501)),))

    assert denied(checked([home], seen, known)) == [Code.LEVERAGE]
    assert checked([replace(home, actions=(Fund(amount=Usd(-500)),))], seen, known).dropped == ()


def test_order_size__more_than_one_order__is_denied_both_ways() -> None:
    small = replace(LIMITS, max_order=Usd(3_999))

    assert Code.ORDER_SIZE in denied(checked([sell("2")], *short_of("-10", "12"), limits=small))
    assert Code.ORDER_SIZE in denied(checked([buy("2")], *short_of("-10", "8"), limits=small))
    assert checked([flattening(buy("10"))], *short_of("-10", "8"), limits=small).dropped == ()


def test_turnover__older_than_a_day__is_forgotten() -> None:
    seen, known = short_of("-10", "12")

    assert checked([sell("2")], seen, replace(known, trades=(spent(196_000, 23),))).dropped == ()
    assert checked([sell("2")], seen, replace(known, trades=(spent(999_000, 24),))).dropped == ()


def test_turnover__the_legs_ahead__count() -> None:
    seen, known = short_of("-10", "20")

    verdict = checked([sell("2"), sell("2")], seen, replace(known, trades=(spent(193_000),)))

    assert len(verdict.legs) == 1
    assert denied(verdict) == [Code.TURNOVER]


def test_leverage__the_legs_ahead__use_the_account_up() -> None:
    seen = snapshot(view(equity="10100"))

    verdict = checked([sell("5"), sell("4"), sell("2")], seen)

    assert [leg.actions for leg in verdict.legs] == [sell("5").actions, sell("4").actions]
    assert Code.LEVERAGE in denied(verdict)


def test_leverage__its_own_collateral__counts() -> None:
    seen = snapshot(replace(view(equity="0"), reserve=Usd(3000)))
    funded = replace(sell("2"), actions=(Fund(amount=Usd(3000)), *sell("2").actions))

    assert checked([funded], seen).dropped == ()
    assert Code.LEVERAGE in denied(checked([sell("2")], seen))


def test_retry_cap__yesterdays_reverts__are_forgiven() -> None:
    seen, known = short_of("-10", "12")
    old = replace(known, refusals={LANE: (NOW - DAY - 1, NOW - 2, NOW - 1)})

    assert checked([sell("2")], seen, old).dropped == ()


@pytest.mark.parametrize(("known", "codes"), [("-10.001", []), ("-10.0011", [Code.FOREIGN_FILL])])
def test_foreign_fill__within_a_lot__is_our_own(known: str, codes: list[Code]) -> None:
    seen, _ = short_of("-10", "12")

    assert denied(checked([sell("2")], seen, memory(known))) == codes


def test_gas_runway__no_gas_on_this_lane__never_binds() -> None:
    seen, known = short_of("-10", "12")
    seen = replace(
        seen,
        views=(replace(seen.views[0], exit_gas=0),),
        terms=(replace(terms(), gas_balance=0, ceiling=0, max_fee=0),),
    )

    assert checked([sell("2")], seen, known).dropped == ()


@pytest.mark.parametrize(
    ("leg", "position", "spot"),
    [
        (sell("2"), "-10", "8"),  # adds where it should reduce
        (buy("2"), "-10", "12"),  # reduces where it should add
        (sell("5"), "-10", "12"),  # overshoots by more than it closes
        (buy("20"), "-10", "0"),  # flips the position
        (buy("-2", worst="1980"), "-10", "12"),  # says reduce-only and adds
    ],
    ids=["adds", "reduces", "overshoots", "flips", "lies"],
)
def test_wrong_way__a_rebalance_that_does_not_approach_its_target__is_denied(
    leg: Leg, position: str, spot: str
) -> None:
    assert Code.WRONG_WAY in denied(checked([leg], *short_of(position, spot)))


@pytest.mark.parametrize("kind", [Kind.FLATTEN, Kind.RESCUE])
@pytest.mark.parametrize("leg", [sell("1"), buy("10.001"), buy("30")], ids=["adds", "flips", "flips far"])
def test_wrong_way__a_flatten_or_rescue_that_does_not_reduce__is_denied(kind: Kind, leg: Leg) -> None:
    assert Code.WRONG_WAY in denied(checked([replace(leg, kind=kind)], *short_of("-10", "12")))


def test_wrong_way__two_legs_that_together_overshoot__the_second_is_denied() -> None:
    verdict = checked([sell("2"), sell("2")], *short_of("-10", "12"))

    assert len(verdict.legs) == 1
    assert denied(verdict) == [Code.WRONG_WAY]
    assert verdict.dropped[0].reasons[0].value == "0 off target -> 2 off target"


def test_wrong_way__working_orders_already_close_the_drift__is_denied() -> None:
    seen = snapshot(replace(view("-10"), orders=(order("-2"),)), spot="12")

    assert denied(checked([sell("2")], seen, memory("-10"))) == [Code.WRONG_WAY]


def test_wrong_way__less_than_lot_or_venue_minimum__is_forgiven() -> None:
    seen, known = short_of("-10", "10")

    assert checked([sell("0.005")], seen, known).dropped == ()
    assert denied(checked([sell("0.006")], seen, known)) == [Code.WRONG_WAY]


def test_unhedged_underlying__a_leg_all_the_same__is_denied() -> None:
    verdict = make_check([], LIMITS, LANES)(Plan(legs=(sell("1"),)), snapshot(), Memory())

    assert Code.WRONG_WAY in denied(verdict)


def test_two_trades__in_one_leg__are_not_understood() -> None:
    double = replace(sell("1"), actions=(*sell("1").actions, *sell("1").actions))

    assert denied(checked([double], *short_of("-10", "12"))) == [Code.UNSUPPORTED]


def test_table__increases__are_bound_by_every_gate_but_the_one_they_meet_in_a_stricter_form() -> None:
    assert [gate for gate, binds in GATES if Effect.INCREASE not in binds] == [price.far_from_outside]


def test_unconfigured_position__still_in_the_journal__is_named_with_venue_market_and_size() -> None:
    seen, known = short_of("-10", "12")
    left_behind = replace(known, positions={**known.positions, GONE: Base(-3)})

    reason = checked([sell("2")], seen, left_behind).dropped[0].reasons[0]

    assert (reason.code, reason.subject, reason.value) == (Code.UNCONFIGURED_POSITION, "gone BTC", "short 3")
    closed = replace(known, positions={**known.positions, GONE: Base(0)})
    assert checked([sell("2")], seen, closed).dropped == ()


def test_strange_account__an_increase__is_told_what_else_is_there() -> None:
    seen, known = at_venue(strange="liquidity in ETH")(*short_of("-10", "12"))

    reason = checked([sell("2")], seen, known).dropped[0].reasons[0]

    assert (reason.code, reason.value) == (Code.FOREIGN_FILL, "liquidity in ETH")


@pytest.mark.parametrize(
    ("outside", "codes"),
    [
        ("1923.0769230769231", []),  # 1,923.0769... * 1.0504 = 2,020
        ("1923.0769230769230", [Code.ORACLE_DEVIATION]),
        ("2100", []),
    ],
)
def test_outside_price__a_reduction_bound_beyond_what_the_firewall_signs__is_held(
    outside: str, codes: list[Code]
) -> None:
    seen, known = short_of("-10", "8")
    priced = replace(seen, quotes=(quote(outside),))
    allowed = make_rules(LIMITS, LANES)(Rehearsal(before=priced, after=priced), known).max_deviation
    bound = Price(outside) * (Ratio(1) + allowed)

    assert denied(checked([buy("2", worst="2020")], priced, known)) == codes
    assert (Price(2020) > bound) is bool(codes)


def test_outside_price__stale_or_a_flatten__does_not_hold_a_reduction() -> None:
    seen, known = short_of("-10", "8")

    assert checked([buy("2")], replace(seen, quotes=(quote("1000", age_s=9999),)), known).dropped == ()
    assert checked([flattening(buy("10"))], replace(seen, quotes=(quote("1000"),)), known).dropped == ()


def test_reasons__show_their_figures__for_a_reader_at_night() -> None:
    seen, known = short_of("-10", "12")
    seen = replace(seen, quotes=(quote("2100"),))
    verdict = checked([sell("2")], seen, known, limits=replace(LIMITS, open_leverage=Ratio("0.1")))

    said = [(reason.code, reason.value, reason.limit) for reason in verdict.dropped[0].reasons]

    assert said == [
        (Code.ORACLE_DEVIATION, "index 2,000, feed 2,100", "1 %"),
        (Code.ORACLE_DEVIATION, "mark 2,000, feed 2,100", "4 %"),
        (Code.ORACLE_DEVIATION, "trading price 2,000, feed 2,100", "4 %"),
        (Code.LEVERAGE, "24,000 USD on 99,960 USD: 140,040 USD are missing", "leverage 0.1"),
    ]
