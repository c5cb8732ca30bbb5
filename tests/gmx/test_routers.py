"""What the recording does not show of the routers: dry runs of the later release, top-ups, switches, rights."""

from typing import Any

import pytest
from eth_abi.abi import decode
from web3.types import RPCEndpoint

from tests.gmx.desk import Desk, events
from tests.kit.devnet.errors import Reverted
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.keys import key, name
from tests.kit.gmx.orders import ANY_PRICE_BELOW, Ask, OrderType, created_key, execution_fee, params
from tests.kit.gmx.parameters import USD
from tests.kit.gmx.state import Gmx

pytestmark = pytest.mark.chain

_END_OF_SIMULATION, _EXTERNAL_CALL_FAILED, _NOT_FULFILLABLE = "4e48dcda", "59afd6c6", "e09ad0e9"
_ORDER_ACTION = name("SUBACCOUNT_ORDER_ACTION")


@pytest.fixture
def desk(gmx: Gmx) -> Desk:
    return Desk(gmx=gmx).fund()


@pytest.mark.parametrize(("acceptable", "error"), [(0, _END_OF_SIMULATION), (ANY_PRICE_BELOW, _NOT_FULFILLABLE)])
def test_dry_run__through_the_simulation_router__arrives_wrapped(
    gmx: Gmx, desk: Desk, acceptable: int, error: str
) -> None:
    gmx.chain.send(gmx.contract("USDC"), "approve", gmx.at("Router"), 3_000 * USDC_UNIT, sender=desk.account)
    ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=3_000 * USD, amount=3_000 * USDC_UNIT, acceptable=acceptable)
    answer = _simulated(gmx, desk, ask)
    assert answer[:4].hex() == _EXTERNAL_CALL_FAILED
    (inner,) = decode(["bytes"], answer[4:])
    assert inner[:4].hex() == error


def test_router__whose_role_was_taken__cannot_create_any_more(gmx: Gmx, desk: Desk) -> None:
    deployer = actor(Role.DEPLOYER).address
    role, router = name("CONTROLLER"), gmx.at("ExchangeRouter")
    gmx.chain.send(gmx.contract("RoleStore"), "revokeRole", router, role, sender=deployer)
    with pytest.raises(Reverted, match="0xa35b150b"):
        desk.ask(OrderType.MARKET_DECREASE, 3_000)


def test_claim__while_switched_off__is_refused(gmx: Gmx, desk: Desk) -> None:
    keeper.set_bool(gmx, True, "CLAIM_FUNDING_FEES_FEATURE_DISABLED", gmx.at("ExchangeRouter"))
    with pytest.raises(Reverted, match="0xdd70e0c9"):
        desk.claim()


def test_frozen_order__by_a_keeper_without_that_right__is_refused(gmx: Gmx, desk: Desk) -> None:
    limit = desk.ask(
        OrderType.LIMIT_INCREASE, 3_000, amount=3_000 * USDC_UNIT, trigger=2_900 * 10**12, acceptable=3_500 * 10**12
    )
    assert "OrderFrozen" in events(gmx, keeper.execute(gmx, limit))
    frozen_keeper = name("FROZEN_ORDER_KEEPER")
    roles, deployer = gmx.contract("RoleStore"), actor(Role.DEPLOYER).address
    gmx.chain.send(roles, "revokeRole", actor(Role.KEEPER).address, frozen_keeper, sender=deployer)
    with pytest.raises(Reverted, match="0xe5feddc0"):
        keeper.execute(gmx, limit)


def test_exits_that_follow_a_position__beyond_the_limit__are_refused(gmx: Gmx, desk: Desk) -> None:
    keeper.set_uint(gmx, 1, "MAX_AUTO_CANCEL_ORDERS")
    desk.ask(OrderType.STOP_LOSS_DECREASE, 3_000, trigger=3_300 * 10**12, auto_cancel=True)
    with pytest.raises(Reverted, match="0xf0794a60"):
        desk.ask(OrderType.STOP_LOSS_DECREASE, 3_000, trigger=3_400 * 10**12, auto_cancel=True)


def test_hot_key__that_may_be_topped_up__is_paid_its_gas_by_the_account(gmx: Gmx, desk: Desk) -> None:
    hot = Desk(gmx=gmx, role=Role.OPERATOR).fund()
    _delegate(gmx, desk, hot)
    most = ETHER // 1_000
    gmx.chain.send(
        gmx.contract("SubaccountRouter"), "setSubaccountAutoTopUpAmount", hot.account, most, sender=desk.account
    )
    gmx.chain.send(gmx.contract("WETH"), "deposit", sender=desk.account, wei=ETHER)
    gmx.chain.send(gmx.contract("WETH"), "approve", gmx.at("Router"), ETHER, sender=desk.account)
    done = events(gmx, _hot_order(gmx, desk, hot))
    paid = done["SubaccountAutoTopUp"]["amount"]
    assert 0 < paid <= most
    assert desk.balance("WETH") == ETHER - paid


def test_hot_key__of_a_disabled_integration__is_refused(gmx: Gmx, desk: Desk) -> None:
    hot = Desk(gmx=gmx, role=Role.OPERATOR).fund()
    _delegate(gmx, desk, hot)
    integration = b"\x01" * 32
    router = gmx.contract("SubaccountRouter")
    gmx.chain.send(router, "setIntegrationId", hot.account, integration, sender=desk.account)
    _hot_order(gmx, desk, hot)
    keeper.set_bool(gmx, True, "SUBACCOUNT_INTEGRATION_DISABLED", integration)
    with pytest.raises(Reverted, match="0x34e5c9e2"):
        _hot_order(gmx, desk, hot)


def test_stop_loss_of_a_hot_key__on_its_own__takes_no_collateral_from_the_account(gmx: Gmx, desk: Desk) -> None:
    hot = Desk(gmx=gmx, role=Role.OPERATOR).fund()
    _delegate(gmx, desk, hot)
    order = created_key(gmx, _hot_order(gmx, desk, hot))
    assert [found for found, _ in desk.orders()] == [order]
    assert desk.balance("USDC") == 50_000 * USDC_UNIT
    count = key("SUBACCOUNT_ACTION_COUNT", desk.account, hot.account, _ORDER_ACTION)
    assert gmx.contract("DataStore").functions.getUint(count).call() == 1


def _simulated(gmx: Gmx, desk: Desk, ask: Ask) -> bytes:
    """The error of create and dry run in one call."""
    router, vault, fee = gmx.contract("ExchangeRouter"), gmx.at("OrderVault"), execution_fee(gmx)
    tokens, now = [gmx.at("WETH"), gmx.at("USDC")], gmx.chain.now() + 60
    prices = [keeper.price(gmx, token) for token in ("WETH", "USDC")]
    dry_run = gmx.contract("SimulationRouter").encode_abi(
        "simulateExecuteLatestOrder", args=[(tokens, prices, now, now)]
    )
    calls = [
        router.encode_abi("sendWnt", args=[vault, fee]),
        router.encode_abi("sendTokens", args=[gmx.at("USDC"), vault, ask.amount]),
        router.encode_abi("createOrder", args=[params(gmx, desk.account, ask, fee)]),
        router.encode_abi("makeExternalCalls", args=[[gmx.at("SimulationRouter")], [dry_run], [], []]),
    ]
    return _error(gmx, desk, router.encode_abi("multicall", args=[calls]), fee)


def _error(gmx: Gmx, desk: Desk, data: str, wei: int) -> bytes:
    call: dict[str, Any] = {"from": desk.account, "to": gmx.at("ExchangeRouter"), "data": data, "value": hex(wei)}
    answer = gmx.chain.web3.provider.make_request(RPCEndpoint("eth_call"), [call, "latest"])
    return bytes.fromhex(answer["error"]["data"][2:])


def _delegate(gmx: Gmx, desk: Desk, hot: Desk) -> None:
    router = gmx.contract("SubaccountRouter")
    calls = [
        router.encode_abi("addSubaccount", args=[hot.account]),
        router.encode_abi("setMaxAllowedSubaccountActionCount", args=[hot.account, _ORDER_ACTION, 20]),
        router.encode_abi("setSubaccountExpiresAt", args=[hot.account, _ORDER_ACTION, gmx.chain.now() + 86_400]),
    ]
    gmx.chain.send(router, "multicall", calls, sender=desk.account)


def _hot_order(gmx: Gmx, desk: Desk, hot: Desk) -> Any:
    """A stop-loss for the account, by the hot key."""
    router, fee = gmx.contract("SubaccountRouter"), execution_fee(gmx)
    ask = Ask(kind=OrderType.STOP_LOSS_DECREASE, size_usd=3_000 * USD, trigger=3_300 * 10**12)
    calls = [
        router.encode_abi("sendWnt", args=[gmx.at("OrderVault"), fee]),
        router.encode_abi("createOrder", args=[desk.account, params(gmx, desk.account, ask, fee)]),
    ]
    return gmx.chain.send(router, "multicall", calls, sender=hot.account, wei=fee)
