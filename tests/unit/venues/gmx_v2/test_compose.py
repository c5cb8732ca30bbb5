"""A leg as transactions: whose router, what goes along, and who may not."""

from dataclasses import replace

import pytest

from agent.model import (
    Action,
    Cancel,
    Cannot,
    Claim,
    Code,
    Draft,
    Fund,
    Kind,
    Leg,
    Movement,
    Protect,
    Trade,
)
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2 import compose
from agent.venues.gmx_v2.keys import CONTROLLER, SUBACCOUNT_ORDER_ACTION, Keys
from agent.venues.gmx_v2.methods import Erc20, ExchangeRouter, SubaccountRouter
from agent.venues.gmx_v2.orders import read_call
from tests.unit.venues.gmx_v2.desk import ALONE, BUY, SELL, call_of, composed, denied, draft, order_of
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    AT,
    DAY_S,
    ETH,
    HOT,
    MARKET,
    ONE,
    OTHER_ROUTER,
    SHORTS_ON_COINS,
    USDC,
    WETH,
    Scene,
    infos,
    open_orders,
)
from tests.unit.venues.gmx_v2.scene import gmx_v2, look, terms


def test_increase__by_an_operator__goes_through_the_subaccount_router_and_moves_the_accounts_collateral() -> None:
    made = composed(Scene(infos=()), Fund(amount=Usd(5000)), SELL)
    assert isinstance(made, Draft)
    call = call_of(Scene(infos=()), Fund(amount=Usd(5000)), SELL)
    assert [each.method for each in call.calls] == ["sendWnt", "createOrder"]
    assert call.calls[1].args["account"] == ACCOUNT
    assert call.calls[1].order().initial_collateral_delta_amount == 5_000_000_000
    moved = Movement(kind="Transfer", token=USDC, source=ACCOUNT, target=AT["OrderVault"], amount=5_000_000_000)
    left = replace(moved, kind="Approval", target=AT["Router"], amount=15_000_000_000)
    assert made.movements == (moved, left)


def test_increase__by_an_operator_without_collateral__names_the_empty_transfer_that_the_coin_reports() -> None:
    made = composed(Scene(infos=()), SELL)
    assert isinstance(made, Draft)
    assert {(moved.kind, moved.amount) for moved in made.movements} == {("Transfer", 0), ("Approval", 20_000_000_000)}


def test_flatten__the_operator_is_not_allowed__prints_no_permission_for_whom_the_account_may_have_shut_out() -> None:
    scene = Scene(listed=False)
    view = look(scene)
    leg = Leg(venue=view.venue, actions=(BUY,), kind=Kind.FLATTEN)
    cannot = gmx_v2(scene).compose(leg, view, terms(view, scene))
    assert isinstance(cannot, Cannot)
    assert [call.to for call in cannot.calls] == [AT["ExchangeRouter"]]


def test_closes__an_order_that_can_be_cancelled_by_now__comes_first() -> None:
    scene = Scene(orders=open_orders("open.orders"))
    view = look(scene)
    from_ms = max(order.cancels_from_ms for order in view.orders)
    for now_ms, cancels in ((from_ms, len(view.orders)), (from_ms - 1, 0)):
        then = replace(view, stamp=replace(view.stamp, time_ms=now_ms))
        calls = compose.closes(gmx_v2(scene), then, (), 10**9)
        assert [read_call(ExchangeRouter, call.data).method for call in calls] == ["cancelOrder"] * cancels


def test_increase__by_the_account_itself__sends_the_collateral_along() -> None:
    call = read_call(ExchangeRouter, draft(replace(ALONE, infos=()), Fund(amount=Usd(5000)), SELL)[-1].data)
    assert [each.method for each in call.calls] == ["sendWnt", "sendTokens", "createOrder"]
    assert call.calls[1].args == {"token": USDC, "receiver": AT["OrderVault"], "amount": 5_000_000_000}


@pytest.mark.parametrize("allowance", [0, 1, 10**30])
def test_increase__by_the_account_itself_whatever_is_approved__approves_exactly_first(allowance: int) -> None:
    approval, order = draft(replace(ALONE, infos=(), allowance=allowance), Fund(amount=Usd(5000)), SELL)
    assert (approval.to, approval.nonce, order.nonce) == (USDC, 7, 8)
    assert Erc20.APPROVE.args(approval.data) == {"spender": AT["Router"], "amount": 5_000_000_000}


def test_order__its_execution_fee__is_4_350_000_gas_at_the_ceiling_and_all_that_is_sent() -> None:
    for scene, action in ((Scene(infos=()), SELL), (Scene(), BUY), (Scene(), Fund(amount=Usd(1)))):
        [tx] = draft(scene, action)
        order = order_of(scene, action)
        assert order.execution_fee == tx.value == 4_350_000 * 10**9
        assert call_of(scene, action).calls[0].args == {"receiver": AT["OrderVault"], "amount": tx.value}


def test_order__its_execution_fee__is_counted_apart_for_increases_and_decreases() -> None:
    store = {Keys.INCREASE_ORDER_GAS_LIMIT(): 4_000_000, Keys.ESTIMATED_GAS_FEE_MULTIPLIER_FACTOR(): 2 * ONE}
    assert order_of(Scene(infos=(), store=store), SELL).execution_fee == (1_350_000 + 8_000_000) * 10**9
    assert order_of(Scene(store=store), BUY).execution_fee == (1_350_000 + 6_000_000) * 10**9


def test_cancel__is_one_call_without_value() -> None:
    [tx] = draft(Scene(), Cancel(order_id="0x" + "07" * 32))
    call = read_call(SubaccountRouter, tx.data)
    assert (call.method, call.args, tx.value) == ("cancelOrder", {"key": b"\x07" * 32}, 0)


def test_cancel__of_an_order_that_adds__names_the_collateral_that_comes_back() -> None:
    [waiting] = open_orders("open.orders")
    scene, order_id = Scene(infos=(), orders=(waiting,)), f"0x{waiting['orderKey'].hex()}"
    made = composed(scene, Cancel(order_id=order_id))
    assert isinstance(made, Draft)
    back = Movement(kind="Transfer", token=USDC, source=AT["OrderVault"], target=ACCOUNT, amount=15_000 * 10**6)
    assert made.movements == (back,)


def test_cancel__of_a_stop__moves_nothing() -> None:
    [resting] = open_orders("sl.orders")
    made = composed(Scene(orders=(resting,)), Cancel(order_id=f"0x{resting['orderKey'].hex()}"))
    assert isinstance(made, Draft)
    assert made.movements == ()


def test_cancel__of_what_is_no_order_here__is_said() -> None:
    assert denied(Scene(), Cancel(order_id="12")).reason.code is Code.UNSUPPORTED


def test_router__newest_without_its_roles__the_next_one_carries() -> None:
    [tx] = draft(Scene(routers=(OTHER_ROUTER,)), BUY)
    assert tx.to == AT["SubaccountRouter"]
    [tx] = draft(replace(ALONE, routers=(OTHER_ROUTER,)), BUY)
    assert tx.to == AT["ExchangeRouter"]


def test_payloads__follow_the_lanes_nonce_and_fees() -> None:
    [tx] = draft(Scene(), BUY)
    assert (tx.nonce, tx.max_fee, tx.gas) == (7, 200_000_000, 1_500_000)


def test_no_router_left__the_account_itself_can_close() -> None:
    roles = Scene().roles - {(AT["SubaccountRouter"], CONTROLLER)}
    cannot = denied(Scene(roles=roles), BUY)
    assert cannot.reason.code is Code.HALTED
    [call] = cannot.calls
    assert (call.to, call.sender) == (AT["ExchangeRouter"], ACCOUNT)


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        (Scene(listed=False), f"{HOT} is not a subaccount of {ACCOUNT}"),
        (Scene(days=0), f"the permission of {HOT} has expired, or was never given an end"),
        (Scene(actions=(7, 7)), f"the permission of {HOT} has no actions left"),
    ],
)
def test_operator_not_allowed__a_reduction__is_printed_with_a_permission_that_works(scene: Scene, why: str) -> None:
    cannot = denied(scene, BUY)
    assert (cannot.reason.code, cannot.reason.value) == (Code.NOT_DELEGATED, why)
    permission, close = cannot.calls
    steps = read_call(SubaccountRouter, permission.data).calls
    assert [step.method for step in steps] == [
        "addSubaccount",
        "setMaxAllowedSubaccountActionCount",
        "setSubaccountExpiresAt",
    ]
    assert steps[1].args["maxAllowedCount"] == scene.actions[1] + 200
    assert steps[2].args["expiresAt"] == scene.now_s + 60 * DAY_S
    assert {step.args["actionType"] for step in steps[1:]} == {SUBACCOUNT_ORDER_ACTION}
    sent, created = read_call(ExchangeRouter, close.data).calls
    assert created.order().size_delta_usd == 3_000 * ONE
    assert close.value == sent.args["amount"] == created.order().execution_fee


def test_claim__by_an_operator__is_the_accounts_own_affair() -> None:
    cannot = denied(Scene(), Claim(market=ETH))
    assert cannot.reason.code is Code.OWNER
    [call] = cannot.calls
    claimed = {"markets": (MARKET, MARKET), "tokens": (WETH, USDC), "receiver": ACCOUNT}
    assert read_call(ExchangeRouter, call.data).args == claimed
    [tx] = draft(ALONE, Claim(market=ETH))
    assert tx.data == call.data


@pytest.mark.parametrize(
    ("scene", "action", "code"),
    [
        (Scene(), replace(SELL, size=Base(5)), Code.UNSUPPORTED),
        (Scene(at="two"), replace(SELL, market=SHORTS_ON_COINS), Code.UNSUPPORTED),
        (Scene(), replace(BUY, size=Base("5.000000000000000001")), Code.WRONG_WAY),
        (Scene(), replace(BUY, size=Base(-1)), Code.WRONG_WAY),
        (Scene(infos=()), BUY, Code.WRONG_WAY),
        (Scene(infos=()), Fund(amount=Usd(10)), Code.WRONG_WAY),
        (Scene(infos=()), Fund(amount=Usd(-10)), Code.WRONG_WAY),
        (Scene(infos=()), Protect(market=ETH, size=Base(-1), trigger=Price(4000)), Code.WRONG_WAY),
        (Scene(at="two"), Protect(market=SHORTS_ON_COINS, size=Base(-1), trigger=Price(4000)), Code.UNSUPPORTED),
    ],
)
def test_leg__that_the_exchange_would_cancel__is_not_composed(scene: Scene, action: Action, code: Code) -> None:
    assert denied(scene, action).reason.code is code


def test_leg__with_two_increases__is_not_composed_else_both_would_get_the_collateral() -> None:
    for scene in (Scene(infos=()), replace(ALONE, infos=())):
        assert denied(scene, Fund(amount=Usd(5000)), SELL, SELL).reason.code is Code.UNSUPPORTED


def test_closes__by_the_account__are_one_order_each_through_a_router_that_holds_its_roles() -> None:
    scene = Scene(at="two", routers=(OTHER_ROUTER,))
    view = look(scene)
    trades = tuple(
        Trade(market=each.market, size=-each.size, worst=Price(3100), reduce_only=True) for each in view.positions
    )
    calls = compose.closes(gmx_v2(scene), view, trades, 10**9)
    assert [call.to for call in calls] == [AT["ExchangeRouter"]] * 2
    orders = [read_call(ExchangeRouter, call.data).calls[1].order() for call in calls]
    assert [order.size_delta_usd for order in orders] == [
        info["position"]["numbers"]["sizeInUsd"] for info in infos("two")
    ]
    assert [order.initial_collateral_token for order in orders] == [USDC, WETH]
