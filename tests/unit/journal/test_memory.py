"""What our records add up to."""

from dataclasses import replace
from pathlib import Path

from agent.journal import Ledger
from agent.model import Adopted, Code, Memory, Outcome, Plan, SeenAccount, SeenExposure, State, Traded
from agent.units import Base, Price, Usd
from tests.unit.journal.samples import (
    ETH,
    LANE,
    START_MS,
    VENUE,
    done,
    ended,
    fill,
    landed,
    plan,
    rehearsal,
    signed,
    stamp,
    tx,
)

WEEK_S = 7 * 24 * 3600


def trade(ledger: Ledger, nonce: int, outcome: Outcome) -> None:
    ledger.advance(ledger.record(signed(tx(nonce)), ceiling=90), outcome)


def position(ledger: Ledger) -> Base | None:
    return ledger.memory().positions.get((VENUE, ETH))


def test_memory__of_an_empty_journal__is_empty(ledger: Ledger) -> None:
    assert ledger.memory() == Memory()


def test_positions__seen_flat__are_our_fills(ledger: Ledger) -> None:
    ledger.note(rehearsal("0"))
    assert position(ledger) == Base(0)
    trade(ledger, 1, done("-4"))
    trade(ledger, 2, landed("1.5"))
    assert position(ledger) == Base("-2.5")


def test_positions__live_before_our_records__stay_unknown_until_they_are_flat(ledger: Ledger) -> None:
    ledger.note(rehearsal("-4"))
    trade(ledger, 1, done("4"))
    assert position(ledger) is None
    ledger.note(rehearsal("0"))
    assert position(ledger) == Base(0)


def test_positions__a_fill_told_twice__counts_once(ledger: Ledger) -> None:
    ledger.note(rehearsal("0"))
    intent = ledger.record(signed(), ceiling=90)
    for outcome in (landed("-1"), landed("-4"), done("-4")):
        intent = ledger.advance(intent, outcome)
    assert position(ledger) == Base(-4)


def test_positions__a_landing_that_a_reorg_took_back__count_no_more(ledger: Ledger) -> None:
    ledger.note(rehearsal("0"))
    intent = ledger.advance(ledger.record(signed(), ceiling=90), landed("-4"))
    ledger.advance(intent, ended(State.VOID, Code.BURNED))
    assert position(ledger) == Base(0)
    assert ledger.memory().trades == ()


def test_nonces__the_highest_of_each_lane__whatever_became_of_it(ledger: Ledger) -> None:
    trade(ledger, 4, done("-1"))
    trade(ledger, 5, ended(State.VOID, Code.BURNED))
    assert ledger.memory().nonces == {LANE: 5}


def test_nonces__a_slot_that_other_bytes_took__was_not_ours(ledger: Ledger) -> None:
    trade(ledger, 4, done("-1"))
    trade(ledger, 5, ended(State.VOID, Code.REPLACED))
    assert ledger.memory().nonces == {LANE: 4}
    ledger.adopt({}, {LANE: 5}, {})
    assert ledger.memory().nonces == {LANE: 5}


def test_landed__the_latest_outcome__of_each_source(ledger: Ledger) -> None:
    trade(ledger, 1, done("-1", second=9))
    trade(ledger, 2, landed("-1", second=5))
    assert ledger.memory().landed == {stamp().source: stamp(9)}


def test_trades__oldest_first__with_the_time_when_the_fill_was_first_seen(ledger: Ledger) -> None:
    intent = ledger.advance(ledger.record(signed(tx(1)), ceiling=90), landed("-4", second=2))
    ledger.advance(intent, done("-4", second=60))
    trade(ledger, 2, done("1", second=30))
    assert ledger.memory().trades == (
        Traded(venue=VENUE, market=ETH, time_ms=START_MS + 2_000, notional=Usd(8_000), fresh=True),
        Traded(venue=VENUE, market=ETH, time_ms=START_MS + 30_000, notional=Usd(2_000), fresh=True),
    )


def test_trades__of_the_run_under_way__are_told_from_older_ones(ledger: Ledger) -> None:
    trade(ledger, 1, done("-4", second=2))
    ledger.begin_run("run", START_MS + 10_000)
    trade(ledger, 2, done("-1", second=12))
    assert [traded.fresh for traded in ledger.memory().trades] == [False, True]


def test_trades__of_an_order_that_waited__are_timed_by_the_fill(ledger: Ledger) -> None:
    intent = ledger.record(signed(), ceiling=90)
    working = Outcome(state=State.LANDED, stamp=stamp(1), order_id="o", settlement=fill("0"))
    ledger.advance(ledger.advance(intent, working), done("-4", second=50))
    [traded] = ledger.memory().trades
    assert traded.time_ms == START_MS + 50_000


def test_trades__older_than_a_week_before_the_last__are_forgotten(ledger: Ledger) -> None:
    for nonce, second in enumerate((0, 5, WEEK_S + 2)):
        trade(ledger, nonce, done("-1", second=second))
    assert [traded.time_ms - START_MS for traded in ledger.memory().trades] == [5_000, (WEEK_S + 2) * 1000]


def test_trades__without_a_fill__are_none(ledger: Ledger) -> None:
    trade(ledger, 1, done("0"))
    assert ledger.memory().trades == ()


def test_refusals__by_lane__when_they_were_mined(ledger: Ledger) -> None:
    trade(ledger, 1, ended(State.REFUSED, Code.REVERTED, second=3))
    trade(ledger, 2, ended(State.VOID, Code.BURNED, second=4))
    trade(ledger, 3, ended(State.REFUSED, Code.CANCELLED, second=WEEK_S + 5))
    assert ledger.memory().refusals == {LANE: (START_MS + (WEEK_S + 5) * 1000,)}


def test_gas__by_lane__what_each_transaction_took_and_when(ledger: Ledger) -> None:
    trade(ledger, 1, done("-1", second=3))
    trade(ledger, 2, ended(State.REFUSED, Code.REVERTED, second=4))
    trade(ledger, 3, done("0", second=5))
    taken = (START_MS + 5_000, 10**20), (START_MS + 3_000, 10**20)
    assert ledger.memory().gas == {LANE: taken}


def test_exposures__the_first_and_every_agreed_one__are_taken(ledger: Ledger) -> None:
    ledger.note(plan("10"))
    assert ledger.memory().exposures == {ETH: SeenExposure(taken=Base(10))}
    ledger.note(plan("11", Code.IN_BAND))
    assert ledger.memory().exposures == {ETH: SeenExposure(taken=Base(11))}


def test_exposures__unconfirmed__wait_beside_the_one_that_is_taken(ledger: Ledger) -> None:
    ledger.note(plan("10"))
    first = SeenExposure(taken=Base(10), pending=Base(12), pending_at=(stamp(3), stamp(4)), towards=Base(-10))
    ledger.note(replace(plan("10"), seen={ETH: first}))
    assert ledger.memory().exposures == {ETH: first}
    ledger.note(plan("12"))
    assert ledger.memory().exposures == {ETH: SeenExposure(taken=Base(12))}


def test_exposures__a_plan_that_takes_none__changes_nothing(ledger: Ledger) -> None:
    ledger.note(plan("10", pending="12"))
    ledger.note(replace(plan("99", Code.EXPOSURE_JUMP), seen={}))
    assert ledger.memory().exposures == {ETH: SeenExposure(taken=Base(10), pending=Base(12))}


def test_exposures__unchanged__add_no_fact(ledger: Ledger) -> None:
    for exposure in ("10", "10", "11"):
        ledger.note(plan(exposure))
    assert [fact.detail["taken"] for fact in ledger.facts(10)] == ["11", "10"]


def test_adopt__positions_nonces_and_exposures__are_the_new_baseline(ledger: Ledger) -> None:
    trade(ledger, 5, done("-4"))
    ledger.adopt({(VENUE, ETH): Base(-7)}, {LANE: 8}, {ETH: Base(9)})
    memory = ledger.memory()
    assert memory.positions == {(VENUE, ETH): Base(-7)}
    assert memory.nonces == {LANE: 8}
    assert memory.exposures == {ETH: SeenExposure(taken=Base(9))}
    trade(ledger, 9, done("1"))
    assert (position(ledger), ledger.memory().nonces) == (Base(-6), {LANE: 9})


def test_adopt__with_an_order_still_open__its_later_fill_counts(ledger: Ledger) -> None:
    intent = ledger.advance(ledger.record(signed(), ceiling=90), landed("-1"))
    ledger.adopt({(VENUE, ETH): Base(-7)}, {LANE: 7}, {})
    ledger.advance(intent, done("-3"))
    assert position(ledger) == Base(-9)


def test_adopt__each_thing__is_a_fact(ledger: Ledger) -> None:
    ledger.adopt({(VENUE, ETH): Base("-0.5")}, {LANE: 8}, {ETH: Base(9)})
    assert [(fact.kind, fact.subject, fact.detail) for fact in ledger.facts(3)] == [
        ("adopted exposure", ETH, "9"),
        ("adopted nonce", LANE, 8),
        ("adopted position", f"{VENUE} {ETH}", "-0.5"),
    ]


def test_hold__until_it_is_lifted__is_remembered_and_a_fact(ledger: Ledger, path: Path) -> None:
    ledger.hold("flattened")
    ledger.hold("flattened again")
    assert Ledger(path).memory().hold == "flattened again"
    ledger.hold(None)
    assert ledger.memory().hold is None
    assert [fact.kind for fact in ledger.facts(3)] == ["resume", "hold", "hold"]


def test_adopt__a_chain_that_was_reset__gives_its_slots_back_but_keeps_what_is_open(ledger: Ledger) -> None:
    trade(ledger, 4, done("-1"))
    waiting = ledger.record(signed(tx(5)), ceiling=90)
    now = replace(stamp(), block=1)

    ledger.adopt({}, {LANE: 3}, {}, [now])

    assert ledger.open() == [waiting]
    assert ledger.memory().landed == {now.source: now}
    ledger.advance(waiting, ended(State.VOID, Code.BURNED))
    assert ledger.record(signed(tx(4)), ceiling=90).state is State.SIGNED


def test_adopt__a_lane_that_is_no_longer_named__lets_its_open_intent_go(ledger: Ledger) -> None:
    ledger.record(signed(tx(7)), ceiling=90)
    ledger.adopt({}, {}, {})
    assert ledger.open() == []
    assert [fact.kind for fact in ledger.facts(9)] == ["let go"]


def test_hold__over_an_open_intent__revokes_it_and_nothing_that_comes_later(ledger: Ledger) -> None:
    earlier = ledger.record(signed(tx(7)), ceiling=90)
    ledger.hold("flattened")
    ledger.advance(earlier, ended(State.VOID, Code.BURNED))
    later = ledger.record(signed(tx(8)), ceiling=90)
    assert (ledger.intent(earlier.id).revoked, ledger.intent(later.id).revoked) == (True, False)
    assert ledger.memory().hold == "flattened"
    ledger.hold(None)
    assert ledger.memory().hold is None


def test_refusals__before_a_person_resumed__count_no_more(ledger: Ledger) -> None:
    trade(ledger, 7, ended(State.REFUSED, Code.REVERTED))
    assert len(ledger.memory().refusals[LANE]) == 1
    ledger.hold(None)
    assert ledger.memory().refusals == {}


def test_refs__of_every_attempt__whatever_became_of_it(ledger: Ledger) -> None:
    intent = ledger.advance(ledger.record(signed(tx(1)), ceiling=90), replace(signed(tx(1, 30)), ref="0xbump"))
    ledger.advance(intent, ended(State.VOID, Code.BURNED))
    trade(ledger, 2, done("-1"))
    assert ledger.memory().refs == {"0x1", "0xbump", "0x2"}


def test_refs__of_the_last_intents__alone(ledger: Ledger) -> None:
    for nonce in range(302):
        trade(ledger, nonce, done("0"))
    assert len(ledger.memory().refs) == 300
    assert "0x1" not in ledger.memory().refs


def test_sent__until_its_fate_is_known__is_named_with_its_venue(ledger: Ledger) -> None:
    intent = ledger.record(signed(tx(1)), ceiling=90)
    assert ledger.memory().sent == {"0x1": VENUE}
    ledger.advance(intent, landed("-1"))
    assert ledger.memory().sent == {}


def test_adopted__by_a_plan__is_what_our_fills_add_up_to_from_then_on(ledger: Ledger) -> None:
    ledger.note(rehearsal("0"))
    trade(ledger, 1, done("-10"))
    why = "auto-deleveraged, 4 at 1,900 (0xf1)"
    ledger.note(Plan(adopted=(Adopted(venue=VENUE, market=ETH, size=Base(-6), why=why),)))
    assert position(ledger) == Base(-6)
    trade(ledger, 2, done("-4"))
    assert position(ledger) == Base(-10)
    [fact] = [fact for fact in ledger.facts(10) if fact.kind == "changed"]
    assert (fact.subject, fact.detail) == (f"{VENUE} {ETH}", why)


def test_accounts__as_the_last_plan_saw_them__by_venue(ledger: Ledger) -> None:
    first, last = (
        SeenAccount(time_ms=at, equity=Usd("20000.5"), sizes={ETH: Base(-10)}, marks={ETH: Price("1999.5")})
        for at in (1, 2)
    )
    for seen in (first, last):
        ledger.note(Plan(accounts={VENUE: seen}))
    ledger.note(Plan())
    assert ledger.memory().accounts == {VENUE: last}
