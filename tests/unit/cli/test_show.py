"""What a reader gets: one line for one cause, the unit of every figure, and no jargon."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.cli import door, outcome, show
from agent.cli.afoot import Afoot
from agent.cli.status import Status
from agent.cli.words import Words, became
from agent.hedge.words import gas_coin
from agent.model import (
    Address,
    Code,
    Dropped,
    Fund,
    Gap,
    Intent,
    Kind,
    Lane,
    Leg,
    Name,
    OwnerCall,
    Plan,
    Reason,
    Rehearsal,
    Report,
    Settlement,
    Snapshot,
    State,
)
from agent.units import Base, Price, Usd
from tests.unit.hedge.scene import PERP, decided, memory, snapshot, view
from tests.unit.journal.samples import signed, tx
from tests.unit.test_settings import HERE, good, loaded

OPERATOR = f"operator {HERE} on"
LANE = Lane(f"evm:31337:{HERE}")
DEAD = "local: no node can be used: 127.0.0.1:9: Cannot connect"


@pytest.fixture
def words(tmp_path: Path) -> Words:
    return Words(settings=loaded(tmp_path, good()))


def unreadable(subject: str, why: str = DEAD) -> Reason:
    return Gap(source=Name(subject), why=why).reason


def intent(state: State = State.SIGNED, reason: Code | None = None, **more: object) -> Intent:
    known = Reason(code=reason, subject=PERP) if reason else None
    sent = replace(signed(), payload=replace(tx(), lane=LANE))
    return replace(Intent(id=1, ceiling=50, attempts=(sent,), state=state, reason=known), **more)  # type: ignore[arg-type]


def test_reasons__one_dead_node__is_told_once() -> None:
    found = [
        unreadable("perp"),
        unreadable("cold1", f"ETH: {DEAD}"),
        unreadable("outside"),
        Reason(code=Code.SPOT_UNREADABLE, subject="ETH", value=f"cold1: ETH: {DEAD}"),
        unreadable("cold2", "10.0.0.1: timed out"),
    ]
    assert show.reasons(found).splitlines() == [
        f"  perp, cold1, outside: a source could not be read: {DEAD} [UNREADABLE]",
        "  ETH: a wallet of this underlying could not be read: no trade either way [SPOT_UNREADABLE]",
        "  cold2: a source could not be read: 10.0.0.1: timed out [UNREADABLE]",
    ]


def test_reasons__values_that_differ__stay_apart() -> None:
    held = [Reason(code=Code.COOLDOWN, subject=name, value=f"traded {n} s ago") for n, name in enumerate("AB")]
    assert len(show.reasons(held).splitlines()) == 2
    assert len(show.reasons([held[0], held[0]]).splitlines()) == 1


@pytest.mark.parametrize("code", [Code.UNADOPTED, Code.FOREIGN_FILL, Code.FOREIGN_NONCE, Code.EXPOSURE_JUMP])
def test_sentence__what_may_be_right__names_the_way_to_accept_it(code: Code) -> None:
    said = show.sentence(Reason(code=code, subject="perp ETH"))
    assert "if this is right: `hedgekeeper journal adopt`" in said


def test_words__a_lane__is_an_operator_on_a_chain(words: Words) -> None:
    assert words.text(f"x {LANE} y") == f"x {OPERATOR} local y"
    assert words.text(f"evm:1:{HERE}, late") == f"{OPERATOR} chain 1, late"
    assert words.text("rest:key") == "rest:key"


def test_complaint__a_lane__is_said_in_words_without_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    door.complain(f"{LANE}: another run holds this lane")
    assert capsys.readouterr().err == f"hedgekeeper: {OPERATOR} chain 31337: another run holds this lane\n"


def test_words__gas__is_in_the_coins_own_name_where_there_is_but_one(words: Words) -> None:
    assert words.text(f"it holds {gas_coin(10**17)}") == "it holds 0.1 ETH"
    polygon = words.settings.chains[Name("local")].model_copy(update={"id": 137})
    both = {**words.settings.chains, Name("polygon"): polygon}
    wide = Words(settings=words.settings.model_copy(update={"chains": both}))
    assert wide.text(f"it holds {gas_coin(10**17)}") == "it holds 0.1 of the chain's coin"


def test_words__addresses__have_the_configurations_names(words: Words) -> None:
    own, unknown = Address("0x" + "aB" * 20), Address("0x" + "12" * 20)
    venue = words.settings.venues[PERP].model_copy(update={"account": own})
    known = Words(settings=words.settings.model_copy(update={"venues": {PERP: venue}}))
    assert known.address(own) == "perp account"
    assert known.address(words.settings.keys[Name("operator")].address) == "operator"
    assert known.address(unknown) == "0x1212...1212"


def test_words__a_call_that_nobody_knows__is_named_by_its_selector(words: Words) -> None:
    assert words.intent(intent()) == "call 0x00ff2074 of 0x0000...00AA"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (intent(), "signed, not sent"),
        (intent(said=("taken",)), "sent, not mined"),
        (intent(State.LANDED), "mined, not final"),
        (intent(State.LANDED, order_id="7"), "mined, the order is working"),
        (intent(State.DONE), "mined"),
        (intent(State.REFUSED, Code.REVERTED), "reverted"),
        (intent(State.REFUSED, Code.CANCELLED), "cancelled by the venue"),
        (intent(State.VOID, Code.BURNED), "burned: it was not mined in time"),
        (intent(State.VOID, Code.REPLACED), "its slot was used by another transaction"),
        (
            intent(State.DONE, settlement=Settlement(market=Name("ETH"), filled=Base("-3"), price=Price(2000))),
            "mined, sold 3 at 2,000",
        ),
    ],
)
def test_became__every_state__is_said_in_words(found: Intent, said: str) -> None:
    assert became(found) == said


def test_cost__fees_and_gas__are_added_up_with_their_units(words: Words) -> None:
    paid = Settlement(fee=Usd("1.25"), gas_wei=2 * 10**15)
    assert list(words.cost([intent(settlement=paid), intent(settlement=paid)])) == [
        "cost 2.5 USD and 0.004 ETH of gas"
    ]
    assert list(words.cost([intent()])) == []


def report(before: Snapshot, after: Snapshot, *reasons: Reason, **more: object) -> Report:
    plan = decided(after, memory("-10"))
    last = Rehearsal(before=after, after=after, hedges=plan.hedges, **more)  # type: ignore[arg-type]
    return Report(rehearsal=last, reasons=reasons, rehearsals=(Rehearsal(before=before, after=before),))


def test_summary__a_trade__is_one_line_with_all_that_matters(words: Words) -> None:
    filled = Settlement(market=Name("ETH"), filled=Base("-10"), price=Price(2000), fee=Usd(20), gas_wei=10**15)
    in_band = Reason(code=Code.IN_BAND, subject="ETH", value="short 10 ETH\n")
    told = outcome.summary(
        report(snapshot(view("0")), snapshot(view("-10")), in_band),
        [intent(State.DONE, settlement=filled)],
        words,
    )
    assert told == (
        "2001-09-09 01:46:40Z ETH: exposure 10.0000, net delta 0.0000; perp ETH: position 0.0000 -> -10.0000; "
        "1 sent, cost 20 USD and 0.001 ETH of gas; exit 0 (ETH: the position is inside the band: short 10 ETH "
        "[IN_BAND])"
    )


def test_summary__nothing_could_be_read__has_no_time_of_1970(words: Words) -> None:
    dark = Snapshot(gaps=(Gap(source=PERP, why=DEAD),))
    seen = Report(rehearsal=Rehearsal(before=dark, after=dark), reasons=(unreadable("perp"), unreadable("cold1")))
    told = outcome.summary(seen, [], words)
    assert told.startswith("nothing could be read: nothing sent; exit 75 (perp, cold1: a source could not be read")


def test_summary__a_venue_that_went_dark__is_not_read(words: Words) -> None:
    assert "perp ETH: position -10.0000 -> not read" in outcome.summary(
        report(snapshot(view("-10")), replace(snapshot(), views=())), [], words
    )


def test_text__a_deadline__is_told_once_and_names_what_was_sent(words: Words) -> None:
    late = Reason(code=Code.DEADLINE, subject=LANE, value="after 3 s")
    leg = Leg(venue=PERP, actions=(Fund(amount=Usd(5)),))
    held = report(
        snapshot(view("-10")), snapshot(view("-10")), late, dropped=(Dropped(leg=leg, reasons=(late,), by="line"),)
    )
    told = outcome.text(held, [intent(said=("taken",))], words)
    body, _, summary = told.rpartition("\n\n")
    assert body.count("[DEADLINE]") == 1
    assert body.count("after 3 s") == 1
    assert "nonce 7  call 0x00ff2074 of 0x0000...00AA: sent, not mined" in body
    assert summary.endswith("[DEADLINE])")


def test_legs__a_rescue__says_what_it_is_for() -> None:
    leg = Leg(venue=PERP, actions=(Fund(amount=Usd(5)),), kind=Kind.RESCUE)
    assert show.legs([leg]) == (
        "  perp: to lower the leverage, move 5 USD of collateral from the operator's reserve into the venue"
    )


def test_calls__bytes_that_are_understood__are_explained_above_them() -> None:
    call = OwnerCall(chain_id=1, sender=tx().to, to=tx().to, data=b"\x01", why="closes")
    assert show.calls([call], lambda _: ("close: all", "until noon")).splitlines()[:3] == [
        "  # closes",
        "  # close: all",
        "  # until noon",
    ]


def status(seen: Snapshot, **more: object) -> Status:
    known: dict[str, object] = {"plan": decided(seen), "afoot": Afoot(), "hold": None, "left_out": (), **more}
    return Status(snapshot=seen, **known)  # type: ignore[arg-type]


def test_status__a_position_past_liquidation__is_said_to_end_at_any_moment(words: Words) -> None:
    told = "\n".join(status(snapshot(view("-10", equity="1000"))).text(words))
    assert "any moment: it needs 1,250 USD of equity" in told
    assert "any moment" not in "\n".join(status(snapshot(view("-10", equity="1300"))).text(words))


def test_status__a_venue_with_something_to_say__is_heard(words: Words) -> None:
    seen = replace(view("-1"), may_trade=False, halted="paused", strange="liquidity", remarks=("a keeper is late",))
    told = "\n".join(status(snapshot(seen)).text(words))
    for said in ("halted: paused", "not only ours: liquidity", "note: a keeper is late", "has not let the operator"):
        assert said in told


def test_status__dark__shows_no_empty_tables(words: Words) -> None:
    told = list(status(Snapshot(gaps=(Gap(source=PERP, why=DEAD),)), plan=Plan()).text(words))
    assert told == [
        "at nothing could be read",
        "  no hedge could be computed",
        f"notes\n  perp: a source could not be read: {DEAD} [UNREADABLE]",
    ]


def test_afoot__only_what_is_not_mined__makes_a_plan_provisional(words: Words) -> None:
    afoot = Afoot(intents=[intent(said=("taken",)), intent(State.LANDED)])
    [waits] = afoot.reasons(words)
    assert (waits.code, waits.subject) == (Code.IN_FLIGHT, LANE)
    assert "nonce 7 of operator" in afoot.text(words)


def test_report__a_rescue_that_needs_more__asks_for_it() -> None:
    short = replace(view("-10", equity="100"), reserve=Usd(0))
    [asked] = [reason for reason in decided(snapshot(short)).reasons if reason.code is Code.RESCUE]
    assert "liquidates at any moment" in asked.value
