"""What stands against new risk: unread sources, foreign positions, gas, collateral. Each with a named breakage."""

from collections.abc import Callable
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from agent.errors import Exit
from agent.hedge import Limits, initial_margin, make_check, make_decide, notional
from agent.hedge.gates import GATES, Effect, Gate, Gates, lane, money, position, price
from agent.hedge.outlook import after
from agent.model import Fund, Gap, Leg, Memory, Plan, Trade, Verdict, exit_for
from agent.units import Base, Ratio, Usd
from tests.fuzz.moments import LANES, LIMITS, SEARCH, Moment, moments
from tests.unit.hedge.scene import ETH

Line = Callable[[Moment], tuple[Plan, Verdict]]
"""Decided and checked."""


def line(moment: Moment, limits: Limits = LIMITS, gates: Gates = GATES) -> tuple[Plan, Verdict]:
    plan = make_decide([moment.hedge], limits)(moment.seen, moment.memory)
    return plan, make_check([moment.hedge], limits, LANES, gates)(plan, moment.seen, moment.memory)


def trades(verdict: Verdict) -> list[tuple[Leg, Trade]]:
    return [(leg, action) for leg in verdict.legs for action in leg.actions if isinstance(action, Trade)]


def grows(moment: Moment, verdict: Verdict) -> bool:
    views = {view.venue: view for view in moment.seen.views}
    return any(
        abs(views[leg.venue].size(ETH) + trade.size) > abs(views[leg.venue].size(ETH))
        for leg, trade in trades(verdict)
    )


def without(gate: Gate) -> Line:
    return lambda moment: line(moment, gates=tuple(row for row in GATES if row[0] is not gate))


# --- what cannot be read


def every_unread_source(of: Line) -> None:
    """Right for every value that the unread could have: no trade without spot; none that a dark venue's
    position, anything from the one our records show to 0, would turn into a step away from the target.
    """

    @SEARCH
    @given(moments(), st.booleans(), st.integers(0, 2))
    def holds(moment: Moment, blind: bool, gone: int) -> None:
        seen, dark = moment.seen, moment.seen.views[gone:][:1]
        gaps = tuple(Gap(source=view.venue, why="no answer") for view in dark)
        seen = replace(seen, views=tuple(v for v in seen.views if v not in dark), gaps=gaps)
        if blind:
            seen = replace(seen, held=())
        plan, verdict = of(replace(moment, seen=seen))
        assert not (blind and trades(verdict))
        worst = max((exit_for(reason) for reason in plan.reasons), default=Exit.DONE)
        assert not (blind or dark) or worst is Exit.TEMPORARY
        steps = sum((trade.size for _, trade in trades(verdict)), Base(0))
        lit = sum((v.size(ETH) + v.working(ETH) for v in seen.views), Base(0))
        for share in ("0", "0.3", "1") if dark and dark[0].size(ETH) <= Base(0) else ():
            hidden = dark[0].size(ETH) * Ratio(share)
            before = abs(lit + hidden - moment.target)
            assert abs(lit + hidden + steps - moment.target) <= before + moment.slack

    holds()


def forgets_the_dark(moment: Moment) -> tuple[Plan, Verdict]:
    """Takes what it sees for all there is."""
    seen = tuple(view.venue for view in moment.seen.views)
    return line(replace(moment, hedge=replace(moment.hedge, venues=seen)))


def takes_unread_for_zero(moment: Moment) -> tuple[Plan, Verdict]:
    return line(replace(moment, hedge=replace(moment.hedge, wallets=())))


def test_unread__any_source__stops_what_could_be_wrong() -> None:
    every_unread_source(line)


@pytest.mark.parametrize("breakage", [forgets_the_dark, takes_unread_for_zero])
def test_unread__named_breakage__is_caught(breakage: Line) -> None:
    with pytest.raises(AssertionError):
        every_unread_source(breakage)


def test_unread__a_decision_that_forgets_the_dark__is_held_back_by_the_gates() -> None:
    def gated(moment: Moment) -> tuple[Plan, Verdict]:
        plan, _ = forgets_the_dark(moment)
        told, _ = line(moment)
        verdict = make_check([moment.hedge], LIMITS, LANES)(plan, moment.seen, moment.memory)
        return replace(plan, reasons=told.reasons), verdict

    every_unread_source(gated)


# --- what is not ours


def every_foreign_position(of: Line) -> None:
    """Without records, or with others than the venue shows: reduce-only, and a person is told."""

    @SEARCH
    @given(moments(venues=1), st.sampled_from(["0.5", "2", None]))
    def holds(moment: Moment, factor: str | None) -> None:
        key = (moment.seen.views[0].venue, ETH)
        held = moment.seen.views[0].size(ETH)
        known = {} if factor is None else {key: held * Ratio(factor)}
        foreign = bool(held) if factor is None else abs(held - known[key]) > moment.market.lot
        plan, verdict = of(replace(moment, memory=Memory(positions=known)))
        assert not (foreign and grows(moment, verdict))
        assert not foreign or Exit.PERSON in {exit_for(reason) for reason in plan.reasons}

    holds()


def trusts_the_venue_blindly(moment: Moment) -> tuple[Plan, Verdict]:
    known = {(view.venue, ETH): view.size(ETH) for view in moment.seen.views}
    return line(replace(moment, memory=Memory(positions=known)))


def test_foreign__any_position_not_ours__is_only_reduced_and_a_person_is_told() -> None:
    every_foreign_position(line)


def test_foreign__records_taken_from_the_venue__is_caught() -> None:
    with pytest.raises(AssertionError):
        every_foreign_position(trusts_the_venue_blindly)


# --- gas, fee and a foreign key


def every_lane(of: Line) -> None:
    """An increase leaves gas for several exits at the fee ceiling; no trade on a lane that someone else uses."""

    @settings(SEARCH, max_examples=1000)  # few of the moments grow a hedge and have little gas
    @given(moments(), st.sampled_from([0, 1, 4, 5, 10]), st.sampled_from([None, None, "pending 9, ours 7"]))
    def holds(moment: Moment, tenths: int, foreign: str | None) -> None:
        gas = tenths * 10**17
        terms = replace(moment.seen.terms[0], gas_balance=gas, foreign=foreign)
        moment = replace(moment, seen=replace(moment.seen, terms=(terms,)))
        _, verdict = of(moment)
        exits = sum(view.exit_gas for view in moment.seen.views) * LIMITS.exits_of_gas
        assert gas >= exits * terms.ceiling or not grows(moment, verdict)
        assert not foreign or not trades(verdict)

    holds()


def test_lane__any_gas_balance__is_never_spent_down_to_where_no_exit_is_left() -> None:
    every_lane(line)


@pytest.mark.parametrize("gate", [money.gas_runway, lane.foreign_nonce], ids=lambda gate: gate.__name__)
def test_lane__a_gate_taken_away__is_caught(gate: Gate) -> None:
    with pytest.raises(AssertionError):
        every_lane(without(gate))


# --- collateral


def every_increase(of: Line) -> None:
    """Even when each leg fills at its worst price: leverage and initial margin hold, the reserve suffices."""

    @settings(SEARCH, max_examples=1000)  # few of the moments grow a hedge
    @given(moments())
    def holds(moment: Moment) -> None:
        _, verdict = of(moment)
        for view in moment.seen.views:
            then = after(view, verdict.legs)
            assert then.reserve >= Usd(0)
            if any(leg.venue == view.venue for leg, trade in trades(verdict) if trade.size < Base(0)):
                assert notional(then) <= then.equity * LIMITS.open_leverage or not grows(moment, verdict)
                assert initial_margin(then) <= then.equity or not grows(moment, verdict)

    holds()


def four_times(moment: Moment) -> tuple[Plan, Verdict]:
    return line(moment, replace(LIMITS, open_leverage=Ratio(4), rescue_leverage=Ratio(8)))


def without_collateral(moment: Moment) -> tuple[Plan, Verdict]:
    """Trades as planned, and forgets to post what the plan needs first; unchecked."""
    plan, _ = line(moment)
    legs = (replace(g, actions=tuple(a for a in g.actions if not isinstance(a, Fund))) for g in plan.legs)
    return plan, Verdict(legs=tuple(legs))


def test_collateral__any_account__carries_what_is_added() -> None:
    every_increase(line)


@pytest.mark.parametrize("breakage", [four_times, without_collateral])
def test_collateral__named_breakage__is_caught(breakage: Line) -> None:
    with pytest.raises(AssertionError):
        every_increase(breakage)


def test_collateral__forgotten_by_the_decision__is_denied_by_the_gates() -> None:
    def gated(moment: Moment) -> tuple[Plan, Verdict]:
        plan, verdict = without_collateral(moment)
        legs = tuple(leg for leg in verdict.legs if leg.actions)
        check = make_check([moment.hedge], LIMITS, LANES)
        return plan, check(replace(plan, legs=legs), moment.seen, moment.memory)

    every_increase(gated)


# --- the table


@pytest.mark.parametrize("effect", [Effect.REDUCE, Effect.EXIT, Effect.SUPPORT])
def test_table__price_leverage_turnover_and_gas__hold_back_new_risk_only(effect: Effect) -> None:
    never = {
        price.oracle_stale,
        price.oracle_deviation,
        price.basis,
        money.leverage,
        money.collateral,
        money.turnover,
        money.gas_runway,
        position.strange_position,
    }

    assert not [gate for gate, binds in GATES if gate in never and effect in binds]
