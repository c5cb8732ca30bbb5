"""What changed the account without us, in the exchange's own words; the rest is in the contract of all venues."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.model import Cause, Happening
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.happened import MOST_ORDERS, MOST_PAGES, PAGE, happened
from agent.venues.hyperliquid.info import ask
from agent.venues.hyperliquid.ledger import to_moves
from tests.kit.hyperliquid.records import Transfer
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, HL, endowed

US, THEM = ACCOUNT.lower(), "0x" + "aa" * 20


def trades(scene: Scene) -> list[Happening]:
    return [each for each in scene.happened() if each.cause is not Cause.FUNDS]


def test_order__filled_in_parts__is_one_with_its_average_price(scene: Scene) -> None:
    """A level holds 10 ETH."""
    scene.sells("12")
    [sold] = trades(scene)
    parts = scene.exchange.fills(ACCOUNT)
    assert len(parts) == 2
    paid = sum((fill.price * fill.size for fill in parts), Decimal(0))
    assert (sold.size, sold.price) == (Base(-12), Price(paid / 12))


def test_coin__of_which_the_exchange_trades_a_thousand__is_told_in_ours(opens: Opens) -> None:
    exchange = endowed()
    exchange.quote("kPEPE")
    scene = opens(exchange, coins=("kPEPE",))
    scene.market = scene.view().markets[0].name
    scene.sells("2000000")
    exchange.deleverage(ACCOUNT, "kPEPE", Decimal(1_000), Decimal("0.02"))
    sold, taken = trades(scene)
    assert (taken.cause, taken.market, taken.size) == (Cause.ADL, scene.market, Base(1_000_000))
    assert (sold.size, taken.price) == (Base(-2_000_000), Price("0.00002"))


def test_fills__of_a_coin_that_is_not_configured__are_left_out(scene: Scene) -> None:
    scene.sells("1")
    with scene.exchange.engine.at() as state:
        state.records.fills.append(replace(state.records.fills[0], coin="BTC", order_id=9_999, trade_id=9_999))
    assert len(trades(scene)) == 1


def test_liquidation__of_another__that_our_order_met__is_a_trade_of_ours(scene: Scene) -> None:
    intent = scene.sells("1")
    with scene.exchange.engine.at() as state:
        [fill] = state.records.fills
        state.records.fills[0] = replace(fill, liquidation=(THEM, fill.price, "market"))
    [met] = trades(scene)
    assert (met.cause, met.ref) == (Cause.TRADE, intent.attempts[0].ref)


def test_backstop__that_takes_the_position__is_a_liquidation(scene: Scene) -> None:
    scene.sells("1")
    scene.exchange.liquidate(ACCOUNT, "ETH", backstop=True)
    assert [each.cause for each in trades(scene)] == [Cause.TRADE, Cause.LIQUIDATION]


def test_fills__more_than_a_page__are_all_read_once_each(scene: Scene) -> None:
    scene.sells("1")
    filled(scene, 3 * PAGE)
    assert len(trades(scene)) == 3 * PAGE + 1
    filled(scene, MOST_PAGES * PAGE)
    with pytest.raises(Unreadable, match=f"more fills than {MOST_PAGES} pages hold"):
        trades(scene)


def filled(scene: Scene, times: int) -> None:
    """Like the last one, a second later each."""
    with scene.exchange.engine.at() as state:
        last = state.records.fills[-1]
        for n in range(1, times + 1):
            trade, order = last.trade_id + n, last.order_id + n
            later = replace(last, time_ms=last.time_ms + n * 1000, trade_id=trade, order_id=order)
            state.records.fills.append(later)
    scene.exchange.advance(times)


def test_orders__that_reduced__more_than_can_be_asked_about__are_unreadable(scene: Scene) -> None:
    """Not to know which of them was a stop is not to know the cause."""
    scene.sells("1")
    scene.buys_back("0.1")
    with scene.exchange.engine.at() as state:
        last = state.records.fills[-1]
        more = (replace(last, order_id=10_000 + n, trade_id=10_000 + n) for n in range(MOST_ORDERS))
        state.records.fills.extend(more)
    with pytest.raises(Unreadable, match=f"{MOST_ORDERS + 1} orders have reduced"):
        trades(scene)


def move(kind: str, mode: str = "default", **more: Any) -> list[str]:
    rows = [{"time": 7, "hash": "0x1", "delta": {"type": kind, **more}}]
    read = ask(HL, to_moves(US, mode), type="userNonFundingLedgerUpdates")
    return [str(each.amount) for each in read.decode(json.dumps(rows).encode())]


OUT, IN = {"user": US, "destination": THEM}, {"user": THEM, "destination": US}
SELF = {"user": US, "destination": US}


@pytest.mark.parametrize(
    ("kind", "more", "amounts"),
    [
        ("deposit", {"usdc": "12.5"}, ["12.5"]),
        ("withdraw", {"usdc": "12.5", "nonce": 1, "fee": "1"}, ["-12.5"]),
        ("accountClassTransfer", {"usdc": "12.5", "toPerp": True}, ["12.5"]),
        ("accountClassTransfer", {"usdc": "12.5", "toPerp": False}, ["-12.5"]),
        ("internalTransfer", {"usdc": "12.5", **OUT, "fee": "0"}, ["-12.5"]),
        ("internalTransfer", {"usdc": "12.5", **IN, "fee": "0"}, ["12.5"]),
        ("subAccountTransfer", {"usdc": "12.5", **OUT}, ["-12.5"]),
        ("send", {"token": "USDC", "amount": "5", **OUT, "sourceDex": "", "destinationDex": ""}, ["-5"]),
        ("send", {"token": "USDC", "amount": "5", **OUT, "sourceDex": "spot", "destinationDex": ""}, []),
        ("send", {"token": "USDC", "amount": "5", **IN, "sourceDex": "spot", "destinationDex": ""}, ["5"]),
        ("send", {"token": "HYPE", "amount": "5", **OUT, "sourceDex": "", "destinationDex": ""}, []),
        ("spotTransfer", {"token": "USDC", "amount": "5", **OUT}, []),
        ("spotTransfer", {"token": "HYPE", "amount": "5", **OUT}, []),
        ("whatever comes next year", {}, []),
    ],
)
def test_ledger__each_kind_of_move__is_what_it_did_to_the_collateral(
    kind: str, more: dict[str, Any], amounts: list[str]
) -> None:
    assert move(kind, **more) == amounts


@pytest.mark.parametrize(
    ("kind", "more", "amounts"),
    [
        ("deposit", {"usdc": "12.5"}, ["12.5"]),
        ("accountClassTransfer", {"usdc": "12.5", "toPerp": True}, []),
        ("accountClassTransfer", {"usdc": "12.5", "toPerp": False}, []),
        ("internalTransfer", {"usdc": "12.5", **OUT, "fee": "0"}, ["-12.5"]),
        ("send", {"token": "USDC", "amount": "5", **OUT, "sourceDex": "spot", "destinationDex": ""}, ["-5"]),
        ("send", {"token": "USDC", "amount": "5", **IN, "sourceDex": "", "destinationDex": "spot"}, ["5"]),
        ("send", {"token": "USDC", "amount": "5", **SELF, "sourceDex": "", "destinationDex": "spot"}, []),
        ("send", {"token": "USDC", "amount": "5", **SELF, "sourceDex": "", "destinationDex": "other"}, ["-5"]),
        ("spotTransfer", {"token": "USDC", "amount": "5", **OUT}, ["-5"]),
        ("spotTransfer", {"token": "USDC:0x6d1e", "amount": "5", **IN}, ["5"]),
        ("spotTransfer", {"token": "HYPE", "amount": "5", **OUT}, []),
    ],
)
def test_ledger__of_a_unified_account__spot_dollars_are_collateral_too(
    kind: str, more: dict[str, Any], amounts: list[str]
) -> None:
    assert move(kind, "unifiedAccount", **more) == amounts


@pytest.mark.parametrize(("mode", "amounts"), [("default", []), ("unifiedAccount", [Usd("-700")])])
def test_spot_dollars__sent_away__are_collateral_where_the_account_is_unified(
    scene: Scene, mode: str, amounts: list[Usd]
) -> None:
    scene.exchange.set_mode(ACCOUNT, mode)
    scene.exchange.advance(1)
    with scene.exchange.engine.at() as state:
        now = state.now_ms
        state.records.transfers.append(
            Transfer(time_ms=now, user=US, kind="spotSend", to=THEM, amount=Decimal(700), dexes=("spot", "spot"))
        )
    assert [each.amount for each in scene.happened() if each.time_ms == now] == amounts


@pytest.mark.parametrize("more", [{}, {"usdc": 1.5}, {"usdc": "much"}])
def test_ledger__a_known_kind_in_another_form__makes_no_sense(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        move("deposit", **more)


def test_happened__after_the_view__is_of_the_next_one(scene: Scene) -> None:
    """What came later is not in its position."""
    view = scene.view()
    scene.exchange.advance(1)
    scene.sells("1")
    assert [each for each in scene.read(happened(scene.bench.venue, view, 0)) if each.cause is Cause.TRADE] == []
