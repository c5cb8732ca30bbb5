"""What /info answers, with the quirks that its readers must know."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.hyperliquid.limits import info_weight
from tests.unit.kit.hyperliquid.scene import (
    AGENT,
    BIDS,
    ETH,
    GONE,
    OTHER,
    OWNER,
    STRANGER,
    Scene,
    batch,
    cloid,
    limit,
)


def test_meta__carries_optional_keys_only_where_they_hold() -> None:
    universe = Scene().ask("meta", of=None)["universe"]
    assert universe[ETH] == {"name": "ETH", "szDecimals": 4, "maxLeverage": 25, "marginTableId": 55}
    assert universe[GONE]["isDelisted"] is True
    assert [asset["name"] for asset in universe if "marginMode" in asset] == ["ALONE"]


def test_contexts__carry_no_name_and_freeze_for_a_delisted_asset() -> None:
    scene = Scene()
    universe, contexts = scene.ask("metaAndAssetCtxs", of=None)
    assert len(universe["universe"]) == len(contexts)
    assert "name" not in contexts[ETH]
    assert (contexts[GONE]["midPx"], contexts[GONE]["markPx"], contexts[GONE]["funding"]) == (None, "1.5", "0.0")
    assert (contexts[ETH]["midPx"], contexts[ETH]["oraclePx"]) == ("2000.0", "2000.0")


def test_oracle_and_mark__are_set_apart() -> None:
    scene = Scene()
    scene.exchange.set_oracle("ETH", Decimal("2001.2345"))
    scene.exchange.set_mark("ETH", Decimal("1999.5"))
    context = scene.ask("metaAndAssetCtxs", of=None)[1][ETH]
    assert (context["oraclePx"], context["markPx"]) == ("2001.2345", "1999.5")


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        (b"{", 400, None),
        (b'{"type":"meta","type":"meta"}', 400, None),
        ({"type": "nonsense"}, 422, None),
        ({"type": "clearinghouseState"}, 422, None),
        ({"type": "clearinghouseState", "user": "0x12"}, 422, None),
        ({"type": "userFunding", "user": OWNER.address}, 422, None),
        ({"type": "l2Book", "coin": "ETH", "nSigFigs": 6}, 422, None),
        ({"type": "metaAndAssetCtxs", "dex": "nowhere"}, 500, "null"),
        ({"type": "fundingHistory", "coin": "NONE", "startTime": 0}, 500, "null"),
        ({"type": "l2Book", "coin": "NONE"}, 200, "null"),
    ],
)
def test_reading__of_what_is_not_there__fails_in_its_own_way(body: Any, status: int, answer: str | None) -> None:
    reply = Scene().post("/info", body)
    assert reply.status == status
    assert reply.content_type == ("application/json" if answer else "text/plain")
    assert answer in (None, reply.body)


def test_book__of_a_delisted_coin__has_two_empty_sides() -> None:
    scene = Scene()
    level = [(Decimal("1.5"), Decimal(100))]
    scene.exchange.set_book("GONE", level, level)
    assert scene.ask("l2Book", of=None, coin="GONE")["levels"] == [[], []]


def test_delisting__of_a_coin__cancels_its_orders_and_refuses_new_ones() -> None:
    scene = Scene()
    [resting] = scene.order(limit("B", "0.1", "1900", tif="Gtc"))
    scene.exchange.delist("ETH")
    assert scene.ask("orderStatus", oid=resting["resting"]["oid"])["order"]["status"] == "delistedCanceled"
    assert "error" in scene.order(limit("A", "0.1", "1999"))[0]
    assert scene.ask("metaAndAssetCtxs", of=None)[1][ETH]["midPx"] is None


def test_book__rounded_to_figures__merges_levels_away_from_the_middle() -> None:
    scene = Scene()
    bids, asks = scene.ask("l2Book", of=None, coin="ETH", nSigFigs=3)["levels"]
    assert bids == [{"px": "1990.0", "sz": "7.0", "n": 3}]
    assert asks == [{"px": "2010.0", "sz": "7.0", "n": 3}]


def test_book__shows_twenty_levels_a_side() -> None:
    scene = Scene()
    scene.exchange.set_book("ETH", [(Decimal(1900 - step), Decimal(1)) for step in range(30)], [])
    assert [len(side) for side in scene.ask("l2Book", of=None, coin="ETH")["levels"]] == [20, 0]


def test_agent_address__reads_as_an_empty_account() -> None:
    scene = Scene()
    scene.order(limit("A", "0.5", "1999"))
    state = scene.ask("clearinghouseState", of=AGENT)
    assert (state["marginSummary"]["accountValue"], state["assetPositions"]) == ("0.0", [])
    assert scene.ask("userFills", of=AGENT) == []


@pytest.mark.parametrize(
    ("wallet", "role"), [(OWNER, "user"), (STRANGER, "missing"), (AGENT, "agent"), (OTHER, "missing")]
)
def test_role__of_each_address(wallet: Any, role: str) -> None:
    assert Scene().ask("userRole", of=wallet)["role"] == role


def test_account_mode__that_nobody_knows__is_passed_on() -> None:
    scene = Scene()
    scene.exchange.set_mode(OWNER.address, "dexAbstraction")
    assert scene.ask("userAbstraction") == "dexAbstraction"


def test_order_status__of_an_unknown_order__says_so() -> None:
    scene = Scene()
    assert scene.ask("orderStatus", oid=7) == {"status": "unknownOid"}
    assert scene.ask("orderStatus", oid=cloid(7)) == {"status": "unknownOid"}


def test_order_status__that_nobody_has_heard_of__is_passed_on() -> None:
    scene = Scene()
    scene.order(limit("A", "0.1", "1999", c=cloid(7)))
    scene.exchange.call_status(cloid(7), "sentToTheMoon")
    assert scene.ask("orderStatus", oid=cloid(7))["order"]["status"] == "sentToTheMoon"


def test_cloid__used_twice__is_two_orders_and_the_newest_is_found() -> None:
    scene = Scene()
    first, second = (scene.order(limit("A", "0.1", "1999", c=cloid(7)))[0] for _ in range(2))
    assert scene.exchange.changes_by_cloid() == {cloid(7): 2}
    found = scene.ask("orderStatus", oid=cloid(7))["order"]["order"]["oid"]
    assert found == second["filled"]["oid"] != first["filled"]["oid"]


def test_active_asset__without_a_position__shows_room_on_both_sides() -> None:
    scene = Scene()
    scene.act({"type": "updateLeverage", "asset": ETH, "isCross": True, "leverage": 2})
    found = scene.ask("activeAssetData", coin="ETH")
    assert found["availableToTrade"] == ["10000.0", "10000.0"]
    assert found["maxTradeSzs"] == ["10.0", "10.0"]


def test_fees__are_those_of_the_base_tier() -> None:
    found = Scene().ask("userFees")
    assert (found["userCrossRate"], found["userAddRate"]) == ("0.00045", "0.00015")


def test_fills_by_time__of_a_span__come_oldest_first() -> None:
    scene = Scene()
    for _ in range(2):
        scene.order(limit("A", "0.1", "1999"))
        scene.exchange.advance(60)
    start = scene.exchange.now_ms - 120_000
    times = [fill["time"] for fill in scene.ask("userFillsByTime", startTime=start)]
    assert times == [start, start + 60_000]
    assert scene.ask("userFillsByTime", startTime=start + 60_001) == []


def test_status__trails_the_exchange_clock() -> None:
    scene = Scene()
    assert scene.ask("exchangeStatus", of=None)["time"] == scene.exchange.now_ms - 200
    scene.exchange.lag(90_000)
    assert scene.ask("clearinghouseState")["time"] == scene.exchange.now_ms - 90_000


@pytest.mark.parametrize(
    "kind",
    ["perpDexs", "allPerpMetas", "predictedFundings", "maxMarketOrderNtls", "perpsAtOpenInterestCap", "allMids"],
)
def test_reading__of_the_market__answers(kind: str) -> None:
    assert Scene().ask(kind, of=None) is not None


def test_margin_table__below_50__is_one_tier() -> None:
    assert Scene().ask("marginTable", of=None, id=3)["marginTiers"] == [{"lowerBound": "0.0", "maxLeverage": 3}]


def test_weights__of_one_look__add_up_and_pass_with_the_minute() -> None:
    scene = Scene()
    before = scene.exchange.weight_used()
    for kind in ("clearinghouseState", "metaAndAssetCtxs", "frontendOpenOrders", "userRole"):
        scene.ask(kind)
    assert scene.exchange.weight_used() - before == 2 + 20 + 20 + 60
    assert (info_weight("orderStatus"), info_weight("userFees")) == (2, 20)
    scene.exchange.advance(60)
    assert scene.exchange.weight_used() == 0


def test_ip_budget__when_it_is_spent__answers_429_until_the_minute_is_over() -> None:
    scene = Scene()
    scene.exchange.exhaust_ip()
    assert scene.post("/info", {"type": "allMids"}).status == 429
    assert scene.post("/exchange", AGENT.l1({"type": "noop"}, scene.nonce())).status == 429
    scene.exchange.advance(61)
    assert scene.post("/info", {"type": "allMids"}).status == 200


def test_address_budget__when_it_is_spent__lets_cancels_and_one_action_in_ten_seconds_pass() -> None:
    scene = Scene()
    [resting] = scene.order(limit("B", "0.1", "1900", tif="Gtc"))
    scene.exchange.exhaust_address(OWNER.address)
    assert scene.act(batch(limit("A", "0.1", "1999")))["status"] == "err"
    cancel = {"type": "cancel", "cancels": [{"a": ETH, "o": resting["resting"]["oid"]}]}
    assert scene.act(cancel)["status"] == "ok"
    scene.exchange.advance(10)
    assert [scene.act({"type": "noop"})["status"] for _ in range(2)] == ["ok", "err"]


def test_address_budget__grows_with_what_was_traded_and_counts_a_batch_whole() -> None:
    scene = Scene()
    scene.order(*(limit("A", "0.1", "1999") for _ in range(3)))
    found = scene.ask("userRateLimit")
    assert (found["nRequestsUsed"], found["nRequestsCap"], found["cumVlm"]) == (3, 10_599, "599.7")


def test_batch_of_forty__weighs_two() -> None:
    scene = Scene()
    scene.exchange.set_book("ETH", BIDS, [])
    scene.order(*(limit("B", "0.01", "1900", tif="Gtc") for _ in range(40)))
    assert scene.exchange.log(kind="order")[-1].weight == 2


def test_log__keeps_what_came_and_what_was_answered() -> None:
    scene = Scene()
    scene.order(limit("A", "0.1", "1999", c=cloid(1)))
    [logged] = scene.exchange.log("/exchange")
    assert (logged.kind, logged.signer, logged.status, logged.weight) == ("order", AGENT.address, 200, 1)
    assert logged.body["action"]["orders"][0]["c"] == cloid(1)
    assert json.loads(logged.answer)["status"] == "ok"
