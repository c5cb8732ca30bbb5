"""A leg as messages, and what cannot be one."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.hedge.outlook import cost, ties
from agent.message_slot import cloid_of
from agent.model import Cancel, Code, Draft, Fund, Leg, Message, Name, Protect, Trade
from agent.units import Base, Price, Usd
from tests.kit.devnet.roles import Role, actor
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene, action_of
from tests.venues.hyperliquid import ACCOUNT, ETH, HL, endowed

BY_HAND = "is for the account itself to move, in the exchange's own front end"


def sale(size: str, worst: str, *, reduce_only: bool = False) -> Trade:
    return Trade(market=ETH, size=-Base(size), worst=Price(worst), reduce_only=reduce_only)


# Trades -----------------------------------------------------------------------------------------------


def test_trade__first_opening__sets_leverage_and_then_takes_what_is_there(scene: Scene) -> None:
    terms = scene.terms()
    leverage, order = scene.actions(sale("1.23456789", "1990"))
    assert leverage == {"type": "updateLeverage", "asset": 1, "isCross": False, "leverage": 2}
    assert order == {
        "type": "order",
        "orders": [
            {
                "a": 1,
                "b": False,
                "p": "1990.9",
                "s": "1.2345",
                "r": False,
                "t": {"limit": {"tif": "Ioc"}},
                "c": cloid_of(terms.lane, terms.nonce + 1),
            }
        ],
        "grouping": "na",
    }


def test_trade__body__carries_its_slot_and_its_expiry(scene: Scene) -> None:
    terms, draft = scene.terms(), scene.draft(sale("1", "1990"))
    for n, payload in enumerate(draft.payloads):
        assert isinstance(payload, Message)
        body = json.loads(payload.body)
        assert list(body) == ["action", "nonce", "vaultAddress", "expiresAfter"]
        assert (body["nonce"], body["vaultAddress"]) == (terms.nonce + n, None)
        assert body["expiresAfter"] == payload.expires_ms == terms.stamp.time_ms + 15_000


def test_trade__of_a_sub_account__names_it(opens: Opens) -> None:
    scene = opens(master=actor(Role.STRANGER).address)
    [*_, order] = scene.draft(sale("1", "1990")).payloads
    assert isinstance(order, Message)
    assert json.loads(order.body)["vaultAddress"] == ACCOUNT.lower()


def test_leverage__set_already_or_with_a_position_or_for_a_reduction__is_left_alone(opens: Opens) -> None:
    exchange = endowed()
    exchange.set_leverage(ACCOUNT, "ETH", 2, is_cross=False)
    scene = opens(exchange)
    assert [each["type"] for each in scene.actions(sale("1", "1990"))] == ["order"]
    scene.sells("2")
    assert [each["type"] for each in scene.actions(sale("1", "1990"))] == ["order"]
    [back] = scene.actions(scene.trade(Base(1), reduce_only=True))
    assert back["orders"][0]["r"] is True


def test_trade__of_thousands__is_in_the_exchanges_own_coins(opens: Opens) -> None:
    exchange = endowed()
    exchange.quote("kPEPE")
    scene = opens(exchange, coins=("kPEPE",))
    trade = Trade(market=Name("PEPE"), size=-Base(1_999_999), worst=Price("0.00001191"), reduce_only=False)
    order = scene.actions(trade)[-1]["orders"][0]
    assert (order["a"], order["s"], order["p"]) == (3, "1999", "0.011916")


@pytest.mark.parametrize(("size", "worst"), [("0.004", "1990"), ("0.0051", "1900"), ("0.00001", "1990")])
def test_trade__below_ten_dollars_by_mark_or_limit__is_dust_and_not_sent(scene: Scene, size: str, worst: str) -> None:
    code, said = scene.refused(sale(size, worst))
    assert code is Code.DUST
    assert said.startswith(f"-{size} is worth ")


def test_trade__residue_of_a_position_below_ten_dollars__is_dust(scene: Scene) -> None:
    scene.sells("1.002")
    scene.buys_back("0.998")
    assert scene.position() == Base("-0.004")
    assert scene.refused(scene.trade(Base("0.004"), reduce_only=True))[0] is Code.DUST


def test_trade__without_a_legal_price__cannot_be_made(scene: Scene) -> None:
    trade = Trade(market=ETH, size=Base(100_000), worst=Price("0.004"), reduce_only=False)
    assert scene.refused(trade)[0] is Code.UNSUPPORTED


@pytest.mark.parametrize("size", ["-1", "4.1"])
def test_reduction__that_would_add_or_turn_round__goes_the_wrong_way(scene: Scene, size: str) -> None:
    scene.sells("4")
    assert scene.refused(scene.trade(Base(size), reduce_only=True))[0] is Code.WRONG_WAY


# Collateral -------------------------------------------------------------------------------------------


def test_fund__an_isolated_position__gets_all_of_it(scene: Scene) -> None:
    scene.sells("4")
    assert scene.actions(Fund(amount=Usd("1234.567891"))) == [
        {"type": "updateIsolatedMargin", "asset": 1, "isBuy": True, "ntli": 1_234_567_891}
    ]
    before = scene.view()
    scene.does(Fund(amount=Usd(1_000)))
    after = scene.view()
    assert (after.equity - before.equity, after.reserve - before.reserve) == (Usd(1_000), Usd(-1_000))


def test_fund__back__as_far_as_the_exchange_lets_it_go(scene: Scene) -> None:
    scene.sells("4")
    scene.does(Fund(amount=Usd(1_000)))
    free = scene.view().free
    assert free is not None
    assert Usd(990) < free <= Usd(1_000)
    scene.does(Fund(amount=-free))
    assert scene.view().free == Usd(0)
    code, said = scene.refused(Fund(amount=Usd(-1)))
    assert (code, said) == (
        Code.OWNER,
        f"take out 1 USD: 0.00 USD of a position's margin can be taken back; the rest {BY_HAND}",
    )


def test_fund__of_several_isolated_positions__the_most_endangered_gets_what_it_lacks(opens: Opens) -> None:
    scene = opens(coins=("ETH", "BTC"))
    scene.exchange.quote("BTC")
    scene.sells("4")
    scene.does(Trade(market=Name("BTC"), size=-Base("0.1"), worst=Price(59_000), reduce_only=False))
    scene.exchange.set_price("ETH", Decimal(2_100))
    scene.exchange.set_price("BTC", Decimal(66_000))
    for planned in (1_000, 500):
        [moved] = scene.actions(Fund(amount=Usd(planned)))
        lacking = Decimal(66_000) * Decimal("0.1") / 2 - Decimal(scene.shown("BTC")["marginUsed"])
        assert moved["asset"] == 0
        assert 0 <= moved["ntli"] - min(Decimal(planned), lacking) * 10**6 < 10_000
    assert 800 < lacking < 1_000


def test_fund__beside_a_first_opening__is_drawn_by_the_exchange(scene: Scene) -> None:
    actions = scene.actions(Fund(amount=Usd(4_100)), scene.trade(-Base(4)))
    assert [each["type"] for each in actions] == ["updateLeverage", "order"]


def test_fund__beside_an_increase__only_the_rest_is_moved(scene: Scene) -> None:
    scene.sells("4")
    scene.exchange.set_price("ETH", Decimal(2_200))
    view, trade = scene.view(), replace(scene.trade(-Base(1)), worst=Price(2_190))
    fund = Fund(amount=Usd(3_000))
    margin, order = scene.actions(fund, trade)
    rest = fund.amount - ties(view, trade) - cost(view, trade)
    assert (margin["ntli"], order["type"]) == (rest.to_int(6), "order")


@pytest.mark.parametrize("margin", ["isolated", "cross"])
def test_fund__where_the_agent_can_move_nothing__is_the_accounts_own_to_do(opens: Opens, margin: str) -> None:
    for amount in (1, -1):
        code, said = opens(margin=margin).refused(Fund(amount=Usd(amount)))
        assert code is Code.OWNER
        assert said.endswith(BY_HAND)


# Stops and cancels ------------------------------------------------------------------------------------


def test_stop__rests_until_the_mark_is_there_and_then_has_slack(scene: Scene) -> None:
    scene.sells("4")
    [order] = scene.actions(Protect(market=ETH, size=Base("3.00009"), trigger=Price("2500.06")))
    stop = order["orders"][0]
    assert (stop["b"], stop["s"], stop["r"], stop["p"]) == (True, "3", True, "2750")
    assert stop["t"] == {"trigger": {"isMarket": True, "triggerPx": "2500", "tpsl": "sl"}}
    scene.does(Protect(market=ETH, size=Base("3.00009"), trigger=Price("2500.06")))
    scene.exchange.set_price("ETH", Decimal(2_500))
    assert scene.position() == Base(-1)


def test_stop__without_a_position__goes_the_wrong_way(scene: Scene) -> None:
    assert scene.refused(Protect(market=ETH, size=Base(3), trigger=Price(2_500)))[0] is Code.WRONG_WAY


def test_cancel__names_asset_and_order(scene: Scene) -> None:
    scene.sells("4")
    scene.does(Protect(market=ETH, size=Base(3), trigger=Price(2_500)))
    [order] = scene.view().orders
    assert scene.actions(Cancel(order_id=order.id)) == [{"type": "cancel", "cancels": [{"a": 1, "o": int(order.id)}]}]
    scene.does(Cancel(order_id=order.id))
    assert scene.view().orders == ()
    assert scene.refused(Cancel(order_id=order.id))[0] is Code.UNSUPPORTED


# Slices -----------------------------------------------------------------------------------------------


def test_slices__each_an_order_with_a_name_of_its_own(scene: Scene) -> None:
    leg = Leg(venue=HL, actions=(sale("1", "1990"), sale("2", "1990"), sale("1", "1990")))
    draft = scene.venue.compose(leg, scene.view(), scene.terms())
    assert isinstance(draft, Draft)
    names = {action_of(payload)["orders"][0]["c"] for payload in draft.payloads[1:]}
    assert len(names) == 3
    assert [payload.nonce - draft.payloads[0].nonce for payload in draft.payloads] == [0, 1, 2, 3]


def test_bound__of_an_order_that_the_exchange_takes__holds_for_every_fill(scene: Scene) -> None:
    """All of what the depth shows within the bound is filled, and nothing beyond it."""
    scene.exchange.set_book("ETH", [(Decimal(p), Decimal(1)) for p in (1999, 1998, "1997.5", 1997)], [])
    point = scene.view().market(ETH).depth[2]
    scene.does(Trade(market=ETH, size=Base(-4), worst=point.bound, reduce_only=False))
    assert scene.position() == point.size == Base(-3)


def test_leverage__changed_by_hand_under_a_position__is_left_as_it_is(scene: Scene) -> None:
    scene.sells("1")
    scene.exchange.set_leverage(ACCOUNT, "ETH", 3, is_cross=False)
    scene.exchange.advance(601)
    assert [each["type"] for each in scene.actions(sale("1", "1990"))] == ["order"]
