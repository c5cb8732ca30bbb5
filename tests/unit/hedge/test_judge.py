"""What a rehearsal may and may not have done."""

from dataclasses import replace

import pytest

from agent.hedge import make_judge
from agent.model import (
    Address,
    Code,
    Draft,
    EvmTx,
    Kind,
    Movement,
    Name,
    Played,
    Reason,
    Rehearsal,
    View,
)
from agent.units import Base
from tests.unit.hedge.scene import LANE, NOW, OTHER, codes, held, sell, snapshot, view

TOKEN, SPENDER, ACCOUNT = Address("0xToken"), Address("0xSpender"), Address("0xAccount")
PAID = Movement(kind="Transfer", token=TOKEN, source=ACCOUNT, target=SPENDER, amount=100)
CALL = EvmTx(
    lane=LANE,
    nonce=7,
    expires_ms=NOW + 60_000,
    to=SPENDER,
    data=b"\x01",
    value=0,
    gas=1_000_000,
    max_fee=1,
    tip=1,
)
DONE = Played(tx=CALL, ok=True, gas_used=800_000, movements=(PAID,))
AFTER = view("-12")


def rehearsal(played: Played = DONE, after: View = AFTER, kind: Kind = Kind.REBALANCE) -> Rehearsal:
    """Two more ETH sold, 100 of a token paid."""
    draft = Draft(leg=replace(sell("2"), kind=kind), payloads=(CALL,), movements=(PAID,))
    return Rehearsal(before=snapshot(view("-10")), after=snapshot(after), drafts=(draft,), played=(played,))


def faults(of: Rehearsal) -> list[Reason]:
    return list(make_judge()(of).faults)


def test_judge__all_as_planned__finds_nothing() -> None:
    assert make_judge()(rehearsal()) == rehearsal()


def test_judge__nothing_was_planned__is_returned_as_it_is() -> None:
    empty = Rehearsal(before=snapshot(), after=snapshot())

    assert make_judge()(empty) == empty


def test_judge__reverted__says_what_the_contract_said() -> None:
    found = faults(rehearsal(replace(DONE, ok=False, said="CH_TLRS")))

    assert codes(found) == [Code.REHEARSAL_FAULT]
    assert (found[0].subject, found[0].value) == ("transaction 7 of evm:1:hot", "reverted: CH_TLRS")


@pytest.mark.parametrize(("size", "faulty"), [("-12", 0), ("-12.001", 0), ("-12.002", 1), ("-10", 1), ("-8", 1)])
def test_judge__position__must_end_where_the_plan_says(size: str, faulty: int) -> None:
    found = faults(rehearsal(after=view(size)))

    assert len(found) == faulty
    assert all((reason.subject, reason.limit) == ("perp ETH", "short 12") for reason in found)


def test_judge__a_position_that_no_leg_names__must_not_move() -> None:
    seen = rehearsal()
    before = replace(seen.before, views=(*seen.before.views, view("-5", venue=OTHER)))
    after = replace(seen.after, views=(*seen.after.views, view("-6", venue=OTHER)))

    found = faults(replace(seen, before=before, after=after))

    assert [(reason.subject, reason.value, reason.limit) for reason in found] == [("other ETH", "short 6", "short 5")]


def test_judge__a_venue_gone_dark__is_a_fault() -> None:
    found = faults(replace(rehearsal(), after=replace(snapshot(), views=())))

    assert [reason.value for reason in found] == ["cannot be read after the rehearsal"]


@pytest.mark.parametrize(
    "movement",
    [
        replace(PAID, amount=101),
        replace(PAID, target=Address("0xThief")),
        replace(PAID, source=Address("0xCold")),
        replace(PAID, token=Address("0xOther")),
        replace(PAID, kind="Approval"),
        replace(PAID, kind="Approval", amount=0),
    ],
    ids=["more", "other receiver", "other payer", "other token", "approval", "approval to zero"],
)
def test_judge__a_movement_that_the_draft_does_not_name__is_a_fault(movement: Movement) -> None:
    found = faults(rehearsal(replace(DONE, movements=(movement,))))

    assert codes(found) == [Code.REHEARSAL_FAULT]
    assert found[0].value == f"{movement.amount} from {movement.source} to {movement.target}"


def test_judge__a_named_movement_twice__exceeds_its_amount() -> None:
    assert len(faults(rehearsal(replace(DONE, movements=(PAID, PAID))))) == 1
    assert faults(rehearsal(replace(DONE, movements=(replace(PAID, amount=99),)))) == []


def test_judge__spot_is_touched__is_a_fault() -> None:
    found = faults(replace(rehearsal(), after=replace(snapshot(AFTER), held=(held("9"),))))

    assert [(reason.subject, reason.value, reason.limit) for reason in found] == [("spot of cold", "9 ETH", "10")]


def test_judge__spot_cannot_be_read_after__is_a_fault() -> None:
    assert len(faults(replace(rehearsal(), after=replace(snapshot(AFTER), held=())))) == 1


def test_judge__the_rate_of_a_staked_token_grew__is_no_fault() -> None:
    staked = replace(held("10").holdings[0], asset="wstETH", units="8.5")
    grown = replace(staked, amount=Base("10.0001"))
    seen = rehearsal()
    seen = replace(
        seen,
        before=replace(seen.before, held=(replace(held(), holdings=(staked,)),)),
        after=replace(seen.after, held=(replace(held(), holdings=(grown,)),)),
    )

    assert faults(seen) == []
    sold = replace(grown, units="8.4")
    assert len(faults(replace(seen, after=replace(seen.after, held=(replace(held(), holdings=(sold,)),))))) == 1


@pytest.mark.parametrize(
    ("before", "after", "faulty"), [("8.5", "8.6", 0), ("8.5", "8.50", 0), ("9", "10", 0), ("10", "9", 1)]
)
def test_judge__a_token_that_rebases__may_grow_and_never_shrink(before: str, after: str, faulty: int) -> None:
    token = replace(held("10").holdings[0], asset="stETH")
    then, now = (replace(held(), holdings=(replace(token, units=units),)) for units in (before, after))
    seen = rehearsal()
    seen = replace(seen, before=replace(seen.before, held=(then,)), after=replace(seen.after, held=(now,)))

    assert len(faults(seen)) == faulty


@pytest.mark.parametrize(("gas", "faulty"), [(900_000, 0), (900_001, 1)])
def test_judge__gas__leaves_a_tenth_of_the_limit(gas: int, faulty: int) -> None:
    assert len(faults(rehearsal(replace(DONE, gas_used=gas)))) == faulty


def test_judge__no_fork_to_be_had__stops_a_rebalance_for_that_alone() -> None:
    missing = Reason(code=Code.REHEARSAL_UNAVAILABLE, subject="rehearsal", value="upstream down")
    unplayed = replace(rehearsal(after=view("-10")), played=(), faults=(missing,))

    assert faults(unplayed) == [missing]


@pytest.mark.parametrize("code", [Code.REHEARSAL_UNAVAILABLE, Code.REHEARSAL_FAULT])
def test_judge__a_flatten__takes_faults_as_notes(code: Code) -> None:
    fault = Reason(code=code, subject="rehearsal", value="upstream down")

    judged = make_judge()(replace(rehearsal(kind=Kind.FLATTEN), faults=(fault,)))

    assert judged.faults == ()
    assert judged.reasons == (fault,)


def test_judge__a_flatten_that_reverts__is_noted() -> None:
    judged = make_judge()(rehearsal(replace(DONE, ok=False), kind=Kind.FLATTEN))

    assert judged.faults == ()
    assert codes(judged.reasons) == [Code.REHEARSAL_FAULT]
    assert judged.reasons[0].value == "reverted: no reason given"


def test_judge__one_leg_of_a_flatten_is_something_else__stops_all() -> None:
    seen = rehearsal(replace(DONE, ok=False), kind=Kind.FLATTEN)
    mixed = replace(seen, drafts=(*seen.drafts, rehearsal().drafts[0]), after=snapshot(view("-14")))

    assert codes(faults(mixed)) == [Code.REHEARSAL_FAULT]
    assert mixed.drafts[0].leg.venue == Name("perp")
