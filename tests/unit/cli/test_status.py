"""What `status` shows: no empty tables, no line without a meaning."""

from dataclasses import replace
from typing import cast

import pytest

from agent.cli import show
from agent.cli.afoot import Afoot
from agent.cli.status import Status
from agent.cli.words import Words
from agent.model import Allowance, Code, Gap, Holding, Plan, Rehearsal, Snapshot, State
from agent.units import Base, Usd
from tests.unit.cli.test_show import DEAD, LANE, intent
from tests.unit.hedge.scene import ETH, PERP, decided, memory, snapshot, terms, view


def status(seen: Snapshot, **more: object) -> Status:
    known: dict[str, object] = {"plan": decided(seen), "afoot": Afoot(), "hold": None, "left_out": (), **more}
    return Status(snapshot=seen, **known)  # type: ignore[arg-type]


def said(found: Status, words: Words) -> str:
    return "\n".join(found.text(words))


def test_status__a_position_past_liquidation__is_said_to_end_at_any_moment(words: Words) -> None:
    told = "\n".join(status(snapshot(view("-10", equity="1000"))).text(words))
    assert "any moment: it needs 1,250 USD of equity" in told
    assert "any moment" not in "\n".join(status(snapshot(view("-10", equity="1300"))).text(words))


def test_status__a_short_in_danger__says_what_the_next_run_does(words: Words) -> None:
    seen = snapshot(replace(view("-10", equity="4000"), reserve=Usd(50_000)))
    told = said(status(seen, plan=decided(seen, memory("-10"))), words)
    assert "in danger: what the next run does first\n  perp: to lower the leverage, move" in told
    assert "in danger" not in said(status(snapshot(view("-10", equity="10000"))), words)


def test_status__a_venue_with_something_to_say__is_heard(words: Words) -> None:
    seen = replace(view("-1"), may_trade=False, halted="paused", strange="liquidity", remarks=("a keeper is late",))
    told = "\n".join(status(snapshot(seen)).text(words))
    for said in ("halted: paused", "not only ours: liquidity", "note: a keeper is late", "has not let the operator"):
        assert said in told


def test_status__an_operator__is_shown_with_how_long_its_gas_lasts(words: Words) -> None:
    lane = words.settings.lane(words.settings.venues[PERP])
    seen = replace(snapshot(), terms=(replace(terms(), lane=lane),))
    assert "pays for 20 exits at the fee ceiling" in said(status(seen), words)
    assert "a venue was not read" in said(status(replace(seen, views=())), words)


def test_status__coins_without_an_approval__are_told_beside_the_reserve(words: Words) -> None:
    given = Allowance(approved=Usd(500), held=Usd(9000), coin="USDC of the account", spender="the Router")
    told = said(status(snapshot(replace(view("-1"), reserve=Usd(500), allowance=given))), words)
    [line] = [line for line in told.splitlines() if "held, and not approved to the exchange" in line]
    assert line.endswith(" 8,500 USD")
    assert "held, and not approved" not in said(status(snapshot(view("-1"))), words)


def test_status__coins_that_the_venue_holds__are_listed_beside_spot(words: Words) -> None:
    owed = Holding(where=PERP, underlying=ETH, amount=Base("0.000012"), asset="claimable funding")
    seen = status(snapshot(replace(view("-10"), collateral=(owed,))))
    assert "  venue  what                   exposure\n  perp   claimable funding  0.000012 ETH" in said(seen, words)
    [told] = cast("list[dict[str, object]]", seen.json(words)["held_at_venues"])
    assert (told["where"], told["asset"], told["amount"]) == (PERP, "claimable funding", "0.000012")
    assert "held at the venues" not in said(status(snapshot(view("-10"))), words)


@pytest.mark.parametrize("free", [None, Usd(0)])
def test_free_collateral__where_there_is_no_such_thing__has_no_line(words: Words, free: Usd | None) -> None:
    seen = snapshot(replace(view("-10"), free=free))
    played = show.before_after(Rehearsal(before=seen, after=seen))
    for told in (played, said(status(seen), words)):
        assert ("free collateral" in told) is (free is not None)


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
