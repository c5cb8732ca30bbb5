"""What became of one slot."""

from dataclasses import replace
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.evm_slot import (
    INDEX_LAG_MS,
    Foreign,
    Log,
    Mined,
    Open,
    Slot,
    chain_id_of,
    is_burn,
    operator_of,
    outcome,
    slot,
)
from agent.model import Code, Outcome, Settlement, State
from tests.kit.answers import read
from tests.unit.chain.lane import (
    BURN,
    CALL,
    CHAIN,
    GWEI,
    HEAD_NUMBER,
    LANE,
    NONCE,
    OPERATOR,
    VENUE,
    block,
    block_hash,
    chain,
    intent,
    receipt,
    signed,
)

TWO_ATTEMPTS = intent(signed(CALL), signed(BURN, "0xsecond"))
FILL = Settlement(gas_wei=5)


def found(table: dict[str, Any], of: Any = None) -> Slot:
    return read(slot(CHAIN, of or intent()), table)


def became(table: dict[str, Any], confirmations: int = 0, of: Any = None) -> Outcome:
    return outcome(found(table, of), confirmations, lambda mined: FILL)


def receipts(**by_ref: Any) -> dict[str, Any]:
    return {"eth_getTransactionReceipt": lambda ref: by_ref.get(ref.removeprefix("0x"))}


def used_by(ref: str, in_block: int, sender: str = OPERATOR) -> dict[str, Any]:
    """No receipt of ours, and the nonce went past the slot in that block."""

    def count(who: str, at: Any) -> str:
        number = int(at, 16) if isinstance(at, str) and at.startswith("0x") else HEAD_NUMBER
        return hex(NONCE + 1 if number >= in_block else NONCE)

    def full(tag: str, with_bodies: bool) -> dict[str, Any]:
        assert with_bodies
        mined = {"hash": ref, "from": sender.lower(), "nonce": hex(NONCE)}
        return block(int(tag, 16), transactions=[mined] if int(tag, 16) == in_block else [])

    return {"eth_getTransactionCount": count, "eth_getBlockByNumber": full}


def test_a_lane__names_its_chain_and_operator() -> None:
    assert (chain_id_of(LANE), operator_of(LANE)) == (42161, OPERATOR)


def test_a_burn__is_told_from_a_call() -> None:
    assert is_burn(BURN)
    assert not is_burn(CALL)


def test_a_slot__that_nothing_has_used__is_open() -> None:
    assert isinstance(found(chain()), Open)
    assert became(chain()).state is State.SIGNED


def test_a_slot__with_our_receipt__is_mined_with_its_cost_and_events() -> None:
    mined = found(chain(NONCE + 1, **receipts(first=receipt(l1Fee=hex(11)))))
    assert isinstance(mined, Mined)
    assert (mined.attempt.ref, mined.burned) == ("0xfirst", False)
    assert mined.receipt.gas_wei == 50_000 * 2 * GWEI + 11
    [log] = mined.receipt.logs
    assert (log.address.lower(), log.topics, log.data) == (VENUE.lower(), (b"\x01" * 32,), b"\x02\x03")
    assert isinstance(log, Log)


def test_a_fill__is_landed_until_it_is_deep_enough() -> None:
    table = chain(NONCE + 1, **receipts(first=receipt(number=998)))
    assert became(table, confirmations=3).state is State.LANDED
    assert became(table, confirmations=2).state is State.DONE
    assert became(table, confirmations=3).settlement == FILL


def test_a_revert__is_refused_once_it_is_deep_enough_and_open_before() -> None:
    table = chain(NONCE + 1, **receipts(first=receipt(number=998, ok=False)))
    refused = became(table, confirmations=2)
    assert (refused.state, refused.settlement) == (State.REFUSED, Settlement(gas_wei=50_000 * 2 * GWEI))
    assert refused.reason is not None
    assert (refused.reason.code, refused.reason.value) == (Code.REVERTED, "0xfirst")
    assert became(table, confirmations=3).state is State.SIGNED


def test_a_burn__makes_the_intent_void() -> None:
    table = chain(NONCE + 1, **receipts(second=receipt("0xsecond")))
    void = became(table, of=TWO_ATTEMPTS)
    assert void.state is State.VOID
    assert void.reason is not None
    assert (void.reason.code, void.reason.value) == (Code.BURNED, "0xsecond")


def test_the_first_attempt__mined_after_a_burn_was_signed__is_the_fill_that_it_is() -> None:
    table = chain(NONCE + 1, **receipts(first=receipt()))
    assert became(table, of=TWO_ATTEMPTS).state is State.DONE


def test_a_receipt__from_a_block_after_the_pin__does_not_count_yet() -> None:
    assert isinstance(found(chain(NONCE, **receipts(first=receipt(number=1001)))), Open)


def test_a_receipt__of_a_block_that_is_no_longer_on_the_chain__is_not_believed() -> None:
    dead = receipt(number=999) | {"blockHash": block_hash(999, "b")}
    with pytest.raises(Unreadable, match="no longer on the chain"):
        found(chain(NONCE + 1, **receipts(first=dead)))


@pytest.mark.parametrize("nonsense", [{"blockNumber": "0x1"}, {"logs": 3}, "yes", ["0x1"]])
def test_a_receipt__that_makes_no_sense__is_unreadable(nonsense: object) -> None:
    with pytest.raises(Unreadable, match="cannot decode"):
        found(chain(NONCE + 1, **receipts(first=nonsense)))


@pytest.mark.parametrize("in_block", [1000, 999, 981, 937])
def test_a_slot__used_by_bytes_that_are_not_ours__is_foreign_and_names_them(in_block: int) -> None:
    table = chain(NONCE + 1) | used_by("0xstranger", in_block)
    assert found(table) == Foreign(stamp=read(slot(CHAIN, intent()), chain()).stamp, block=in_block, ref="0xstranger")
    void = became(table)
    assert void.state is State.VOID
    assert void.reason is not None
    assert (void.reason.code, void.reason.value) == (Code.REPLACED, "0xstranger")
    assert became(table, confirmations=100).state is State.SIGNED


def test_a_slot__used_longer_ago_than_is_searched__is_foreign_without_a_name_once_no_index_can_lag() -> None:
    table = chain(NONCE + 1) | used_by("0xstranger", 936)
    old = replace(CALL, expires_ms=CALL.expires_ms - 3 * INDEX_LAG_MS)
    void = became(table, confirmations=3, of=intent(signed(old)))
    assert void.state is State.VOID
    assert void.reason is not None
    assert void.reason.value == "a transaction more than 64 blocks ago"
    with pytest.raises(Unreadable, match="by what cannot be seen yet"):
        found(table, of=intent(signed(replace(CALL, expires_ms=CALL.expires_ms + 3 * INDEX_LAG_MS))))


def test_a_slot__used_by_ours_whose_receipt_is_not_there_yet__is_unreadable_and_never_foreign() -> None:
    with pytest.raises(Unreadable, match="slot 7 was used in block 999, but its receipt is not there yet"):
        found(chain(NONCE + 1) | used_by("0xfirst", 999))


def test_a_slot__whose_block_shows_no_transaction_of_the_operator__is_unreadable() -> None:
    with pytest.raises(Unreadable, match="its receipt is not there yet"):
        found(chain(NONCE + 1) | used_by("0xstranger", 999, sender=VENUE))
