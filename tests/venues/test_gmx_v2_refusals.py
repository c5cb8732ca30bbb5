"""GMX v2 on the local exchange: what is cancelled and why, what is switched off, and what nobody executes."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.model import Cancel, Code, Outcome, Protect, State, View
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2 import owner
from tests.gmx.desk import events
from tests.kit.devnet.chain import Chain
from tests.kit.devnet.errors import Reverted
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx import market as gmx_market
from tests.kit.gmx.keys import key, name
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.venues.desk import ETH, Sent, buy, fund, sell
from tests.venues.gmx_v2 import RESERVE, Desk

pytestmark = pytest.mark.chain

EXPIRY_S = 300


@pytest.fixture
def desk(gmx_desk: Desk) -> Desk:
    return gmx_desk


@pytest.fixture
def short(desk: Desk) -> Desk:
    """4 ETH short at 2,000 on 6,000 dollars."""
    desk.trade(fund("6000"), sell("4", "1950"))
    return desk


def refused(desk: Desk, sent: Sent, code: Code) -> str:
    """What the reason says of an order that came to nothing."""
    outcome: Outcome = desk.probe(sent.intent)
    assert (outcome.state, desk.look().orders) == (State.REFUSED, ())
    assert outcome.reason is not None
    assert outcome.reason.code is code
    assert outcome.settlement is not None
    assert outcome.settlement.gas_wei > 0
    assert outcome.settlement.filled == Base(0)
    return outcome.reason.value


def test_cancelled__for_its_price__may_be_tried_again_and_the_collateral_is_back(desk: Desk) -> None:
    said = refused(desk, desk.trade(fund("6000"), sell("4", "2100")), Code.CANCELLED)
    assert "worse than the order accepts" in said
    view = desk.look()
    assert view.allowance is not None
    assert (desk.balance(), view.allowance.held) == (RESERVE, Usd(60_000))
    assert (view.reserve, view.allowance.approved) == (Usd(54_000), Usd(54_000))  # it is used up all the same


def test_cancelled__for_want_of_room__says_so(desk: Desk) -> None:
    draft = desk.draft(fund("6000"), sell("4", "1950"))
    keeper.set_uint(desk.gmx, 1_000 * USD, "MAX_OPEN_INTEREST", desk.gmx.at("EthMarket"), False)
    [sent] = [desk.send(payload) for payload in draft.payloads]
    desk.execute()
    assert "limit of open interest" in refused(desk, sent, Code.CANCELLED)
    assert desk.balance() == RESERVE


def test_cancelled__for_want_of_collateral__says_so(desk: Desk) -> None:
    assert "collateral" in refused(desk, desk.trade(fund("10"), sell("4", "1950")), Code.CANCELLED)
    assert desk.balance() == RESERVE


def test_cancelled__by_a_market_that_was_closed_meanwhile__is_for_a_person(desk: Desk) -> None:
    [sent] = desk.do(fund("6000"), sell("4", "1950"))
    keeper.set_bool(desk.gmx, True, "IS_MARKET_DISABLED", desk.gmx.at("EthMarket"))
    desk.execute()
    assert "closed this market" in refused(desk, sent, Code.NOT_EXECUTABLE)


def test_full__the_limit_of_open_interest__is_seen_and_what_is_left_is_the_depth(desk: Desk) -> None:
    market = desk.gmx.at("EthMarket")
    keeper.set_uint(desk.gmx, 5_000 * USD, "MAX_OPEN_INTEREST", market, False)
    view = desk.look()
    assert (view.full, min(point.size for point in view.market(ETH).depth)) == (None, Base("-2.5"))
    keeper.set_uint(desk.gmx, 1, "MAX_OPEN_INTEREST", market, False)
    full = desk.look()
    assert full.full == "the market takes 0 USD more of shorts"
    assert [point for point in full.market(ETH).depth if point.size < Base(0)] == []


def test_full__with_a_position__does_not_stop_its_reduction(short: Desk) -> None:
    keeper.set_uint(short.gmx, 1, "MAX_OPEN_INTEREST", short.gmx.at("EthMarket"), False)
    short.trade(buy("1", "2100"))
    assert short.look().size(ETH) == Base(-3)


def switched_off(desk: Desk, kind: OrderType, switch: str) -> View:
    keeper.set_bool(desk.gmx, True, switch, desk.gmx.at("OrderHandler"), int(kind))
    return desk.look()


@pytest.mark.parametrize("switch", ["CREATE_ORDER_FEATURE_DISABLED", "EXECUTE_ORDER_FEATURE_DISABLED"])
def test_switched_off__increases__the_market_is_full_and_not_halted(desk: Desk, switch: str) -> None:
    view = switched_off(desk, OrderType.MARKET_INCREASE, switch)
    assert (view.halted, view.full) == (None, "the exchange has switched off what adds to positions")


@pytest.mark.parametrize("switch", ["CREATE_ORDER_FEATURE_DISABLED", "EXECUTE_ORDER_FEATURE_DISABLED"])
def test_switched_off__decreases__the_venue_is_halted(desk: Desk, switch: str) -> None:
    assert "switched off what reduces" in str(switched_off(desk, OrderType.MARKET_DECREASE, switch).halted)


def test_disabled_market__is_halted(desk: Desk) -> None:
    keeper.set_bool(desk.gmx, True, "IS_MARKET_DISABLED", desk.gmx.at("EthMarket"))
    assert desk.look().halted == "market ETH is disabled"


def test_router__of_an_old_release__carries_until_it_loses_its_role(short: Desk) -> None:
    devnet, old = short.devnet, short.devnet.exchange["SubaccountRouter"]
    new = released(devnet)
    pins = short.venue.contracts.model_copy(update={"subaccount_routers": (old, new)})
    moved = Desk(devnet, replace(short.venue, settings=short.venue.settings.model_copy(update={"contracts": pins})))
    assert carried_by(moved) == old
    role(devnet, "revokeRole", old, "CONTROLLER")
    assert carried_by(moved) == new
    moved.trade(buy("1", "2100"))
    assert moved.look().size(ETH) == Base(-3)
    assert short.look().halted is not None
    assert short.cannot(buy("1", "2100")).reason.code is Code.HALTED


def released(devnet: Devnet) -> str:
    """A second subaccount router, with its roles."""
    base = ("RoleStore", "DataStore", "EventEmitter", "OrderHandler", "Router", "OrderVault")
    at = tuple(devnet.exchange[each] for each in base)
    new = devnet.chain.deploy("GmxSubaccountRouter", *at, sender=actor(Role.DEPLOYER).address).address
    for each in ("CONTROLLER", "ROUTER_PLUGIN"):
        role(devnet, "grantRole", new, each)
    return new


def role(devnet: Devnet, method: str, who: str, what: str) -> None:
    chain: Chain = devnet.chain
    chain.send(devnet.contract("RoleStore"), method, who, name(what), sender=actor(Role.DEPLOYER).address)


def carried_by(desk: Desk) -> str:
    [call] = desk.draft(buy("1", "2100")).payloads
    return str(getattr(call, "to", ""))


def test_cancel__before_its_time__reverts_and_after_it_brings_the_collateral_back(desk: Desk) -> None:
    [sent] = desk.do(fund("6000"), sell("4", "1950"))
    [waiting] = desk.look().orders
    early = desk.do(Cancel(order_id=waiting.id))
    assert [(each.ok, "0xe8266438" in each.said) for each in early] == [(False, True)]
    keeper.pass_time(desk.gmx, EXPIRY_S + 1)
    late = desk.look()
    assert (late.orders[0].cancels_from_ms <= late.stamp.time_ms, late.equity) == (True, Usd(6_000))
    with pytest.raises(Reverted):
        desk.execute()
    assert desk.probe(sent.intent).order_id == waiting.id
    desk.fill(Cancel(order_id=waiting.id))
    assert "cancelled the order" in refused(desk, sent, Code.CANCELLED)
    assert (desk.balance(), desk.look().equity) == (RESERVE, Usd(0))


def test_frozen__a_resting_order__stays_is_seen_and_can_be_taken_back(short: Desk) -> None:
    """A limit order that a person has placed by hand: when its price came it could not be executed at it."""
    ask = Ask(
        kind=OrderType.LIMIT_INCREASE,
        size_usd=1_000 * USD,
        amount=1_000 * USDC_UNIT,
        trigger=2_100 * 10**12,
        acceptable=2_300 * 10**12,
    )
    placed = create(short.gmx, short.account, ask)
    gmx_market.set_price(short.devnet, Decimal(2100))
    frozen = keeper.execute(short.gmx, placed)
    assert "OrderFrozen" in events(short.gmx, frozen)
    [order] = short.look().orders
    assert (order.id, order.role) == ("0x" + placed.hex(), "working")
    held = short.balance()
    short.fill(Cancel(order_id=order.id))
    assert (short.look().orders, short.balance() - held) == ((), 1_000 * USDC_UNIT)


def test_underwater__a_close__is_cancelled_and_the_liquidation_is_seen(desk: Desk) -> None:
    desk.trade(fund("900"), sell("4", "1950"))
    gmx_market.set_price(desk.devnet, Decimal(2300))
    view = desk.look()
    [position] = view.positions
    assert position.liquidation is not None
    assert position.liquidation < Price(2300)
    assert view.equity < Usd(0)
    said = refused(desk, desk.trade(buy("4", "2500")), Code.CANCELLED)
    assert "a liquidation will" in said
    keeper.liquidate(desk.gmx, desk.account)
    assert desk.look().positions == ()


def test_liquidation__with_a_stop_and_an_order_on_the_way__takes_the_stop_along(short: Desk) -> None:
    short.fill(Protect(market=ETH, size=Base(4), trigger=Price(5000)))
    [sent] = short.do(buy("1", "9000"))
    gmx_market.set_price(short.devnet, Decimal(4000))
    keeper.liquidate(short.gmx, short.account)
    view = short.look()
    assert (view.positions, [order.size for order in view.orders]) == ((), [Base(0)])
    short.execute()
    assert "there is no such position" in refused(short, sent, Code.CANCELLED)


def test_deleveraged__by_a_part__what_is_left_is_seen(short: Desk) -> None:
    gmx_market.set_price(short.devnet, Decimal(1000))
    keeper.adl(short.gmx, short.account, 2_000 * USD)
    assert short.look().size(ETH) == Base(-3)


def revoked(desk: Desk) -> None:
    desk.by_owner(owner.revoke(desk.venue))


def used_up(desk: Desk) -> None:
    done = 1
    action = key("SUBACCOUNT_ORDER_ACTION")
    operator = actor(Role.OPERATOR).address
    router = desk.gmx.contract("SubaccountRouter")
    desk.gmx.chain.send(
        router, "setMaxAllowedSubaccountActionCount", operator, action, done, sender=actor(Role.ACCOUNT).address
    )


def expired(desk: Desk) -> None:
    keeper.pass_time(desk.gmx, 61 * 86_400)
    gmx_market.refresh_feeds(desk.devnet)


@pytest.mark.parametrize("end", [revoked, used_up, expired])
def test_permission__that_is_over__leaves_the_owners_calls(short: Desk, end: Callable[[Desk], None]) -> None:
    end(short)
    assert not short.look().may_trade
    cannot = short.cannot(buy("1", "2100"))
    assert cannot.reason.code is Code.NOT_DELEGATED
    again, closing = cannot.calls
    short.by_owner(closing)
    short.execute()
    assert short.look().size(ETH) == Base(-3)
    short.by_owner(again)
    assert short.look().may_trade
    short.trade(buy("1", "2100"))
    assert short.look().size(ETH) == Base(-2)


def test_permission__near_its_end__is_kept_for_exits(short: Desk) -> None:
    keeper.pass_time(short.gmx, 54 * 86_400)
    gmx_market.refresh_feeds(short.devnet)
    view = short.look()
    assert view.may_trade
    assert "increases need 20 and 7" in str(view.exits_only)
    short.trade(buy("4", "2100"))
    assert short.look().positions == ()
