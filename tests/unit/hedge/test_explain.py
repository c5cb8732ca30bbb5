"""Why a hedge is as it is, in words and figures."""

import json
from dataclasses import replace

from agent.cli import why
from agent.hedge import CarryRule, Hedge, make_policy
from agent.hedge.explain import Explanation, make_explain
from agent.model import Code, Memory, Past, Plan, Rate, Snapshot, Verdict
from agent.model.plain import plain
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    DAY,
    ETH,
    LANES,
    LIMITS,
    NOW,
    OTHER,
    PERP,
    checked,
    decided,
    hedge,
    market,
    memory,
    snapshot,
    view,
)

RECEIVES = replace(market(), funding=Rate(value=Ratio("0.0001"), interval_s=8 * 3600))


def explained(seen: Snapshot, known: Memory, wanted: Hedge | None = None) -> Explanation:
    plan = decided(seen, known, wanted)
    verdict = checked(plan.legs, seen, known, wanted)
    [told] = make_explain([wanted or hedge()], LIMITS, LANES)(seen, known, plan, verdict)
    return told


def test_explain__inside_the_band__says_how_far_it_is_from_a_trade() -> None:
    told = explained(snapshot(view("-9.9", at=RECEIVES)), memory("-9.9"))
    assert told.says.startswith(
        "ETH: 10 are held and short 9.9 stands against them (99 %). The policy wants 100 % (all of it): short 10. "
        "That is 0.1 off; a trade begins beyond 0.2 (2 %). Nothing is traded. "
        "At perp, you RECEIVE 11 % a year on a short; leverage 0.2, liquidated at "
    )
    assert told.changes == (
        "0.1 more between the target and the short: an exposure below 9.705882 or above 10.102041",
    )
    assert told.trade is None


def test_explain__the_exposures_it_names__are_where_trading_begins() -> None:
    for spot, trades in (("9.705", True), ("9.706", False), ("10.102", False), ("10.103", True)):
        seen = snapshot(view("-9.9"), spot=spot)
        assert bool(decided(seen, memory("-9.9")).legs) is trades


def test_explain__a_trade__says_what_it_costs_all_in() -> None:
    told = explained(snapshot(view("-5", at=replace(RECEIVES, fee=Ratio("0.001")))), memory("-5"))
    assert told.cost is not None
    # 10,000 USD: 0.1 % of fee, and 10.95 % a year received over 30 days
    assert told.cost == Usd(10) - Usd(10_000) * Ratio("0.1095") * (Ratio(30) / Ratio(365))
    assert "To do: selling 5 at perp, earning 80 USD all-in over 30 days." in told.says


def test_explain__a_reduction__counts_what_is_no_longer_paid() -> None:
    lent = replace(market(), borrow=Rate(value=Ratio("0.2"), interval_s=365 * 86_400))
    told = explained(snapshot(view("-15", at=lent)), memory("-15"))
    # 10,000 USD, closed without a fee: 20 % a year of borrow are saved over 30 days
    assert told.cost == Usd(-10_000) * Ratio("0.2") * (Ratio(30) / Ratio(365))


def test_explain__two_venues__tells_both_trades() -> None:
    seen = snapshot(view(), view(venue=OTHER))
    half = {PERP: Ratio("0.5"), OTHER: Ratio("0.5")}
    known = Memory(positions={(PERP, ETH): Base(0), (OTHER, ETH): Base(0)})
    said = explained(seen, known, replace(hedge(venues=(PERP, OTHER)), max_share=half)).says
    assert "selling 5 at perp" in said
    assert "selling 5 at other" in said


def test_explain__held_by_a_gate__names_what_must_change() -> None:
    off = replace(market(), index=Price("1900"))
    told = explained(snapshot(view("-5", at=off)), memory("-5"))
    assert "Held back: selling 5 at perp" in told.says
    [basis] = [change for change in told.changes if "mark and index" in change]
    assert basis.endswith("mark 2,000, index 1,900 (limit 3 %)")
    [gate] = [gate for gate in told.gates if gate.gate == "basis"]
    assert (gate.found, gate.limit, [reason.code for reason in gate.held]) == (
        "mark 2,000, index 1,900",
        "3 %",
        [Code.BASIS],
    )


def test_explain__every_gate_that_binds__is_there_with_its_figure() -> None:
    told = explained(snapshot(view("-9.9")), memory("-9.9"))
    found = {gate.gate: (gate.found, gate.limit) for gate in told.gates}
    assert found["basis"] == ("0 %", "3 %")
    assert found["oracle deviation"] == ("feed 0 %", "1 %")
    assert found["leverage"] == ("0.2", "2")
    assert found["turnover"] == ("10 USD", "200,000 USD")
    assert {"halted", "on hold", "wrong way", "strange position"} <= found.keys()
    assert not any(gate.held for gate in told.gates)


def test_explain__a_hold_in_the_band__is_what_would_have_to_change() -> None:
    known = replace(memory("-5"), hold="flattened by run 3")
    told = explained(snapshot(view("-5")), known)
    assert any("flattened by run 3" in change for change in told.changes)


def test_explain__the_smallest_increase_of_an_empty_account__comes_with_its_collateral() -> None:
    """Nobody is told to send what the reserve has."""
    policy, empty = make_policy("tactical", {"signal": "trend"}), view(equity="0")
    told = explained(snapshot(replace(empty, reserve=Usd(500))), memory("0"), replace(hedge(), policy=policy))
    assert [gate.gate for gate in told.gates if gate.held] == []
    bare = explained(snapshot(empty), memory("0"), replace(hedge(), policy=policy))
    assert {"leverage", "collateral"} <= {gate.gate for gate in bare.gates if gate.held}


def test_explain__an_account_in_danger__says_what_goes_in_first() -> None:
    seen = snapshot(replace(view("-10", equity="4000"), reserve=Usd(50_000)))
    told = explained(seen, memory("-10")).says
    assert "The account at perp is in danger: 6,000 USD of collateral go in first. Nothing is traded." in told
    assert "in danger" not in explained(snapshot(view("-10")), memory("-10")).says


def test_explain__a_policy_that_cannot_say__is_asked_for_no_band() -> None:
    policy = make_policy("tactical", {"signal": "trend"})
    told = explained(snapshot(view()), memory("0"), replace(hedge(), policy=policy))
    assert "what it wants (too few of the daily closes of 20 days are recorded): what stands stays." in told.says
    assert "what stands stays. Nothing is traded." in told.says
    assert [change.split(",")[0] for change in told.changes] == ["ETH"], "no distance to a band that is not asked for"


def test_explain__a_gate_that_says_a_sentence__widens_no_column() -> None:
    told = explained(snapshot(view("-10", equity="4000")), memory("-10"))
    lines = why.gates(told).splitlines()
    assert max(map(len, lines)) <= why.WIDTH
    assert "  leverage HOLDS: 20,010 USD on 3,999.9 USD: 6,005.1 USD are missing; limit: leverage 2" in lines


def test_explain__without_figures__says_nothing() -> None:
    assert make_explain([hedge()], LIMITS, LANES)(Snapshot(), Memory(), Plan(), Verdict()) == ()


def test_explain__as_json_and_as_text__loses_nothing() -> None:
    told = explained(snapshot(view("-9.9")), memory("-9.9"))
    assert json.loads(json.dumps(plain(told)))["state"]["exposure"] == "10"
    text = why.text([told])
    assert "basis" in text
    assert "ok, with nothing to measure: stale" in text
    assert max(map(len, why.paragraphs([told]).splitlines())) <= why.WIDTH
    assert told.state.exposure == Base(10)


def test_explain__a_name_put_in__shifts_no_column() -> None:
    """Gas is in the coin's own name before the columns are laid out."""
    told = explained(snapshot(view("-9.9")), memory("-9.9"))
    text = why.gates(told, lambda said: said.replace("of the chain's coin", "ETH"))
    limits = {line.index("limit") for line in text.splitlines() if line.endswith("limit")}
    [gas] = [line for line in text.splitlines() if "gas runway" in line]
    assert limits == {len(gas) - len(gas.rsplit("  ", 1)[1])}


def test_explain__a_policy_that_cannot_say_and_a_limit_on_the_cost__says_what_goes() -> None:
    rule = CarryRule(max_cost=Ratio("0.2"), resume=Ratio("0.1"), then="reduce", ratio=Ratio("0.4"))
    wanted = replace(hedge(make_policy("schedule", {"ratios": {"2027-01-31": "0.5"}})), carry=rule)
    dear = Rate(value=Ratio("-0.3"), interval_s=365 * 86_400)
    paid = tuple((NOW - days * DAY, dear) for days in (3, 2, 1))
    known = replace(memory("-10"), past=Past(funding={(PERP, ETH): paid}))
    said = explained(snapshot(view("-10")), known, wanted).says
    assert "held to 40 % by what it costs): what stands stays, but for what is beyond short 4." in said
    assert "To do: buying 6 at perp" in said
