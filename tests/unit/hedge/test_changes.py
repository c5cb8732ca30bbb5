"""A position that changed without us: what explains it, and what is done then, cause by cause."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import Hedge
from agent.hedge.funds import accounts
from agent.hedge.strangers import ANSWERS, puzzling
from agent.model import Adopted, Answer, Cause, Code, Happening, Memory, Name, Plan, Reason, View, exit_for
from agent.units import Base, Price
from tests.unit.hedge.scene import (
    CHAIN,
    ETH,
    NOW,
    OTHER,
    PERP,
    checked,
    codes,
    decided,
    denied,
    hedge,
    memory,
    order,
    sell,
    snapshot,
    stamp,
    traded,
    view,
)

CHANGES = (Code.CHANGED, Code.CHANGED_HELD, Code.CHANGED_ASKS, Code.FOREIGN_FILL)
OURS = "0x0a"


def happened(cause: Cause, size: str, ref: str = "0xf1", venue: Name = PERP, at: str = "1900") -> Happening:
    return Happening(venue=venue, cause=cause, time_ms=NOW, ref=ref, market=ETH, size=Base(size), price=Price(at))


def knowing(*found: Happening, position: str = "-10") -> Memory:
    """Our fills add up to that position; the venue tells the rest. One of the payloads was ours."""
    return replace(memory(position), happened=found, refs=frozenset({OURS}))


def asking(**answers: Answer) -> Hedge:
    chosen = {Cause(name): answer for name, answer in answers.items()}
    return replace(hedge(), on_change={**ANSWERS, **chosen})


def planned(seen: View, known: Memory, wanted: Hedge | None = None) -> Plan:
    return decided(snapshot(seen), known, wanted)


def change(plan: Plan) -> Reason | None:
    return next((reason for reason in plan.reasons if reason.code in CHANGES), None)


def told(seen: View, known: Memory, wanted: Hedge | None = None) -> tuple[Code, Exit, str]:
    found = change(planned(seen, known, wanted))
    assert found is not None
    return found.code, exit_for(found), found.value


def test_adl__by_default__is_named_adopted_and_hedged_again() -> None:
    known = knowing(happened(Cause.ADL, "4"))
    said = "auto-deleveraged, 4 at 1,900 (0xf1): it is short 6, our fills add up to short 10"
    plan = planned(view("-6"), known)
    assert told(view("-6"), known) == (Code.CHANGED, Exit.DONE, said)
    assert plan.adopted == (Adopted(venue=PERP, market=ETH, size=Base(-6), why=said),)
    assert traded(plan) == Base(-4)
    assert traded(checked(plan.legs, snapshot(view("-6")), known)) == Base(-4)


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (Cause.LIQUIDATION, "liquidated, 4"),
        (Cause.TRADE, "traded by another hand, 4"),
        (Cause.STOP, "closed by its protective stop, 4"),
    ],
)
def test_cause__that_a_person_must_see__asks_and_adds_nothing(cause: Cause, says: str) -> None:
    known = knowing(happened(cause, "4"))
    code, ended, said = told(view("-6"), known)
    assert (code, ended) == (Code.CHANGED_ASKS, Exit.PERSON)
    assert said.startswith(says)
    assert planned(view("-6"), known).adopted == ()
    assert denied(checked([sell("4")], snapshot(view("-6")), known)) == [Code.CHANGED_ASKS]


@pytest.mark.parametrize("cause", [Cause.ADL, Cause.LIQUIDATION, Cause.TRADE, Cause.STOP])
@pytest.mark.parametrize(
    ("answer", "code", "ended"),
    [
        ("rehedge", Code.CHANGED, Exit.DONE),
        ("hold", Code.CHANGED_HELD, Exit.HELD),
        ("ask", Code.CHANGED_ASKS, Exit.PERSON),
    ],
)
def test_answer__as_configured__decides_what_the_cause_does(
    cause: Cause, answer: Answer, code: Code, ended: Exit
) -> None:
    known, wanted = knowing(happened(cause, "4")), asking(**{cause.value: answer})
    assert told(view("-6"), known, wanted)[:2] == (code, ended)
    goes = checked([sell("4")], snapshot(view("-6")), known, wanted)
    assert (traded(goes), denied(goes)) == ((Base(-4), []) if answer == "rehedge" else (Base(0), [code]))


def test_several_causes__the_strictest_answer_counts_and_each_is_named() -> None:
    known = knowing(happened(Cause.ADL, "3"), happened(Cause.TRADE, "1", ref="0xf2", at="1950"))
    code, _, said = told(view("-6"), known)
    assert code is Code.CHANGED_ASKS
    assert said.startswith("auto-deleveraged, 3 at 1,900 (0xf1), traded by another hand, 1 at 1,950 (0xf2)")


def test_older_records__that_were_accounted_for__are_not_named_again() -> None:
    """The latest that add up to the difference: what was adopted last week is in the records."""
    known = knowing(happened(Cause.TRADE, "-5", ref="0xold"), happened(Cause.ADL, "4"))
    assert told(view("-6"), known)[0] is Code.CHANGED


def test_record__from_before_the_position_was_last_as_we_know_it__explains_nothing_new() -> None:
    """As much was deleveraged an hour ago, and made up for; what has closed as much now is not on the list yet."""
    known = knowing(replace(happened(Cause.ADL, "4"), time_ms=NOW - 3_600_000))
    agreed = replace(known, accounts=accounts((view("-10"),), Memory()))
    assert told(view("-6"), agreed)[0] is Code.FOREIGN_FILL
    fresh = replace(happened(Cause.ADL, "4"), time_ms=NOW)  # two blocks may be of one second
    assert told(view("-6"), replace(agreed, happened=(fresh,)))[0] is Code.CHANGED
    held = replace(known, accounts=accounts((view("-6"),), Memory()))
    assert told(view("-6"), held)[0] is Code.CHANGED


def test_our_own_fills__between_others__are_in_the_records_already() -> None:
    known = knowing(happened(Cause.ADL, "4"), happened(Cause.TRADE, "-2", ref=OURS), position="-12")
    code, _, said = told(view("-8"), known)
    assert (code, said.split(":")[0]) == (Code.CHANGED, "auto-deleveraged, 4 at 1,900 (0xf1)")


def test_fill_of_our_own__that_the_records_missed__is_taken_whatever_a_trade_asks() -> None:
    known = knowing(happened(Cause.TRADE, "-10", ref=OURS), position="0.001")
    code, _, said = told(view("-9.999"), known)
    assert code is Code.CHANGED
    assert said.startswith("a fill of ours that the records missed, 10 at 1,900 (0x0a)")


def test_stop_of_our_own__that_fired__asks() -> None:
    """Hedging again would sell lower what the stop has just bought."""
    assert told(view("-6"), knowing(happened(Cause.STOP, "4", ref=OURS)))[0] is Code.CHANGED_ASKS


@pytest.mark.parametrize(
    "found",
    [
        (),
        (happened(Cause.ADL, "3.9"),),
        (happened(Cause.ADL, "4", venue=OTHER),),
        (replace(happened(Cause.ADL, "4"), market=Name("BTC")),),
        (happened(Cause.ADL, "4"), happened(Cause.TRADE, "1", ref="0xf2")),
    ],
    ids=["nothing", "too little", "elsewhere", "another market", "more than the difference"],
)
def test_cause__that_the_records_do_not_add_up_to__is_unknown_and_asks(found: tuple[Happening, ...]) -> None:
    known = knowing(*found)
    assert told(view("-6"), known) == (
        Code.FOREIGN_FILL,
        Exit.PERSON,
        "it is short 6, our fills add up to short 10",
    )
    assert planned(view("-6"), known).adopted == ()
    assert puzzling(view("-6"), known)


def test_explained__nothing_more_is_asked_of_the_venue() -> None:
    assert not puzzling(view("-6"), knowing(happened(Cause.ADL, "4")))
    assert not puzzling(view("-10"), knowing())
    assert puzzling(view("-6"), knowing())


def test_difference__within_a_lot__is_none() -> None:
    assert change(planned(view("-9.999"), knowing())) is None


UNSURE: Mapping[str, tuple[View, Memory]] = {
    "a node that lags": (view("-6"), replace(knowing(), landed={CHAIN: stamp(NOW + 1)})),
    "an order of ours is gone": (view("-6"), replace(knowing(), working={"0xa1": PERP})),
    "a payload of ours may be mined": (view("-6"), replace(knowing(), sent={OURS: PERP})),
}


@pytest.mark.parametrize(("seen", "known"), UNSURE.values(), ids=UNSURE)
def test_view__that_may_or_may_not_show_what_we_did__says_nothing_about_others(seen: View, known: Memory) -> None:
    """Taken for a change, our own fill would count twice once its end is known."""
    told_of = replace(known, happened=(happened(Cause.TRADE, "4", ref=OURS),))
    for each in (known, told_of):
        assert change(planned(seen, each)) is None
        assert planned(seen, each).adopted == ()
        assert not puzzling(seen, each)


@pytest.mark.parametrize(
    "known", [replace(knowing(), working={"0xa1": OTHER}), replace(knowing(), sent={OURS: OTHER})]
)
def test_order__of_ours_at_another_venue__hides_nothing_here(known: Memory) -> None:
    assert told(view("-6"), known)[0] is Code.FOREIGN_FILL


def test_order__of_ours_that_still_waits__hides_nothing() -> None:
    waiting = order("-4")
    seen = replace(view("-6"), orders=(waiting,))
    assert told(seen, replace(knowing(), working={waiting.id: PERP}))[0] is Code.FOREIGN_FILL


def test_funds__that_moved__explain_no_change_of_a_position() -> None:
    moved = replace(happened(Cause.FUNDS, "0"), market=None)
    assert told(view("-6"), knowing(moved))[0] is Code.FOREIGN_FILL
    assert codes(planned(view("-10"), knowing(moved)).reasons) == [Code.IN_BAND]
