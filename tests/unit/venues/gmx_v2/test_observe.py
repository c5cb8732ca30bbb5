"""One look: two batches, and what the exchange and the account let the operator do."""

import asyncio
import re
from dataclasses import replace

import pytest

from agent.errors import Mismatch
from agent.model import Address, Allowance
from agent.reading import drive
from agent.units import Usd
from agent.venues.gmx_v2.keys import CONTROLLER, ROUTER_PLUGIN, Key, Keys
from agent.venues.gmx_v2.structs import OrderType
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    AT,
    MARKET,
    OTHER_ROUTER,
    USDC,
    WETH,
    Scene,
    infos,
    open_orders,
)
from tests.unit.venues.gmx_v2.scene import gmx_v2, look, looked

UNLISTED, KEY = Address(f"0x{75:040d}"), "venues.gmx.market"


def test_observe__everything__is_asked_in_two_batches() -> None:
    view, exchange = looked(Scene(tickers=[]))
    on_chain = [asked for source, asked in exchange.asked if source == view.stamp.source]
    assert len(on_chain) == 2
    assert [source for source, _ in exchange.asked].count(gmx_v2(Scene()).tickers) == 1


@pytest.mark.parametrize("scene", [Scene(), Scene(infos=(), orders=open_orders("open.orders"))])
def test_observe__answers_of_another_release__are_a_wrong_pin(scene: Scene) -> None:
    with pytest.raises(Mismatch, match=r"answers in the layout 2\.2.*, not live: pin that version"):
        look(replace(scene, version="live"))


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        (Scene(dollar_decimals=18), f"{KEY}.short.decimals is 18, but {USDC} has 6"),
        (
            Scene(coin_decimals=8),
            f"{KEY}.long.decimals is 8, but {WETH} has 18; {KEY}.index.decimals is 8, but {WETH} has 18",
        ),
        (
            Scene(market=UNLISTED),
            f"{KEY}.token: the exchange has no market {UNLISTED}; the account has a position in market {MARKET}",
        ),
        (Scene(long_token=USDC), f"{KEY}.long.address is {USDC}, but market {MARKET} has {WETH}"),
    ],
    ids=["dollars", "coins", "market", "token"],
)
@pytest.mark.parametrize("flatten", [False, True])
def test_pins__that_the_exchange_contradicts__are_a_wrong_pin_in_the_first_batch(
    scene: Scene, why: str, flatten: bool
) -> None:
    exchange = Exchange(Scene())
    with pytest.raises(Mismatch, match=re.escape(f"gmx: {why}")):
        asyncio.run(drive([gmx_v2(replace(scene, flatten=flatten)).observe()], exchange))
    assert len(exchange.asked) == 1


def test_layout__another_release_on_an_empty_account__is_a_wrong_pin_in_two_batches() -> None:
    """2.2 and 2.2c differ by a field of positions alone: anybody's shows it."""
    anybodys = Scene(infos=(), others=infos("liq"))
    assert look(anybodys).positions == ()
    with pytest.raises(Mismatch, match=r"getPositionInfo .* in the layout 2\.2, not 2\.2c"):
        look(replace(anybodys, version="2.2c"))
    with pytest.raises(Mismatch, match=r"getOrder .* in the layout 2\.2 or 2\.2c, not live"):
        look(replace(anybodys, version="live"))


def test_layout__anybodys_position_cannot_be_valued__is_no_obstacle() -> None:
    assert look(Scene(infos=(), others=infos("liq"), unvalued=True)).positions == ()


@pytest.mark.parametrize(("balance", "allowance", "reserve"), [(100, 60, 60), (40, 60, 40)])
def test_reserve__of_an_operator__is_no_more_than_the_account_approved(
    balance: int, allowance: int, reserve: int
) -> None:
    scene = Scene(balance=balance * 10**6, allowance=allowance * 10**6)
    assert look(scene).reserve == Usd(reserve)
    assert look(replace(scene, operator=ACCOUNT)).reserve == Usd(balance)


def test_reserve__of_two_markets_of_one_account__is_one_and_says_where_to_send() -> None:
    assert look(Scene()).reserve_at == f"collateral {USDC} to account {ACCOUNT} on arbitrum"


def test_allowance__of_an_operator__is_told_apart_from_the_balance() -> None:
    assert look(Scene()).allowance == Allowance(
        approved=Usd(20_000),
        held=Usd(35_000),
        coin=f"collateral {USDC} of account {ACCOUNT} on arbitrum",
        spender=f"the exchange's Router {AT['Router']}, by `hedgekeeper gmx delegate --venue gmx --allowance`",
    )
    assert look(Scene(operator=ACCOUNT)).allowance is None


SUB = AT["SubaccountRouter"]


def test_router__the_newest_without_its_roles__the_next_one_carries() -> None:
    assert look(Scene(routers=(OTHER_ROUTER,))).halted is None


@pytest.mark.parametrize("role", [CONTROLLER, ROUTER_PLUGIN])
def test_router__one_of_two_roles_gone__halts_and_can_still_be_read(role: bytes) -> None:
    roles = Scene().roles - {(SUB, role)}
    view = look(Scene(roles=roles))
    assert view.halted == (
        f"no configured router holds its roles any more ({SUB}): pin the new release's, doctor helps"
    )
    assert len(view.positions) == 1


def test_switch__of_decreases__halts() -> None:
    key = Keys.CREATE_ORDER_FEATURE_DISABLED(AT["OrderHandler"], int(OrderType.MARKET_DECREASE))
    view = look(Scene(store={key: 1}))
    assert (view.halted, view.full) == ("the exchange has switched off what reduces positions", None)


@pytest.mark.parametrize("switch", [Keys.CREATE_ORDER_FEATURE_DISABLED, Keys.EXECUTE_ORDER_FEATURE_DISABLED])
def test_switch__of_increases__stops_nothing_in_the_way_of_a_reduction(switch: Key[bool]) -> None:
    view = look(Scene(store={switch(AT["OrderHandler"], int(OrderType.MARKET_INCREASE)): 1}))
    assert (view.halted, view.full) == (None, "the exchange has switched off what adds to positions")


def test_switch__of_subaccounts__halts_an_operator_and_not_the_account() -> None:
    store = {Keys.SUBACCOUNT_FEATURE_DISABLED(SUB): 1}
    assert look(Scene(store=store)).halted is not None
    assert look(Scene(store=store, operator=ACCOUNT)).halted is None


def test_switch__of_the_market__halts() -> None:
    assert look(Scene(store={Keys.IS_MARKET_DISABLED(MARKET): 1})).halted == "market ETH is disabled"


def test_delegation__plenty_left__no_word() -> None:
    view = look(Scene())
    assert (view.may_trade, view.exits_only) == (True, None)


@pytest.mark.parametrize(("actions", "days"), [((24, 5), 60), ((200, 181), 60), ((200, 5), 6)])
def test_delegation__fewer_than_20_actions_or_7_days__exits_only(actions: tuple[int, int], days: int) -> None:
    view = look(Scene(actions=actions, days=days))
    assert view.may_trade
    left = actions[0] - actions[1]
    assert view.exits_only == (
        f"{left} actions and {days} days are left (increases need 20 and 7); "
        "the account renews with what `hedgekeeper gmx delegate --venue gmx` prints"
    )


def test_delegation__exactly_20_actions_and_7_days__is_enough() -> None:
    assert look(Scene(actions=(25, 5), days=7)).exits_only is None


@pytest.mark.parametrize("scene", [Scene(listed=False), Scene(days=0), Scene(days=-1), Scene(actions=(5, 5))])
def test_delegation__gone_over_or_used_up__may_not_trade(scene: Scene) -> None:
    view = look(scene)
    assert (view.may_trade, view.exits_only) == (False, None)
    assert look(replace(scene, operator=ACCOUNT)).may_trade
