"""Whether the exposure can be believed, and that nothing is traded when it cannot."""

from dataclasses import replace

import pytest

from agent.model import Code, Gap, Memory, Name, SeenExposure, Snapshot, Stamp
from agent.units import Base
from tests.unit.hedge.scene import (
    COLD,
    ETH,
    NOW,
    OTHER,
    PERP,
    checked,
    codes,
    decided,
    denied,
    hedge,
    held,
    memory,
    sell,
    snapshot,
    stamp,
    terms,
    traded,
    view,
)

EARLIER = stamp(NOW - 12_000)
"""Of the first reading."""


def remembered(
    taken: str, pending: str | None = None, position: str = "-10", read_at: tuple[Stamp, ...] = (EARLIER,)
) -> Memory:
    seen = SeenExposure(
        taken=Base(taken), pending=Base(pending) if pending else None, pending_at=read_at if pending else ()
    )
    return replace(memory(position), exposures={ETH: seen})


def blind(position: str) -> Snapshot:
    gap = Gap(source=COLD, why="timed out")
    return replace(snapshot(view(position)), held=(), gaps=(gap,))


@pytest.mark.parametrize("position", ["0", "-10", "-30"])
def test_wallet__cannot_be_read__no_trade_either_way(position: str) -> None:
    plan = decided(blind(position), memory(position))

    assert plan.legs == ()
    assert plan.hedges == ()
    assert codes(plan.reasons) == [Code.SPOT_UNREADABLE]
    assert plan.reasons[0].value == "cold: timed out"


def test_wallet__cannot_be_read__a_leg_all_the_same_is_denied() -> None:
    assert Code.WRONG_WAY in denied(checked([sell("1")], blind("-5"), memory("-5")))


def test_wallet__one_of_two_cannot_be_read__the_other_is_no_substitute() -> None:
    wanted = replace(hedge(), wallets=(COLD, Name("safe")))

    plan = decided(snapshot(), wanted=wanted)

    assert plan.legs == ()
    assert plan.reasons[0].value == "safe: was not read"


def test_declaration__until_its_date__counts() -> None:
    seen = replace(snapshot(), held=(held("10", expires_ms=NOW + 1),))

    assert traded(decided(seen)) == Base(-10)


def test_declaration__past_its_date__no_trade_and_a_person() -> None:
    seen = replace(snapshot(view("-5")), held=(held("10", expires_ms=NOW),))

    plan = decided(seen, memory("-5"))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.DECLARATION_EXPIRED]
    assert plan.reasons[0].value == "cold: 10"


@pytest.mark.parametrize("spot", ["9.81", "10.19"])
def test_change__inside_the_band__is_taken_at_once(spot: str) -> None:
    plan = decided(snapshot(view("-10"), spot=spot), remembered("10"))

    assert codes(plan.reasons) == [Code.IN_BAND]
    assert plan.hedges[0].exposure == Base(spot)
    assert not plan.look_again


@pytest.mark.parametrize("spot", ["14", "6"])
def test_change__the_first_reading__waits_for_a_second(spot: str) -> None:
    plan = decided(snapshot(view("-10"), spot=spot), remembered("10"))

    assert plan.legs == ()
    assert plan.look_again
    assert codes(plan.reasons) == [Code.EXPOSURE_UNCONFIRMED]
    assert plan.reasons[0].value == f"10 -> {spot}"
    assert plan.hedges[0].exposure == Base(spot)


@pytest.mark.parametrize(("spot", "size"), [("14", "-4"), ("6", "4")])
def test_change__two_readings_agree__is_hedged(spot: str, size: str) -> None:
    plan = decided(snapshot(view("-10"), spot=spot), remembered("10", pending=spot))

    assert traded(plan) == Base(size)
    assert not plan.look_again


def test_change__the_second_reading_is_another__waits_again() -> None:
    plan = decided(snapshot(view("-10"), spot="14"), remembered("10", pending="12"))

    assert plan.look_again
    assert plan.legs == ()


BLOCK = stamp(NOW, block=100)
LATER = stamp(NOW + 2_000, block=101)


def read_at(at: Stamp, now_ms: int = 0, spot: str = "14") -> Snapshot:
    """A wallet that is read at this block while the chain says that it is that time."""
    return replace(
        snapshot(view("-10"), spot=spot),
        held=(replace(held(spot), stamp=at),),
        terms=(replace(terms(), stamp=at, now_ms=now_ms),),
    )


@pytest.mark.parametrize(("second", "confirms"), [(BLOCK, False), (stamp(NOW, block=99), False), (LATER, True)])
def test_change__read_twice__the_second_reading_must_be_of_a_later_block(second: Stamp, confirms: bool) -> None:
    """The same block says the same thing for ever; a lagging node shows an older one."""
    plan = decided(read_at(second), remembered("10", pending="14", read_at=(BLOCK,)))

    assert bool(plan.legs) is confirms
    assert plan.look_again is not confirms
    if not confirms:
        assert plan.seen[ETH] == SeenExposure(taken=Base(10), pending=Base(14), pending_at=(BLOCK,))


def test_change__the_first_reading__is_remembered_with_its_block_and_the_first_one_stays() -> None:
    first = decided(read_at(BLOCK), remembered("10"))
    again = decided(read_at(BLOCK), replace(memory("-10"), exposures=first.seen))

    assert first.seen == {ETH: SeenExposure(taken=Base(10), pending=Base(14), pending_at=(BLOCK,))}
    assert again.seen == first.seen
    taken = decided(read_at(LATER), replace(memory("-10"), exposures=again.seen))
    assert taken.seen == {ETH: SeenExposure(taken=Base(14))}


@pytest.mark.parametrize(("stands_s", "confirms"), [(29, False), (30, True)])
def test_change__a_chain_that_stands_still__its_head_may_be_read_again(stands_s: int, confirms: bool) -> None:
    """One that mines only on demand has no later block until we trade."""
    seen = read_at(BLOCK, now_ms=NOW + stands_s * 1000)

    assert bool(decided(seen, remembered("10", pending="14", read_at=(BLOCK,))).legs) is confirms
    assert decided(seen, remembered("10")).legs == (), "a first reading is never enough"
    behind = remembered("10", pending="14", read_at=(LATER,))
    assert decided(seen, behind).legs == (), "a node that lags does not stand still"


def test_change__two_sources__both_must_show_a_later_block() -> None:
    safe = replace(held("4", wallet=Name("safe")), stamp=stamp(NOW, Name("second"), 7))
    wanted = replace(hedge(), wallets=(COLD, Name("safe")))
    waiting = remembered("10", pending="14", read_at=(BLOCK, safe.stamp))
    seen = read_at(LATER, spot="10")

    half = decided(replace(seen, held=(*seen.held, safe)), waiting, wanted)
    moved = replace(safe, stamp=stamp(NOW + 1, Name("second"), 8))
    both = decided(replace(seen, held=(*seen.held, moved)), waiting, wanted)

    assert (half.legs, half.look_again) == ((), True)
    assert traded(both) == Base(-4)


def test_change__waits_in_a_journal_that_did_not_note_the_block__waits_for_one_more() -> None:
    plan = decided(read_at(LATER), remembered("10", pending="14", read_at=()))

    assert plan.legs == ()
    assert plan.seen[ETH].pending_at == (LATER,)


@pytest.mark.parametrize("spot", ["15.001", "4.999", "0"])
def test_jump__even_when_seen_twice__needs_a_person(spot: str) -> None:
    plan = decided(snapshot(view("-10"), spot=spot), remembered("10", pending=spot))

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.EXPOSURE_JUMP]
    assert plan.reasons[0].limit == "50 %"


def test_first_coins__after_an_empty_wallet__want_a_second_reading_only() -> None:
    empty = remembered("0", position="0")

    assert decided(snapshot(spot="10"), empty).look_again
    assert traded(decided(snapshot(spot="10"), remembered("0", pending="10", position="0"))) == Base(-10)


def test_first_run__nothing_remembered__is_taken() -> None:
    assert traded(decided(snapshot(spot="10"), Memory())) == Base(-10)


def test_dark_venue__less_is_seen_than_before__it_may_hold_the_rest() -> None:
    wanted = hedge(venues=(PERP, OTHER))

    plan = decided(snapshot(view("-10"), spot="8"), remembered("10", pending="8"), wanted)

    assert plan.legs == ()
    assert codes(plan.reasons) == [Code.NOT_SEEN, Code.SPOT_UNREADABLE]
    assert plan.reasons[1].limit == "8 now, 10 before"
