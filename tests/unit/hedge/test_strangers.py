"""What is said even when there is nothing to trade."""

from dataclasses import replace

import pytest

from agent.model import Code, View
from tests.unit.hedge.scene import PERP, codes, decided, memory, order, snapshot, view


@pytest.mark.parametrize(
    ("seen", "code", "said"),
    [
        (replace(view("-10"), may_trade=False), Code.NOT_DELEGATED, ""),
        (replace(view("-10"), exits_only="3 actions left"), Code.EXITS_ONLY, "3 actions left"),
    ],
)
def test_shut_out__inside_the_band__is_told(seen: View, code: Code, said: str) -> None:
    plan = decided(snapshot(seen), memory("-10"))
    assert codes(plan.reasons) == [Code.IN_BAND, code]
    assert plan.reasons[-1].value == said


def test_stranger__a_position_that_is_not_ours__names_both_sizes() -> None:
    plan = decided(snapshot(view("-10")), memory("-9"))
    [reason] = [reason for reason in plan.reasons if reason.code is Code.FOREIGN_FILL]
    assert reason.value == "it is short 10, our fills add up to short 9"


def test_working_order__gone_from_the_venue_with_no_known_end__nothing_is_added_before_it_is_known() -> None:
    known = replace(memory("0"), working={"0xa1": PERP})
    plan = decided(snapshot(view("0")), known)
    assert not plan.legs
    assert [reason.subject for reason in plan.reasons if reason.code is Code.WORKING] == ["perp 0xa1"]
    ended = replace(known, working={})
    assert decided(snapshot(view("0")), ended).legs


def test_working_order__whose_fill_the_position_shows_already__counts_once_and_is_no_stranger() -> None:
    """The list of orders is from before the fill, the position from after it."""
    waits = order("-9")
    known = replace(memory("-1"), working={waits.id: PERP})
    plan = decided(snapshot(replace(view("-10"), orders=(waits,))), known)
    assert not plan.legs
    assert "the position shows its fill, and the order still stands" in [reason.value for reason in plan.reasons]
    assert not {Code.FOREIGN_FILL, Code.CHANGED, Code.CHANGED_ASKS} & set(codes(plan.reasons))


@pytest.mark.parametrize(("stands", "ours"), [("-1", True), ("3", True), ("-10", False)])
def test_working_order__beside_a_position_that_it_has_not_changed__counts(stands: str, ours: bool) -> None:
    """As our records have it, changed against the order by someone else, or an order that is not ours."""
    waits = order("-9")
    known = replace(memory("-1"), working={waits.id: PERP} if ours else {})
    plan = decided(snapshot(replace(view(stands), orders=(waits,))), known)
    assert "the position shows its fill, and the order still stands" not in [reason.value for reason in plan.reasons]
