from decimal import Decimal
from typing import Any

import pytest

from tests.kit.hyperliquid.clearing import direction
from tests.kit.hyperliquid.universe import single_tier, table
from tests.unit.kit.hyperliquid.scene import ALONE, ETH, OWNER, Scene, limit

FEE = Decimal("0.00045")


def _d(text: str) -> Decimal:
    return Decimal(text)


def _leverage(scene: Scene, value: int, *, cross: bool, asset: int = ETH) -> dict[str, Any]:
    return scene.act({"type": "updateLeverage", "asset": asset, "isCross": cross, "leverage": value})


def _deep(scene: Scene, price: str, coin: str = "ETH") -> None:
    """Any size, at that price exactly."""
    scene.exchange.set_book(coin, [(_d(price), _d("100000"))], [(_d(price), _d("100000"))])


def test_entry__after_more_is_opened__averages_and_stays_when_some_is_closed() -> None:
    scene = Scene()
    _deep(scene, "2000")
    scene.order(limit("A", "1", "2000"))
    _deep(scene, "2100")
    scene.order(limit("A", "1", "2100"))
    assert scene.position()["entryPx"] == "2050.0"
    scene.order(limit("B", "0.5", "2100"))
    assert (scene.position()["entryPx"], scene.position()["szi"]) == ("2050.0", "-1.5")
    assert Decimal(scene.ask("userFills")[0]["closedPnl"]) == -25


def test_position_turned_round__realises_the_whole_and_opens_the_rest_anew() -> None:
    scene = Scene()
    _deep(scene, "2000")
    scene.order(limit("A", "1", "2000"))
    _deep(scene, "1900")
    scene.order(limit("B", "3", "1900"))
    fill = scene.ask("userFills")[0]
    assert (fill["dir"], fill["closedPnl"], fill["startPosition"]) == ("Short > Long", "100.0", "-1.0")
    assert (scene.position()["szi"], scene.position()["entryPx"]) == ("2.0", "1900.0")


def test_summary__of_a_cross_short__adds_up() -> None:
    scene = Scene()
    _deep(scene, "2000")
    _leverage(scene, 2, cross=True)
    scene.order(limit("A", "5", "2000"))
    scene.exchange.set_mark("ETH", _d("2100"))
    state = scene.ask("clearinghouseState")
    fee = 10_000 * FEE
    value = 10_000 - fee - 500
    assert Decimal(state["marginSummary"]["accountValue"]) == value
    assert Decimal(state["marginSummary"]["totalRawUsd"]) == value + 10_500
    assert Decimal(state["marginSummary"]["totalMarginUsed"]) == 5_250
    assert Decimal(state["withdrawable"]) == value - 5_250
    assert Decimal(state["crossMaintenanceMarginUsed"]) == 10_500 / Decimal(50)
    assert state["assetPositions"][0]["position"]["unrealizedPnl"] == "-500.0"


def test_withdrawable__at_high_leverage__keeps_a_tenth_of_the_notional() -> None:
    scene = Scene()
    _deep(scene, "2000")
    _leverage(scene, 25, cross=True)
    scene.order(limit("A", "5", "2000"))
    fee = 10_000 * FEE
    assert Decimal(scene.ask("clearinghouseState")["withdrawable"]) == 10_000 - fee - 1_000


def test_liquidation_price__of_a_cross_short__is_where_equity_meets_maintenance() -> None:
    scene = Scene()
    _deep(scene, "2000")
    scene.order(limit("A", "20", "2000"))
    end = Decimal(scene.position()["liquidationPx"])
    scene.exchange.set_mark("ETH", end)
    state = scene.ask("clearinghouseState")
    assert abs(Decimal(state["marginSummary"]["accountValue"]) - Decimal(state["crossMaintenanceMarginUsed"])) < _d(
        "0.001"
    )


def test_liquidation_price__of_a_covered_long__is_null() -> None:
    scene = Scene()
    _deep(scene, "2000")
    scene.order(limit("B", "0.5", "2000"))
    assert scene.position()["liquidationPx"] is None


def test_isolated_position__has_its_own_margin_and_can_be_given_more() -> None:
    scene = Scene()
    _deep(scene, "2000")
    _leverage(scene, 2, cross=False)
    scene.order(limit("A", "1", "2000"))
    position = scene.position()
    assert position["leverage"] == {"type": "isolated", "value": 2, "rawUsd": "3000.0"}
    assert position["marginUsed"] == "1000.0"
    cross = scene.ask("clearinghouseState")["crossMarginSummary"]["accountValue"]
    assert Decimal(cross) == 10_000 - 1_000 - 2_000 * FEE
    more = {"type": "updateIsolatedMargin", "asset": ETH, "isBuy": True, "ntli": 500_000_000}
    assert scene.act(more)["status"] == "ok"
    assert scene.position()["marginUsed"] == "1500.0"
    assert scene.act(more | {"ntli": -500_000_001})["status"] == "err"
    assert scene.act(more | {"ntli": -500_000_000})["status"] == "ok"
    assert _leverage(scene, 2, cross=True)["status"] == "err"
    scene.order(limit("B", "1", "2000"))
    assert scene.value() == 10_000 - 4_000 * FEE


def test_strictly_isolated_position__gives_no_margin_back() -> None:
    scene = Scene()
    _deep(scene, "20", "ALONE")
    _leverage(scene, 2, cross=False, asset=ALONE)
    scene.order(limit("A", "50", "20", asset=ALONE))
    add = {"type": "updateIsolatedMargin", "asset": ALONE, "isBuy": True, "ntli": 100_000_000}
    assert [scene.act(add | {"ntli": sign * 100_000_000})["status"] for sign in (1, -1)] == ["ok", "err"]


def test_leverage__is_checked_at_the_opening_alone() -> None:
    scene = Scene()
    _deep(scene, "2000")
    _leverage(scene, 2, cross=True)
    assert "filled" in scene.order(limit("A", "9.5", "2000"))[0]
    assert scene.order(limit("A", "1", "2000")) == [{"error": "Insufficient margin to place order."}]
    scene.exchange.set_mark("ETH", _d("2200"))
    assert _leverage(scene, 1, cross=True) == {"status": "err", "response": "Insufficient margin to place order."}
    assert "filled" in scene.order(limit("B", "1", "2000"))[0]


def test_resting_order__holds_margin() -> None:
    scene = Scene()
    _leverage(scene, 1, cross=True)
    scene.order(limit("B", "4", "1900", tif="Gtc"))
    assert Decimal(scene.ask("clearinghouseState")["withdrawable"]) == 10_000 - 7_600
    assert scene.order(limit("A", "1.3", "1990")) == [{"error": "Insufficient margin to place order."}]


def test_maintenance__across_tiers__is_continuous() -> None:
    tiers = table(55, "", (0, 25), (100, 15), (400, 5))
    for bound in (100, 400):
        below, above = tiers.maintenance(Decimal(bound) - _d("0.0001")), tiers.maintenance(Decimal(bound))
        assert abs(above - below) < _d("0.0001")
    assert tiers.maintenance(Decimal(50)) == 1
    assert tiers.maintenance(Decimal(1000)).quantize(_d("0.01")) == 2 + 10 + 60
    assert single_tier(20).maintenance(Decimal(400)) == 10


def test_order__into_a_tier_below_its_leverage__is_refused() -> None:
    scene = Scene()
    scene.exchange.fund(OWNER.address, _d("1000000000"))
    _leverage(scene, 25, cross=True)
    _deep(scene, "2000")
    refused = {"error": "Order would cause position to exceed margin tier limit at current leverage"}
    assert scene.order(limit("A", "50000", "2000")) == [refused]
    _leverage(scene, 15, cross=True)
    assert "filled" in scene.order(limit("A", "50000", "2000"))[0]


@pytest.mark.parametrize(
    ("before", "change", "name"),
    [("0", "-1", "Open Short"), ("-1", "1", "Close Short"), ("-1", "2", "Short > Long"), ("2", "-1", "Close Long"),
     ("2", "-3", "Long > Short"), ("0", "1", "Open Long")],
)  # fmt: skip
def test_direction__of_a_fill(before: str, change: str, name: str) -> None:
    assert direction(_d(before), _d(change)) == name


def test_unified_account__shows_equity_in_spot_alone() -> None:
    scene = Scene()
    _deep(scene, "2000")
    set_mode = {"type": "userSetAbstraction", "user": OWNER.address, "abstraction": "unifiedAccount"}
    assert scene.own(set_mode)["status"] == "ok"
    assert scene.ask("userAbstraction") == "unifiedAccount"
    _leverage(scene, 2, cross=True)
    scene.order(limit("A", "1", "2000"))
    scene.exchange.set_mark("ETH", _d("1900"))
    perps = scene.ask("clearinghouseState")
    assert (perps["marginSummary"]["accountValue"], perps["withdrawable"]) == ("0.0", "0.0")
    assert perps["assetPositions"][0]["position"]["szi"] == "-1.0"
    [usdc] = scene.ask("spotClearinghouseState")["balances"]
    assert Decimal(usdc["total"]) == 10_000 + 100 - 2_000 * FEE
    assert Decimal(usdc["hold"]) == 950
    assert scene.own({"type": "usdClassTransfer", "amount": "1", "toPerp": True})["status"] == "err"


def test_agent_set_abstraction__works_from_default_alone() -> None:
    scene = Scene()
    choose = {"type": "agentSetAbstraction", "abstraction": "u"}
    assert scene.act(choose)["status"] == "err"
    scene.exchange.set_mode(OWNER.address, "default")
    assert scene.act(choose)["status"] == "ok"
    assert scene.ask("userAbstraction") == "unifiedAccount"


def test_class_transfer__between_spot_and_perps__keeps_the_sum() -> None:
    scene = Scene()
    assert scene.own({"type": "usdClassTransfer", "amount": "4000", "toPerp": False})["status"] == "ok"
    assert scene.value() == 6_000
    assert scene.ask("spotClearinghouseState")["balances"][0]["total"] == "4000.0"
    assert scene.own({"type": "usdClassTransfer", "amount": "4000.01", "toPerp": True})["status"] == "err"
