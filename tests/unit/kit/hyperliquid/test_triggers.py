"""Stops and take-profits: alone, with a parent, with a position."""

from decimal import Decimal

from tests.unit.kit.hyperliquid.scene import OWNER, Scene, cloid, limit, stop


def test_stop_of_a_short__when_the_mark_reaches_it__buys_back_with_slippage() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    [resting] = scene.order(stop("B", "0.5", "2100", c=cloid(8)))
    [listed] = scene.ask("frontendOpenOrders")
    shown = {
        name: listed[name] for name in ("orderType", "isTrigger", "triggerPx", "triggerCondition", "tif", "cloid")
    }
    assert shown == {
        "orderType": "Stop Market", "isTrigger": True, "triggerPx": "2100.0",
        "triggerCondition": "Price above 2100.0", "tif": None, "cloid": cloid(8),
    }  # fmt: skip
    scene.exchange.set_oracle("ETH", Decimal(2100))
    scene.exchange.set_mark("ETH", Decimal("2099.9"))
    assert scene.exchange.position(OWNER.address, "ETH") == Decimal("-0.5")
    scene.exchange.set_mark("ETH", Decimal(2100))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    assert scene.ask("orderStatus", oid=resting["resting"]["oid"])["order"]["status"] == "filled"


def test_stop__without_a_position__is_rejected_when_it_triggers() -> None:
    scene = Scene()
    [resting] = scene.order(stop("B", "0.5", "2100"))
    scene.exchange.set_mark("ETH", Decimal(2100))
    assert scene.exchange.changes() == []
    status = scene.ask("orderStatus", oid=resting["resting"]["oid"])["order"]["status"]
    assert status == "reduceOnlyRejected"


def test_position_tpsl__follows_the_position_and_goes_with_it() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    assert scene.order(stop("B", "0.5", "2100"), grouping="positionTpsl") == ["waitingForTrigger"]
    scene.order(limit("A", "0.5", "1999"))
    scene.exchange.set_mark("ETH", Decimal(2100))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    scene.exchange.set_mark("ETH", Decimal(2000))
    scene.order(limit("A", "0.5", "1998"))
    scene.order(stop("B", "0.5", "2100"), grouping="positionTpsl")
    scene.order(limit("B", "0.5", "2010", r=True))
    assert scene.ask("openOrders") == []


def test_normal_tpsl__places_its_children_once_the_parent_is_filled() -> None:
    scene = Scene()
    parent = limit("A", "1", "2000", tif="Gtc")
    children = (stop("B", "1", "2100"), stop("B", "1", "1900", tpsl="tp"))
    statuses = scene.order(parent, *children, grouping="normalTpsl")
    assert [*statuses[0], *statuses[1:]] == ["resting", "waitingForFill", "waitingForFill"]
    assert len(scene.ask("frontendOpenOrders")) == 1
    scene.exchange.set_book("ETH", [(Decimal(2000), Decimal(1))], [(Decimal(2101), Decimal(5))])
    assert len(scene.ask("frontendOpenOrders")) == 2
    scene.exchange.set_mark("ETH", Decimal(2100))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    assert scene.ask("openOrders") == []
