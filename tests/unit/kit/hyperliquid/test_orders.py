from decimal import Decimal
from typing import Any

import pytest

from tests.kit.hyperliquid.checks import (
    INTEREST,
    MARGIN,
    MINIMUM,
    MISSING,
    NO_MATCH,
    REDUCE_ONLY,
    TICK,
    TOO_FAR,
    TRIGGER,
)
from tests.kit.hyperliquid.universe import InterestLimit
from tests.kit.hyperliquid.unknowns import Unknowns
from tests.unit.kit.hyperliquid.scene import (
    ALONE,
    BIDS,
    BTC,
    ETH,
    GONE,
    OTHER,
    OWNER,
    Scene,
    batch,
    cloid,
    limit,
    stop,
)

FEE = Decimal("0.00045")


def _error(text: str) -> list[dict[str, str]]:
    return [{"error": text}]


def test_ioc__within_one_level__fills_at_its_price() -> None:
    scene = Scene()
    [filled] = scene.order(limit("A", "0.5", "1990", c=cloid(1)))
    assert filled == {
        "filled": {"totalSz": "0.5", "avgPx": "1999", "oid": filled["filled"]["oid"], "cloid": cloid(1)}
    }
    [fill] = scene.ask("userFills")
    names = ("coin", "px", "sz", "side", "dir", "startPosition", "crossed", "cloid")
    assert {name: fill[name] for name in names} == {
        "coin": "ETH", "px": "1999.0", "sz": "0.5", "side": "A", "dir": "Open Short", "startPosition": "0.0",
        "crossed": True, "cloid": cloid(1),
    }  # fmt: skip
    assert Decimal(fill["fee"]) == Decimal("999.5") * FEE
    assert scene.value() == 10_000 - Decimal("0.5") - Decimal(fill["fee"])


def test_ioc__through_several_levels__averages_and_is_one_change() -> None:
    scene = Scene()
    [filled] = scene.order(limit("A", "3", "1990", c=cloid(2)))
    assert (filled["filled"]["totalSz"], filled["filled"]["avgPx"]) == ("3", "1995.66666667")
    assert [fill["px"] for fill in scene.ask("userFills")] == ["1990.0", "1998.0", "1999.0"]
    assert scene.exchange.changes_by_cloid() == {cloid(2): 1}
    [aggregated] = scene.ask("userFills", aggregateByTime=True)
    assert aggregated["sz"] == "3.0"


def test_ioc__beyond_its_limit__fills_in_part_and_the_rest_is_cancelled() -> None:
    scene = Scene(Unknowns(partial_ioc_status="canceled"))
    [filled] = scene.order(limit("A", "5", "1998", c=cloid(3)))
    assert filled["filled"]["totalSz"] == "2"
    assert scene.ask("openOrders") == []
    status = scene.ask("orderStatus", oid=cloid(3))["order"]
    assert (status["status"], status["order"]["origSz"], status["order"]["sz"]) == ("canceled", "5.0", "3.0")


def test_ioc__that_nobody_meets__is_an_error_inside_an_ok() -> None:
    scene = Scene()
    assert scene.order(limit("A", "1", "2000", c=cloid(4))) == _error(NO_MATCH)
    assert scene.ask("orderStatus", oid=cloid(4))["order"]["status"] == "iocCancelRejected"
    assert Scene(Unknowns(keeps_rejected=False)).order(limit("A", "1", "2000")) == _error(NO_MATCH)


def test_market_order_of_the_front_end__that_nobody_meets__says_so_in_other_words() -> None:
    [refused] = Scene().order(limit("A", "1", "2000", tif="FrontendMarket"))
    assert refused == {"error": "No liquidity available for market order."}


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (limit("A", "1", "1999.55"), TICK),
        (limit("B", "0.001", "59999.5", asset=BTC), TICK),
        (limit("A", "0.00001", "1999"), "Order has invalid size."),
        (limit("A", "0", "1999"), "Order has invalid size."),
        (limit("A", "0.005", "1999"), MINIMUM),
        (limit("A", "0.5", "1999", r=True), REDUCE_ONLY),
        (limit("A", "101", "1999"), MARGIN),
        (limit("B", "10", "1.5", asset=GONE), "a delisted asset is not allowed."),
        (limit("B", "1", "2001", tif="Alo"), "Post only order would have immediately matched, bbo was 1999@2001."),
        (stop("A", "0.5", "2001"), TRIGGER),
    ],
)
def test_order__against_a_rule__is_refused_by_itself_in_the_words_of_the_exchange(
    order: dict[str, Any], error: str
) -> None:
    scene = Scene()
    good = limit("A", "0.1", "1999")
    refused, filled = scene.order(order, good)
    assert refused == {"error": error}
    assert filled["filled"]["totalSz"] == "0.1"


@pytest.mark.parametrize(
    ("orders", "error"),
    [
        ([], "Order has invalid empty batch."),
        (
            [limit("A", "0.1", "1999"), stop("B", "0.1", "2100", r=False)],
            "Order has invalid TP/SL that is not reduce-only.",
        ),
        ([limit("A", "0.1", "1999"), limit("B", "0.1", "3601")], TOO_FAR),
        ([limit("A", "0.1", "1999"), limit("A", "0.1", "399")], TOO_FAR),
    ],
)
def test_batch__that_shows_its_fault_by_itself__gets_one_error_for_all(
    orders: list[dict[str, Any]], error: str
) -> None:
    as_err, as_status = Scene(Unknowns(batch_as_err=True)), Scene(Unknowns(batch_as_err=False))
    assert as_err.act(batch(*orders)) == {"status": "err", "response": error}
    assert as_status.order(*orders) == _error(error)
    assert as_err.exchange.changes() == as_status.exchange.changes() == []


def test_asset__that_does_not_exist__is_refused() -> None:
    answer = Scene().act(batch(limit("A", "1", "1999", asset=99)))
    assert answer == {"status": "err", "response": "Order has invalid asset."}


@pytest.mark.parametrize(("allowed", "sign"), [(True, 0), (False, -1)])
def test_small_close__below_ten_dollars__is_open_to_either(allowed: bool, sign: int) -> None:
    scene = Scene(Unknowns(small_close_allowed=allowed))
    scene.order(limit("A", "0.104", "1999"))
    scene.order(limit("B", "0.1", "2001", r=True))
    scene.order(limit("B", "0.004", "2001", r=True))
    assert scene.exchange.position(OWNER.address, "ETH") == sign * Decimal("0.004")


def test_reduce_only__larger_than_the_position__stops_at_zero() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    [filled] = scene.order(limit("B", "0.8", "2001", r=True))
    assert filled["filled"]["totalSz"] == "0.5"
    assert scene.exchange.position(OWNER.address, "ETH") == 0


def test_gtc__that_does_not_trade__rests_until_a_level_comes_to_it() -> None:
    scene = Scene()
    [resting] = scene.order(limit("B", "1", "2000", tif="Gtc", c=cloid(5)))
    assert resting["resting"]["cloid"] == cloid(5)
    [listed] = scene.ask("openOrders")
    assert (listed["side"], listed["limitPx"], listed["sz"], listed["oid"]) == (
        "B",
        "2000.0",
        "1.0",
        resting["resting"]["oid"],
    )
    assert scene.ask("l2Book", coin="ETH")["levels"][0][0] == {"px": "2000.0", "sz": "1.0", "n": 1}
    scene.exchange.set_book("ETH", BIDS, [(Decimal(1999), Decimal("0.4"))])
    [fill] = scene.ask("userFills")
    assert (fill["px"], fill["sz"], fill["crossed"]) == ("2000.0", "0.4", False)
    assert Decimal(fill["fee"]) == 800 * Decimal("0.00015")
    assert scene.ask("openOrders")[0]["sz"] == "0.6"


def test_gtc__that_trades_in_part__rests_with_what_is_left() -> None:
    scene = Scene()
    [resting] = scene.order(limit("A", "3", "1998", tif="Gtc"))
    assert "resting" in resting
    assert scene.exchange.position(OWNER.address, "ETH") == -2
    assert scene.ask("frontendOpenOrders")[0]["sz"] == "1.0"


def test_levels_at_one_price__trade_in_the_order_of_time() -> None:
    scene = Scene()
    scene.exchange.fund(OTHER.address, Decimal(10_000))
    scene.order(limit("B", "0.5", "2000", tif="Alo"))
    scene.order(limit("B", "0.5", "2000", tif="Alo"), by=OTHER)
    scene.exchange.set_book("ETH", BIDS, [(Decimal(2000), Decimal("0.7"))])
    sizes = [scene.exchange.position(each.address, "ETH") for each in (OWNER, OTHER)]
    assert sizes == [Decimal("0.5"), Decimal("0.2")]


def test_own_resting_order__met_by_a_new_one__expires() -> None:
    scene = Scene()
    [resting] = scene.order(limit("B", "1", "2000", tif="Gtc"))
    [filled] = scene.order(limit("A", "1", "1999"))
    assert filled["filled"]["avgPx"] == "1999"
    status = scene.ask("orderStatus", oid=resting["resting"]["oid"])
    assert status["order"]["status"] == "selfTradeCanceled"


def test_cancel__by_id_and_by_cloid__says_what_was_there() -> None:
    scene = Scene()
    [first, _] = scene.order(*(limit("B", "0.1", "1900", tif="Gtc", c=cloid(n)) for n in (6, 7)))
    oid = first["resting"]["oid"]
    cancel = scene.act({"type": "cancel", "cancels": [{"a": ETH, "o": oid}, {"a": ETH, "o": oid}]})
    assert cancel["response"] == {"type": "cancel", "data": {"statuses": ["success", {"error": MISSING}]}}
    by_cloid = scene.act({"type": "cancelByCloid", "cancels": [{"asset": ETH, "cloid": cloid(7)}]})
    assert by_cloid["response"]["data"]["statuses"] == ["success"]
    assert scene.ask("openOrders") == []


def test_modify__of_a_resting_order__places_it_anew() -> None:
    scene = Scene()
    [first] = scene.order(limit("B", "0.1", "1900", tif="Gtc"))
    new = limit("B", "0.2", "1901", tif="Gtc")
    answer = scene.act({"type": "batchModify", "modifies": [{"oid": first["resting"]["oid"], "order": new}]})
    [placed] = answer["response"]["data"]["statuses"]
    [listed] = scene.ask("openOrders")
    assert (listed["oid"], listed["limitPx"]) == (placed["resting"]["oid"], "1901.0")
    assert listed["oid"] != first["resting"]["oid"]


def test_schedule_cancel__at_its_time__takes_stops_along() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    scene.order(limit("B", "0.1", "1900", tif="Gtc"), stop("B", "0.5", "2100"))
    now = scene.exchange.now_ms
    assert scene.act({"type": "scheduleCancel", "time": now + 4_999})["status"] == "err"
    assert scene.act({"type": "scheduleCancel", "time": now + 5_000})["status"] == "ok"
    scene.exchange.advance(Decimal("4.9"))
    assert len(scene.ask("openOrders")) == 2
    scene.exchange.advance(1)
    assert scene.ask("openOrders") == []


def test_open_interest_cap__lets_positions_shrink_alone() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    for each in InterestLimit:
        scene.exchange.limit_interest("ETH", each)
        assert scene.order(limit("A", "0.1", "1999")) == _error(INTEREST[each][0])
    scene.exchange.limit_interest("ETH", InterestLimit.CAPPED)
    assert scene.ask("perpsAtOpenInterestCap") == ["ETH"]
    assert "filled" in scene.order(limit("B", "0.5", "2001"))[0]


def test_strictly_isolated_asset__takes_no_cross_leverage() -> None:
    cross = {"type": "updateLeverage", "asset": ALONE, "isCross": True, "leverage": 2}
    scene = Scene()
    assert scene.act(cross)["status"] == "err"
    assert scene.act(cross | {"isCross": False})["status"] == "ok"
