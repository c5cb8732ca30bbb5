"""Collateral that came or left without us: when a venue is asked, and what is told then."""

from dataclasses import replace

import pytest

from agent.hedge.funds import accounts, unexplained
from agent.hedge.questions import lately, long_ago
from agent.model import Cause, Code, Happening, Memory, View
from agent.units import Usd
from tests.unit.hedge.scene import CHAIN, ETH, NOW, OTHER, PERP, decided, market, memory, snapshot, stamp, view

HOUR_MS = 3600 * 1000


def seen(before: View) -> Memory:
    """By the last plan; our fills add up to what stood there."""
    return replace(memory(str(before.size(ETH))), accounts=accounts((before,), Memory()))


def later(after: View) -> View:
    return replace(after, stamp=stamp(NOW + HOUR_MS))


def moved(amount: str, ref: str = "0xf1", at: int = NOW + 1) -> Happening:
    return Happening(venue=PERP, cause=Cause.FUNDS, time_ms=at, ref=ref, amount=Usd(amount))


def told(after: View, known: Memory) -> list[tuple[str, str]]:
    reasons = decided(snapshot(after), known).reasons
    return [(reason.subject, reason.value) for reason in reasons if reason.code is Code.CHANGED]


BEFORE = view("-10", equity="20000")


@pytest.mark.parametrize(
    ("after", "asks"),
    [
        (view("-10", equity="20000"), False),
        (view("-10", equity="19000"), True),
        (view("-10", equity="21000"), True),
        (view("-10", equity="19801"), False),
        (view("-10", equity="19799"), True),
        (view("-10", equity="19000", at=market("2100")), False),
        (view("-10", equity="20000", at=market("2100")), True),
        (view("-6", equity="19000"), False),
    ],
    ids=["as it was", "less", "more", "funding", "more than that", "the price", "not the price", "another position"],
)
def test_equity__beside_what_prices_made_of_it__is_explained_or_asked_about(after: View, asks: bool) -> None:
    """10 ETH at 2,000: up to 200 USD are funding and rounding."""
    known = seen(BEFORE)
    assert unexplained(later(after), known) is asks
    only_funds = {PERP: NOW} if asks else {}
    if after.size(ETH) == BEFORE.size(ETH):
        assert lately(snapshot(later(after)), known) == only_funds
        assert long_ago(snapshot(later(after)), known) == {}


def test_equity__of_a_small_account__may_differ_by_fifty_dollars() -> None:
    small = view("-0.1", equity="200")
    assert not unexplained(later(view("-0.1", equity="151")), seen(small))
    assert unexplained(later(view("-0.1", equity="149")), seen(small))


def test_equity__seen_for_the_first_time_or_by_a_lagging_node__asks_nobody() -> None:
    poorer = later(view("-10", equity="1000"))
    assert not unexplained(poorer, memory("-10"))
    assert not unexplained(poorer, replace(seen(BEFORE), landed={CHAIN: stamp(NOW + 2 * HOUR_MS)}))
    assert not unexplained(poorer, replace(seen(BEFORE), working={"0xa1": PERP}))
    assert unexplained(poorer, replace(seen(BEFORE), working={"0xa1": OTHER}))


def test_accounts__of_a_lagging_node__are_not_remembered() -> None:
    assert accounts((BEFORE,), Memory(landed={CHAIN: stamp(NOW + 1)})) == {}


def test_question__of_a_position_and_of_funds__goes_back_to_the_earlier_of_both() -> None:
    old = replace(seen(BEFORE), positions={(PERP, ETH): view("-8").size(ETH)})
    days = replace(view("-10", equity="1000"), stamp=stamp(NOW + 48 * HOUR_MS))
    assert lately(snapshot(days), old) == {PERP: NOW}
    assert lately(snapshot(later(view("-10", equity="1000"))), old) == {PERP: NOW - 5 * HOUR_MS}


def test_funds__that_others_moved_since_the_last_look__are_told_once_with_amount_and_direction() -> None:
    known = replace(seen(BEFORE), happened=(moved("-1000"), moved("500", ref="0xf2")))
    after = later(view("-10", equity="19500"))
    plan = decided(snapshot(after), known)
    assert told(after, known) == [
        (PERP, "1,000 USD of collateral left (0xf1)"),
        (PERP, "500 USD of collateral came (0xf2)"),
    ]
    again = replace(known, accounts=plan.accounts)
    assert told(after, again) == []
    assert not unexplained(after, again)


@pytest.mark.parametrize(
    "happened",
    [
        (),
        (moved("-1000", ref="0x0a"),),
        (moved("-1000", at=NOW),),
        (replace(moved("-1000"), venue=OTHER),),
    ],
    ids=["nothing", "our own", "seen before", "elsewhere"],
)
def test_funds__that_are_not_named_or_not_news__are_not_told(happened: tuple[Happening, ...]) -> None:
    known = replace(seen(BEFORE), happened=happened, refs=frozenset({"0x0a"}))
    assert told(later(view("-10", equity="19000")), known) == []
