"""What the next transaction of a lane must carry, and what an open slot is sent."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agent.chain.clock import ChainClock
from agent.chain.fees import Fees
from agent.chain.wire import EvmWire
from agent.errors import Unreadable
from agent.evm_slot import is_burn
from agent.model import Draft, EvmTx, Intent, Leg, Memory, Message, Name, Payload, Stamp, Terms
from tests.kit.answers import read
from tests.unit.chain.lane import (
    BURN,
    CALL,
    CHAIN,
    GWEI,
    LANE,
    NONCE,
    OPERATOR,
    START_S,
    block,
    chain,
    intent,
    signed,
)

FEES = Fees(tip=GWEI, ceiling=100 * GWEI, ttl_ms=180_000)
OURS = NONCE - 1


async def taken(raw: bytes) -> str:
    return f"one: taken {raw!r}"


def wire(fees: Fees = FEES) -> EvmWire:
    return EvmWire(CHAIN, 42161, OPERATOR, fees, ChainClock(lambda: 0), taken)


def terms(table: dict[str, Any], ours: int | None = OURS, landed: int | None = None) -> Terms:
    stamps = {} if landed is None else {CHAIN: Stamp(source=CHAIN, time_ms=0, block=landed)}
    return read(wire().terms(Memory(nonces={} if ours is None else {LANE: ours}, landed=stamps)), table)


def following(table: dict[str, Any], on: Intent) -> Payload | None:
    return read(wire().next(on), table)


def test_terms__of_a_quiet_lane__carry_the_nonce_the_fees_and_the_time_to_live() -> None:
    assert terms(chain()) == Terms(
        lane=LANE,
        stamp=Stamp(source=CHAIN, time_ms=START_S * 1000, block=1000, block_hash=block()["hash"]),
        nonce=NONCE,
        max_fee=21 * GWEI,
        tip=GWEI,
        ceiling=100 * GWEI,
        expires_ms=START_S * 1000 + 180_000,
        now_ms=START_S * 1000,
        gas_balance=10**18,
    )


def test_terms__where_the_head_is_old__go_by_the_block_that_comes_next() -> None:
    found = terms(chain(coming=block(1001, passed_s=600, base_fee=20 * GWEI)))
    assert found.expires_ms == (START_S + 600) * 1000 + 180_000
    assert found.max_fee == 41 * GWEI
    assert found.stamp.time_ms == START_S * 1000


@pytest.mark.parametrize("coming", [None, {}, "soon", Unreadable("no pending block here")])
def test_terms__where_a_node_knows_no_coming_block__go_by_the_head(coming: object) -> None:
    assert terms(chain(coming=coming)).expires_ms == START_S * 1000 + 180_000


def test_terms__with_our_own_transaction_in_the_pool__are_not_foreign() -> None:
    assert terms(chain(pending=NONCE + 1), ours=NONCE).foreign is None


@pytest.mark.parametrize(
    ("nonce", "pending", "ours", "said"),
    [
        (9, 9, 6, "the chain has mined nonce 8 of this key, but our last one is 6"),
        (7, 8, 6, "nonce 7 of this key waits in the pool, but our last one is 6"),
        (7, 9, 7, "nonce 8 of this key waits in the pool, but our last one is 7"),
        (7, 8, None, "nonce 7 of this key waits in the pool, but none of ours is known"),
    ],
)
def test_terms__of_a_key_that_was_used_elsewhere__name_both_nonces(
    nonce: int, pending: int, ours: int | None, said: str
) -> None:
    assert terms(chain(nonce, pending), ours).foreign == said


def test_terms__without_a_journal__take_the_chains_word() -> None:
    found = terms(chain(50), ours=None)
    assert (found.nonce, found.foreign) == (50, None)


def test_terms__from_a_node_behind_our_own_nonce__are_unreadable() -> None:
    with pytest.raises(Unreadable, match="main: nonce 7 at block 1000, but our last one is 8: the node lags"):
        terms(chain(7), ours=8)


def test_terms__from_a_node_behind_our_last_landing__are_unreadable() -> None:
    with pytest.raises(Unreadable, match="block 1000 is before our landing in 1001"):
        terms(chain(), landed=1001)
    assert terms(chain(), landed=1000).nonce == NONCE


def test_terms__with_a_lagging_pool__never_count_it_below_the_chain() -> None:
    assert terms(chain(7, pending=6)).foreign is None


def fitted(table: dict[str, Any], *payloads: Payload) -> list[Payload]:
    draft = Draft(leg=Leg(venue=Name("perp"), actions=()), payloads=payloads)
    return list(read(wire().fit(draft), table).payloads)


def test_gas__that_the_live_chain_can_estimate__replaces_what_was_composed() -> None:
    [found] = fitted(chain(eth_estimateGas=hex(200_000)), CALL)
    assert found == replace(CALL, gas=300_000)


def test_gas__of_a_call_that_needs_its_predecessor__stays_as_composed() -> None:
    def estimate(call: dict[str, str]) -> object:
        return hex(40_000) if call["data"] == "0x01" else Unreadable("execution reverted: allowance")

    approval, deposit = replace(CALL, data=b"\x01"), replace(CALL, data=b"\x02", nonce=NONCE + 1)
    assert fitted(chain(eth_estimateGas=estimate), approval, deposit) == [replace(approval, gas=60_000), deposit]


def test_gas__of_a_message__is_no_matter() -> None:
    message = Message(lane=LANE, nonce=1, expires_ms=0, url="https://venue.example", body=b"{}")
    assert fitted(chain(), message) == [message]


def test_an_open_slot__within_its_time_and_bid__is_sent_the_same_bytes() -> None:
    assert following(chain(), intent()) == CALL


def test_an_open_slot__left_behind_by_the_base_fee__is_bid_higher() -> None:
    found = following(chain(head=block(base_fee=30 * GWEI)), intent())
    assert isinstance(found, EvmTx)
    assert found == replace(CALL, max_fee=61 * GWEI, tip=found.tip)
    assert found.tip == GWEI * 9 // 8


@pytest.mark.parametrize("passed_s", [181, 20_000])
def test_an_open_slot__past_its_time__is_burned(passed_s: int) -> None:
    found = following(chain(coming=block(1001, passed_s=passed_s)), intent())
    assert isinstance(found, EvmTx)
    assert is_burn(found)
    assert (found.nonce, found.gas) == (NONCE, 31_500)
    assert found.max_fee >= CALL.max_fee * 110 // 100


@pytest.mark.parametrize("base_fee", [10 * GWEI, 30 * GWEI])
def test_an_open_slot__that_a_person_revoked__is_burned_and_never_sent_or_bid_higher(base_fee: int) -> None:
    table = chain(head=block(base_fee=base_fee))
    found = following(table, replace(intent(), revoked=True))
    assert isinstance(found, EvmTx)
    assert is_burn(found)
    assert found.nonce == NONCE
    assert found.max_fee >= CALL.max_fee * 110 // 100


def test_a_used_slot__though_revoked__is_sent_nothing() -> None:
    assert following(chain(NONCE + 1), replace(intent(), revoked=True)) is None


def test_an_open_slot__where_a_burn_cannot_be_estimated__is_burned_all_the_same() -> None:
    table = chain(coming=block(1001, passed_s=181), eth_estimateGas=Unreadable("no"))
    found = following(table, intent())
    assert isinstance(found, EvmTx)
    assert is_burn(found)
    assert found.gas == 31_500


def test_a_burned_slot__is_never_sent_the_call_again_even_when_time_seems_to_go_back() -> None:
    assert following(chain(), intent(signed(CALL), signed(BURN, "0xsecond"))) == BURN


def test_a_used_slot__is_sent_nothing() -> None:
    assert following(chain(NONCE + 1), intent()) is None


def test_an_open_slot__that_cannot_be_read__is_sent_nothing_blindly() -> None:
    with pytest.raises(Unreadable):
        following(chain(eth_getTransactionCount=Unreadable("dark")), intent())


def test_sending__gives_the_nodes_word_as_receipt() -> None:
    assert asyncio.run(wire().send(signed(CALL))).said == "one: taken b'raw'"
