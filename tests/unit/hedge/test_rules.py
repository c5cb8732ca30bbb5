"""What the firewall is told: from the plan and the snapshot."""

from dataclasses import replace

from agent.hedge import make_rules
from agent.model import Draft, Kind, Leg, Memory, Message, Protect, Rehearsal, Rules, Traded
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    ETH,
    GWEI,
    LANE,
    LANES,
    LIMITS,
    NOW,
    PERP,
    buy,
    order,
    quote,
    sell,
    snapshot,
    view,
)
from tests.unit.hedge.test_judge import CALL, DONE

SECOND = replace(CALL, nonce=8)


def rehearsal(*legs: Leg) -> Rehearsal:
    """One transaction for each leg, all of them played."""
    calls = [replace(CALL, nonce=7 + n) for n in range(len(legs))]
    return Rehearsal(
        before=snapshot(view("-10")),
        after=snapshot(),
        drafts=tuple(Draft(leg=leg, payloads=(call,)) for leg, call in zip(legs, calls, strict=True)),
        played=tuple(replace(DONE, tx=call) for call in calls),
    )


def rules(of: Rehearsal, memory: Memory | None = None) -> Rules:
    return make_rules(LIMITS, LANES)(of, memory or Memory())


def flattening(size: str = "10") -> Leg:
    return replace(buy(size), kind=Kind.FLATTEN)


def test_rules__a_rebalance__warrants_each_leg_from_where_the_last_one_ends() -> None:
    found = rules(rehearsal(sell("2"), sell("1")))

    assert [warrant.leg for warrant in found.warrants] == [sell("2"), sell("1")]
    assert [warrant.positions for warrant in found.warrants] == [{ETH: Base(-10)}, {ETH: Base(-12)}]
    assert [warrant.outside for warrant in found.warrants] == [{ETH: Price(2000)}] * 2
    assert {warrant.expires_ms for warrant in found.warrants} == {NOW + 60_000}


def test_rules__the_limits__are_those_of_the_user() -> None:
    spent = Traded(venue=PERP, market=ETH, time_ms=NOW - 1000, notional=Usd(30_000))

    found = rules(rehearsal(sell("2")), Memory(trades=(spent,)))

    assert found.ceilings == {LANE: 50 * GWEI}
    assert found.max_order == Usd(50_000)
    assert found.turnover_left == Usd(170_000)
    assert found.rehearsal_until_ms == NOW + 120_000
    assert found.max_deviation == Ratio("0.0504")  # 1.04 * 1.01 - 1


def test_rules__more_spent_than_allowed__leaves_nothing() -> None:
    spent = Traded(venue=PERP, market=ETH, time_ms=NOW, notional=Usd(900_000))

    assert rules(rehearsal(sell("2")), Memory(trades=(spent,))).turnover_left == Usd(0)


def test_rules__outside_price_missing_or_stale__is_none() -> None:
    seen = rehearsal(buy("2"))

    for quotes in ((), (quote(age_s=9999),)):
        blind = replace(seen, before=replace(seen.before, quotes=quotes))
        assert rules(blind).warrants[0].outside == {ETH: None}


def test_rules__a_flatten__is_bound_by_its_own_price_alone() -> None:
    assert rules(rehearsal(flattening())).warrants[0].outside == {ETH: None}


def test_rules__played__are_the_bytes_of_the_fork_and_not_the_composed_ones() -> None:
    seen = rehearsal(sell("2"))
    altered = replace(CALL, data=b"\x02")
    forged = replace(seen, drafts=(replace(seen.drafts[0], payloads=(altered,)),))

    assert rules(seen).rehearsed == (CALL,)
    assert rules(forged).rehearsed == (CALL,)


def test_rules__a_message__is_compared_as_composed() -> None:
    message = Message(lane=LANE, nonce=1, expires_ms=NOW, url="https://venue", body=b"{}")
    seen = rehearsal(sell("2"))
    modelled = replace(seen, drafts=(replace(seen.drafts[0], payloads=(message,)),), played=(), modelled=True)

    assert rules(modelled).rehearsed == (message,)


def test_rules__a_rebalance_that_was_not_played__may_sign_nothing() -> None:
    assert rules(replace(rehearsal(sell("2")), played=())).rehearsed == ()


def test_rules__a_flatten_that_was_not_played_or_failed__goes_uncompared() -> None:
    seen = rehearsal(flattening("4"), flattening("6"))

    assert rules(seen).rehearsed == (CALL, SECOND)
    assert rules(replace(seen, played=())).rehearsed is None
    assert rules(replace(seen, played=(DONE, replace(DONE, tx=SECOND, ok=False)))).rehearsed is None


def test_rules__a_stop__warrants_its_market_the_figures_there_and_the_stops_that_rest() -> None:
    """For venues that state sizes in dollars, and orders by keys that say nothing."""
    resting, working = order("10", role="protective"), order("3")
    seen = replace(view("-10"), orders=(resting, replace(working, id="other")))
    leg = Leg(venue=PERP, actions=(Protect(market=ETH, size=Base(10), trigger=Price(2500)),))
    stop = replace(rehearsal(leg), before=snapshot(seen))

    [found] = rules(stop).warrants

    assert (found.positions, found.outside) == ({ETH: Base(-10)}, {ETH: Price(2000)})
    assert (found.entries, found.markets) == ({ETH: Price(2000)}, {ETH: seen.markets[0]})
    assert found.stops == {resting.id: ETH}
    assert found.orders == {resting.id: ETH, "other": ETH}
    assert found.seen == {ETH: seen.positions[0]}
