"""Several venues for one underlying: what one cannot take, or should not, goes to the others."""

from dataclasses import replace

import pytest

from agent.hedge.gates import make_check
from agent.model import Code, Fund, Lane, Market, Memory, Name, Plan, Snapshot, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    ETH,
    LANE,
    LANES,
    LIMITS,
    OTHER,
    PERP,
    codes,
    decided,
    denied,
    hedge,
    market,
    snapshot,
    trades,
    view,
)

THIRD = Name("third")
BOTH, ALL = hedge(venues=(PERP, OTHER)), hedge(venues=(PERP, OTHER, THIRD))
CHEAP, DEAR = market(), replace(market(), fee=Ratio("0.002"))


def where(plan: Plan) -> dict[str, Base]:
    return {leg.venue: trade.size for leg, trade in zip(plan.legs, trades(plan), strict=True)}


def told(plan: Plan, venue: Name) -> list[str]:
    return [each.value for each in plan.reasons if (each.code, each.subject) == (Code.SPLIT, f"{venue} {ETH}")]


def posted(plan: Plan) -> Usd:
    return sum((a.amount for leg in plan.legs for a in leg.actions if isinstance(a, Fund)), Usd(0))


# --- a venue whose prices are not believed


@pytest.mark.parametrize(
    ("off", "why"),
    [
        ({"index": Price(2030)}, "index 2,030, feed 2,000, 1 % apart at most"),
        ({"mark": Price(2090)}, "mark 2,090, feed 2,000, 4 % apart at most"),
        ({"mark": Price(1930)}, "mark 1,930, index 2,000, 3 % apart at most"),
    ],
    ids=["index", "mark", "basis"],
)
def test_split__the_cheaper_venues_prices_are_not_believed__the_other_takes_all_and_it_is_told_why(
    off: dict[str, Price], why: str
) -> None:
    seen = snapshot(view(venue=OTHER, at=DEAR), view(at=replace(CHEAP, **off)))  # type: ignore[arg-type]
    plan = decided(seen, wanted=BOTH)

    assert where(plan) == {OTHER: Base(-10)}
    assert told(plan, PERP) == [f"takes none: {why}"]
    assert make_check([BOTH], LIMITS, LANES)(plan, seen, Memory()).dropped == ()


def test_split__the_prices_of_none_are_believed__nothing_goes_and_the_gate_says_why() -> None:
    wrong = replace(market(), index=Price(2030))
    seen = snapshot(view(at=wrong), view(venue=OTHER, at=wrong))
    plan = decided(seen, wanted=BOTH)

    assert denied(make_check([BOTH], LIMITS, LANES)(plan, seen, Memory())) == [Code.ORACLE_DEVIATION]


def test_split__the_prices_of_one_are_not_believed_and_a_share_binds__the_rest_is_said_to_stay_unhedged() -> None:
    seen = snapshot(view(at=replace(CHEAP, index=Price(2030))), view(venue=OTHER))
    plan = decided(seen, wanted=replace(BOTH, max_share={OTHER: Ratio("0.6")}))

    assert where(plan) == {OTHER: Base(-6)}
    assert codes(plan.reasons).count(Code.MAX_SHARE) == 1


# --- a reserve that two share


def pooled(venue: Name, at: Market, reserve: int) -> View:
    return replace(view(venue=venue, equity="0", at=at), reserve=Usd(reserve), reserve_at="USDC to hot")


def shared(reserve: int) -> Snapshot:
    """Two venues that have nothing of their own, and a third, dearer by two tenths of a percent, that has enough."""
    pair = (pooled(venue, CHEAP, reserve) for venue in (PERP, OTHER))
    return snapshot(*pair, view(venue=THIRD, at=DEAR))


def test_split__two_share_a_reserve__what_it_does_not_carry_goes_to_the_third_and_nobody_is_asked() -> None:
    """6,060 dollars carry 6 ETH at twice the collateral, 10 lost on each; counted twice they would carry all."""
    seen = shared(6060)
    plan = decided(seen, wanted=replace(ALL, max_share={PERP: Ratio("0.5"), OTHER: Ratio("0.5")}))

    assert where(plan) == {PERP: Base(-5), OTHER: Base("-0.941"), THIRD: Base("-4.059")}
    assert set(codes(plan.reasons)) == {Code.SPLIT}
    assert posted(plan) <= Usd(6060)
    lanes = {**LANES, THIRD: Lane(LANE)}
    assert make_check([ALL], LIMITS, lanes)(plan, seen, Memory()).dropped == ()


def test_split__two_with_a_reserve_each__take_it_all() -> None:
    [first, second, third] = shared(6060).views
    seen = snapshot(first, replace(second, reserve_at="USDC to another"), third)
    plan = decided(seen, wanted=replace(ALL, max_share={PERP: Ratio("0.5"), OTHER: Ratio("0.5")}))

    assert where(plan) == {PERP: Base(-5), OTHER: Base(-5)}


def test_split__a_shared_reserve_that_a_rescue_has_used__carries_less() -> None:
    """A part stands at the first venue already, with too little behind it: that is seen to first."""
    short = replace(pooled(PERP, CHEAP, 6060), positions=view("-1").positions, equity=Usd(300))
    seen = snapshot(short, pooled(OTHER, CHEAP, 6060), view(venue=THIRD, at=DEAR))
    plan = decided(seen, Memory(positions={(PERP, ETH): Base(-1)}), ALL)

    assert posted(plan) <= Usd(6060)
    assert Code.COLLATERAL not in codes(plan.reasons)
    assert sum((trade.size for trade in trades(plan)), Base(0)) == Base(-9)
