"""Calls to the routers, written and read back in their one spelling."""

from dataclasses import replace

import pytest

from agent.model import Address
from agent.venues.gmx_v2.methods import ExchangeRouter, Router, SubaccountRouter
from agent.venues.gmx_v2.orders import create_order, multicall, read_call
from agent.venues.gmx_v2.structs import NO_REFERRAL, NOBODY, CreateOrderParams, DecreaseSwap, OrderType

ACCOUNT, MARKET, USDC, VAULT = (Address("0x" + f"{n}" * 40) for n in (1, 2, 3, 4))
ORDER = CreateOrderParams(
    receiver=ACCOUNT,
    market=MARKET,
    initial_collateral_token=USDC,
    size_delta_usd=15_000 * 10**30,
    acceptable_price=2970 * 10**12,
    execution_fee=10**15,
    order_type=OrderType.MARKET_INCREASE,
)
FULL = replace(
    ORDER,
    cancellation_receiver=ACCOUNT,
    callback_contract=VAULT,
    ui_fee_receiver=VAULT,
    swap_path=(MARKET, USDC),
    initial_collateral_delta_amount=1,
    trigger_price=2,
    callback_gas_limit=3,
    min_output_amount=4,
    valid_from_time=5,
    order_type=OrderType.STOP_LOSS_DECREASE,
    decrease_position_swap_type=DecreaseSwap.COLLATERAL_TO_PNL_TOKEN,
    is_long=True,
    should_unwrap_native_token=True,
    auto_cancel=True,
    referral_code=b"\x07" * 32,
    data_list=(b"\x08" * 32,),
)


@pytest.mark.parametrize("order", [ORDER, FULL])
def test_create_order__read_back__is_the_same_order(order: CreateOrderParams) -> None:
    call = read_call(ExchangeRouter, create_order(order))
    assert (call.method, call.order()) == ("createOrder", order)
    delegated = read_call(SubaccountRouter, create_order(order, ACCOUNT))
    assert (delegated.args["account"], delegated.order()) == (ACCOUNT, order)


def test_create_order__what_is_not_said__swaps_calls_and_pays_nobody() -> None:
    quiet = (ORDER.cancellation_receiver, ORDER.callback_contract, ORDER.ui_fee_receiver, ORDER.swap_path)
    assert quiet == (NOBODY, NOBODY, NOBODY, ())
    assert (ORDER.referral_code, ORDER.is_long, ORDER.auto_cancel) == (NO_REFERRAL, False, False)


def test_multicall__read_back__is_its_calls_in_order() -> None:
    inner = (
        Router.SEND_WNT.data(VAULT, 10**15),
        Router.SEND_TOKENS.data(USDC, VAULT, 15_000 * 10**6),
        create_order(ORDER),
        Router.UPDATE_ORDER.data(bytes(32), 1, 2, 3, 4, 5, True),
        Router.CANCEL_ORDER.data(bytes(32)),
    )
    call = read_call(ExchangeRouter, multicall(*inner))
    names = [each.method for each in call.flat()]
    assert names == ["sendWnt", "sendTokens", "createOrder", "updateOrder", "cancelOrder"]
    assert call.calls[0].args == {"receiver": VAULT, "amount": 10**15}
    assert call.calls[1].args == {"token": USDC, "receiver": VAULT, "amount": 15_000 * 10**6}
    assert call.calls[3].args["autoCancel"] is True
    assert read_call(ExchangeRouter, inner[4]).flat() == (call.calls[4],)


@pytest.mark.parametrize(
    "data",
    [
        create_order(ORDER) + b"\x00",
        create_order(ORDER) + bytes(32),
        create_order(ORDER)[:-1],
        multicall(create_order(ORDER) + bytes(32)),
        Router.CANCEL_ORDER.data(bytes(32)) + bytes(1),
        b"",
    ],
)
def test_read_call__another_spelling__is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"bytes|no known method"):
        read_call(ExchangeRouter, data)


@pytest.mark.parametrize("data", [bytes.fromhex("deadbeef"), create_order(ORDER, ACCOUNT)])
def test_read_call__a_method_of_another_contract__is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="is no known method of ExchangeRouter"):
        read_call(ExchangeRouter, data)


def test_read_call__a_multicall_that_carries_something_else__is_refused() -> None:
    with pytest.raises(ValueError, match="is no known method of ExchangeRouter"):
        read_call(ExchangeRouter, multicall(Router.CANCEL_ORDER.data(bytes(32)), b"\x01\x02\x03\x04"))
