"""What a slot bids, and when."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chain.fees import Fees, bump, burn
from agent.evm_slot import evm_lane
from agent.firewall.perp_v2 import PerpV2
from agent.model import Address, EvmTx

OPERATOR = Address("0x00000000000000000000000000000000000000Aa")
VENUE = Address("0x00000000000000000000000000000000000000bB")
GWEI = 10**9
FEES = Fees(tip=GWEI, ceiling=100 * GWEI, ttl_ms=180_000)
CALL = EvmTx(
    lane=evm_lane(1, OPERATOR),
    nonce=7,
    expires_ms=0,
    to=VENUE,
    data=b"call",
    value=5,
    gas=900_000,
    max_fee=21 * GWEI,
    tip=GWEI,
)
WEI = st.integers(0, 10**12)


def test_a_bid__is_twice_the_base_fee_and_the_tip() -> None:
    assert FEES.bid(10 * GWEI) == 21 * GWEI


def test_a_bid__near_the_ceiling__is_cut_while_the_tip_still_gets_through() -> None:
    assert FEES.bid(99 * GWEI) == 100 * GWEI
    assert FEES.bid(99 * GWEI + 1) == 199 * GWEI + 2


def test_a_call__whose_bid_still_reaches_the_next_block__stays_as_it_is() -> None:
    assert bump(CALL, FEES.ceiling, 20 * GWEI, FEES) == CALL


def test_a_call__left_behind_by_the_base_fee__bids_anew_and_changes_nothing_else() -> None:
    bumped = bump(CALL, FEES.ceiling, 30 * GWEI, FEES)
    assert bumped.max_fee == 61 * GWEI
    assert replace(bumped, max_fee=CALL.max_fee, tip=CALL.tip) == CALL


def test_a_call__that_no_replacement_below_the_ceiling_could_follow__stays_as_it_is() -> None:
    near = replace(CALL, max_fee=89 * GWEI)
    assert bump(near, FEES.ceiling, 200 * GWEI, FEES) == near


@given(max_fee=WEI, tip=WEI, base_fee=WEI, ceiling=WEI)
def test_a_bump__whatever_the_market__is_taken_by_a_pool_and_never_above_the_ceiling(
    max_fee: int, tip: int, base_fee: int, ceiling: int
) -> None:
    last = replace(CALL, max_fee=max_fee + tip, tip=tip)
    found = bump(last, ceiling, base_fee, FEES)
    if found != last:
        assert found.max_fee <= ceiling
        assert found.tip <= found.max_fee
        assert found.max_fee * 100 >= last.max_fee * 110
        assert found.max_fee > last.max_fee


def test_a_burn__of_a_call__carries_nothing_to_ourselves_on_the_same_slot() -> None:
    found = burn(CALL, CALL, OPERATOR, 31_500, FEES.ceiling, 30 * GWEI, FEES)
    assert found is not None
    assert (found.to, found.data, found.value, found.gas) == (OPERATOR, b"", 0, 31_500)
    assert (found.nonce, found.lane, found.expires_ms) == (CALL.nonce, CALL.lane, CALL.expires_ms)
    assert found.max_fee == 61 * GWEI


def test_a_burn__that_the_next_block_takes__is_not_raised() -> None:
    first = burn(CALL, CALL, OPERATOR, 31_500, FEES.ceiling, 30 * GWEI, FEES)
    assert first is not None
    assert burn(CALL, first, OPERATOR, 31_500, FEES.ceiling, 40 * GWEI, FEES) == first
    raised = burn(CALL, first, OPERATOR, 31_500, FEES.ceiling, 90 * GWEI, FEES)
    assert raised is not None
    assert raised.max_fee == 181 * GWEI


def test_a_burn__may_bid_above_the_ceiling__but_never_cost_more_than_the_call() -> None:
    dear = burn(CALL, replace(CALL, max_fee=FEES.ceiling), OPERATOR, 21_000, FEES.ceiling, 10_000 * GWEI, FEES)
    assert dear is not None
    assert FEES.ceiling < dear.max_fee
    assert dear.gas * dear.max_fee <= CALL.gas * FEES.ceiling


def test_a_burn__that_cannot_outbid_the_call_within_its_cost__is_not_made_nor_the_call_sent_again() -> None:
    small = replace(CALL, gas=21_000, max_fee=FEES.ceiling)
    assert burn(small, small, OPERATOR, 21_000, FEES.ceiling, 1, FEES) is None


@given(max_fee=WEI, tip=WEI, base_fee=WEI, ceiling=WEI, gas=st.integers(21_000, 10**7))
def test_a_burn__whatever_the_market__outbids_the_call_within_its_cost(
    max_fee: int, tip: int, base_fee: int, ceiling: int, gas: int
) -> None:
    last = replace(CALL, max_fee=max_fee + tip, tip=tip)
    found = burn(CALL, last, OPERATOR, gas, ceiling, base_fee, FEES)
    if found is not None:
        assert found.gas * found.max_fee <= CALL.gas * ceiling
        assert found.max_fee * 100 >= last.max_fee * 110
        assert found.tip <= found.max_fee


@pytest.mark.parametrize(("estimate", "limit"), [(21_000, 31_500), (100_001, 150_001), (2_000_001, 3_000_000)])
def test_a_gas_limit__is_the_estimate_with_its_margin__up_to_the_most_allowed(estimate: int, limit: int) -> None:
    assert FEES.gas(estimate) == limit


def test_a_gas_limit__at_its_most__is_what_the_firewall_lets_through() -> None:
    """Above it nothing would ever be signed."""
    [pinned] = [field.default for field in fields(PerpV2) if field.name == "max_gas"]
    assert FEES.gas(10**9) == pinned
