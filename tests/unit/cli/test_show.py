"""What a reader gets: one line for one cause, the unit of every figure, and no jargon."""

from dataclasses import replace

import pytest

from agent.cli import door, outcome, show
from agent.cli.words import Words, became
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
    Reason,
    Rehearsal,
    Report,
    Settlement,
    Snapshot,
    State,
)
from agent.model.words import gas_coin
from agent.units import Base, Price, Usd
from tests.unit.hedge.scene import PERP, decided, memory, snapshot, view
from tests.unit.journal.samples import signed, tx
from tests.unit.test_settings import HERE

OPERATOR = f"operator ({HERE[:6]}...{HERE[-4:]}) on"
LANE = Lane(f"evm:31337:{HERE}")
COLD1 = Name("cold1")
DEAD = "local: no node can be used: 127.0.0.1:9: Cannot connect"


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


def test_words__keys_wallets_and_accounts__have_their_names_and_others_their_whole_address(words: Words) -> None:
    account, cold, other = (Address("0x" + digits * 20) for digits in ("aB", "cD", "12"))
    venue = words.settings.venues[PERP].model_copy(update={"account": account})
    wallet = words.settings.wallets[COLD1].model_copy(update={"address": cold})
    changed = {"venues": {PERP: venue}, "wallets": {COLD1: wallet}}
    known = Words(settings=words.settings.model_copy(update=changed))
    told = known.text(f"account {account.lower()} let operator {HERE}; {cold}, {other}, 0x{'ab' * 32}")
    assert told == (
        f"perp account (0xabab...abab) let operator (0x7099...79C8); cold1 (0xcDcD...cDcD), {other}, 0x{'ab' * 32}"
    )


def test_words__an_orders_long_id__is_shortened(words: Words) -> None:
    long = "0x12" + "ab" * 30 + "fe"
    assert words.text(f"gmx: order {long} is open, order 7 too, {long}") == (
        f"gmx: order 0x12ab...abfe is open, order 7 too, {long}"
    )


def test_text__calls_for_the_owner__keep_every_address_whole(words: Words) -> None:
    call = OwnerCall(chain_id=1, sender=Address(HERE), to=tx().to, data=b"\x01", why="closes")
    told = outcome.text(report(snapshot(view("-10")), snapshot(view("-10")), calls=(call,)), [], words)
    assert f"for the owner to sign\n  # closes\n  chain 1\n  from  {HERE}" in told


def test_text__codes_that_are_told_apart__are_not_told_twice(words: Words) -> None:
    left = Reason(code=Code.NOT_FLAT, subject="flatten", value="perp: position -10 ETH")
    found = report(snapshot(view("-10")), snapshot(view("-10")), left)
    assert outcome.text(found, [], words).count("position -10 ETH") == 2, "why, and in the line for a mail"
    assert outcome.text(found, [], words, apart=(Code.NOT_FLAT,)).count("position -10 ETH") == 1


def test_complaint__a_lane__is_said_in_words_without_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    door.complain(f"{LANE}: another run holds this lane")
    assert capsys.readouterr().err == f"hedgekeeper: operator {HERE} on chain 31337: another run holds this lane\n"


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


def test_cost__what_came_back_to_the_account__is_told_beside_what_the_operator_paid(words: Words) -> None:
    paid = Settlement(fee=Usd("1.25"), gas_wei=2 * 10**15, returned_wei=6 * 10**15)
    assert list(words.cost([intent(settlement=paid)])) == [
        "cost 1.25 USD and 0.002 ETH of gas",
        "the operator paid 0.008 ETH, of which 0.006 ETH came back to the account",
    ]


def test_cost__a_lane_without_gas__is_no_zero_beside_the_other(words: Words) -> None:
    paid, free = intent(settlement=Settlement(gas_wei=2 * 10**15)), intent(settlement=Settlement(fee=Usd("1.25")))
    [sent] = free.attempts
    elsewhere = replace(sent, payload=replace(sent.payload, lane=Lane(f"hyperliquid:testnet:{HERE}")))
    told = list(words.cost([paid, replace(free, attempts=(elsewhere,))]))
    assert told == ["cost 1.25 USD and 0.002 ETH of gas"]


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


@pytest.mark.parametrize(("count", "said"), [(0, "0 trades"), (1, "1 trade"), (1234, "1,234 trades")])
def test_times__one_and_many__are_told_apart(count: int, said: str) -> None:
    assert show.times(count, "trade") == said


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
