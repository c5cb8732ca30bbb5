"""Bytes from outside: the GMX v2 codec reads them in one spelling or refuses them, and never fails otherwise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Mismatch
from agent.evm_slot import Log
from agent.model import Address
from agent.venues.gmx_v2 import events, reverts
from agent.venues.gmx_v2.abi import View
from agent.venues.gmx_v2.layouts import LAYOUTS
from agent.venues.gmx_v2.methods import ExchangeRouter
from agent.venues.gmx_v2.orders import create_order, multicall, read_call
from agent.venues.gmx_v2.structs import CreateOrderParams
from tests.unit.venues.gmx_v2.samples import answer

VIEWS = [view for layout in LAYOUTS.values() for view in layout.views()]
EMITTER = Address("0x" + "11" * 20)
uints, words = st.integers(0, 2**256 - 1), st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: Address(f"0x{raw.hex()}"))
orders = st.builds(
    CreateOrderParams,
    receiver=addresses,
    market=addresses,
    initial_collateral_token=addresses,
    swap_path=st.lists(addresses, max_size=3).map(tuple),
    size_delta_usd=uints,
    acceptable_price=uints,
    execution_fee=uints,
    order_type=st.integers(0, 255),
    referral_code=words,
    data_list=st.lists(words, max_size=3).map(tuple),
)


@given(st.sampled_from(VIEWS), st.binary(max_size=600))
def test_answer__of_any_bytes__is_refused_or_the_only_spelling(view: View[Any], raw: bytes) -> None:
    try:
        value = view.outputs_of(raw)
    except ValueError:
        return
    assert view.gives
    assert value


@given(st.sampled_from(VIEWS), st.integers(0, 3), st.data())
def test_answer__with_a_byte_changed__is_refused_or_another_value(
    view: View[Any], items: int, data: st.DataObject
) -> None:
    raw, _ = answer(view, items)
    place = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]
    try:
        found = view.outputs_of(changed)
    except ValueError:
        return
    assert found != view.outputs_of(raw)


@given(st.sampled_from(VIEWS), st.integers(0, 3), st.integers(1, 64))
def test_answer__longer_or_shorter__is_refused(view: View[Any], items: int, by: int) -> None:
    raw, _ = answer(view, items)
    for other in (raw + bytes(by), raw[:-by]):
        with pytest.raises((ValueError, Mismatch)):
            view.value_of(other)


@given(st.binary(max_size=300), st.sampled_from([b"", *reverts.TABLE]))
def test_revert__of_any_bytes__is_a_sentence(tail: bytes, selector: bytes) -> None:
    assert str(reverts.read(selector + tail))
    assert reverts.explain(f"0x{(selector + tail).hex()}")


@given(st.lists(words, max_size=5).map(tuple), st.binary(max_size=600))
def test_event__of_any_bytes__is_refused_or_passed_over(topics: tuple[bytes, ...], raw: bytes) -> None:
    for kind in (events.EVENT_LOG, events.EVENT_LOG_1, events.EVENT_LOG_2):
        log = Log(address=EMITTER, topics=(kind, *topics), data=raw)
        try:
            assert events.events([log], EMITTER) == ()
        except ValueError:
            assert events.is_event(log)


@given(st.lists(orders, min_size=1, max_size=3), st.integers(0, 63))
def test_call__of_any_orders__reads_back_and_takes_no_more_bytes(
    given_orders: list[CreateOrderParams], by: int
) -> None:
    data = multicall(*map(create_order, given_orders))
    calls = read_call(ExchangeRouter, data).calls
    assert [create_order(call.order()) for call in calls] == list(map(create_order, given_orders))
    with pytest.raises(ValueError, match="bytes"):
        read_call(ExchangeRouter, data + bytes(by + 1))
