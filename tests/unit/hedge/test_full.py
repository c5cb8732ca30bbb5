"""A venue that takes no more, and one that closes what is too small to keep."""

from dataclasses import replace

import pytest

from agent.hedge import make_judge
from agent.model import Code, Draft, Leg, Rehearsal, View
from agent.units import Base
from tests.unit.hedge.scene import (
    OTHER,
    PERP,
    buy,
    checked,
    codes,
    decided,
    denied,
    hedge,
    market,
    memory,
    sell,
    snapshot,
    traded,
    view,
)

BOTH = hedge(venues=(PERP, OTHER))


def full(found: View) -> View:
    return replace(found, full="the market takes 0 USD more of shorts")


def test_full__an_increase__is_denied_with_the_venues_own_words() -> None:
    verdict = checked([sell("2")], snapshot(full(view("-10")), spot="12"), memory("-10"))
    assert denied(verdict) == [Code.DEPTH]
    assert verdict.dropped[0].reasons[0].value == "the market takes 0 USD more of shorts"


def test_full__a_reduction__goes() -> None:
    verdict = checked([buy("2")], snapshot(full(view("-10")), spot="8"), memory("-10"))
    assert (traded(verdict), verdict.dropped) == (Base(2), ())


def test_full__the_first_venue__another_takes_over() -> None:
    plan = decided(snapshot(full(view()), view(venue=OTHER)), wanted=BOTH)
    assert [(leg.venue, traded(plan)) for leg in plan.legs] == [(OTHER, Base(-10))]


def test_full__everywhere__the_first_is_asked_and_says_why() -> None:
    plan = decided(snapshot(full(view()), full(view(venue=OTHER))), wanted=BOTH)
    assert [leg.venue for leg in plan.legs] == [PERP]


@pytest.mark.parametrize(("left", "faults"), [("0.004", []), ("0.006", [Code.REHEARSAL_FAULT])])
def test_judge__what_the_venue_closes_rather_than_keeps__is_no_fault(left: str, faults: list[Code]) -> None:
    """Below 10 US dollars here: 0.005 ETH at 2,000."""
    leg: Leg = buy(str(Base(10) - Base(left)))
    before, after = snapshot(view("-10")), snapshot(view())
    assert market().minimum.raw == 10
    found = make_judge()(Rehearsal(before=before, after=after, drafts=(Draft(leg=leg, payloads=()),)))
    assert codes(found.faults) == faults


def test_judge__a_remainder_that_is_neither_kept_nor_closed__is_a_fault() -> None:
    leg: Leg = buy("9.996")
    after = snapshot(view("-0.002"))
    found = make_judge()(Rehearsal(before=snapshot(view("-10")), after=after, drafts=(Draft(leg=leg, payloads=()),)))
    assert codes(found.faults) == [Code.REHEARSAL_FAULT]
