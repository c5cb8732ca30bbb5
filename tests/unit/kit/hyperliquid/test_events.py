"""What the exchange does by itself: funding, liquidation, the backstop, ADL."""

from decimal import Decimal

import pytest

from tests.kit.hyperliquid.funding import hourly_rate
from tests.unit.kit.hyperliquid.scene import ETH, OTHER, OWNER, Scene, limit

FEE = Decimal("0.00045")
PINNED = Decimal("0.0000125")


def _short(scene: Scene, size: str, price: str = "2000", *, leverage: int = 20, cross: bool = True) -> None:
    book = [(Decimal(price), Decimal(1_000_000))]
    scene.exchange.set_book("ETH", book, [(Decimal(price) + 1, Decimal(1_000_000))])
    scene.act({"type": "updateLeverage", "asset": ETH, "isCross": cross, "leverage": leverage})
    assert "filled" in scene.order(limit("A", size, price))[0]


@pytest.mark.parametrize(
    ("premium", "rate"),
    [("0", "0.0000125"), ("0.0006", "0.0000125"), ("-0.0004", "0.0000125"), ("0.0014", "0.0001125"),
     ("-0.0012", "-0.0000875"), ("0.5", "0.04"), ("-0.5", "-0.04")],
)  # fmt: skip
def test_hourly_rate__is_an_eighth_and_capped(premium: str, rate: str) -> None:
    assert hourly_rate(Decimal(premium)) == Decimal(rate)


def test_funding__of_a_short_at_a_positive_rate__is_credited_on_the_oracle() -> None:
    scene = Scene()
    _short(scene, "2")
    scene.exchange.set_book("ETH", [], [])
    scene.exchange.set_oracle("ETH", Decimal(2500))
    before, start = scene.value(), scene.exchange.now_ms
    scene.exchange.advance(3600)
    credited = 2 * 2500 * PINNED
    assert scene.value() == before + credited
    [row] = scene.ask("userFunding", startTime=start)
    assert (row["delta"]["usdc"], row["delta"]["szi"], row["delta"]["fundingRate"]) == ("0.0625", "-2.0", "0.0000125")
    assert 1 <= row["time"] % 3_600_000 <= 118
    assert Decimal(scene.position()["cumFunding"]["sinceOpen"]) == -credited
    [settled] = scene.ask("fundingHistory", of=None, coin="ETH", startTime=start)
    assert (settled["fundingRate"], settled["time"]) == ("0.0000125", row["time"])


def test_funding__of_an_isolated_position__goes_into_its_own_margin() -> None:
    scene = Scene()
    _short(scene, "1", leverage=2, cross=False)
    scene.exchange.set_premium("ETH", Decimal("-0.5"))
    cross = scene.ask("clearinghouseState")["crossMarginSummary"]["accountValue"]
    scene.exchange.advance(3600)
    assert scene.position()["marginUsed"] == "920.0"
    assert scene.ask("clearinghouseState")["crossMarginSummary"]["accountValue"] == cross


def test_premium__that_held_half_an_hour__counts_half() -> None:
    scene = Scene()
    scene.exchange.set_premium("ETH", Decimal("0.004"))
    scene.exchange.advance(1800)
    scene.exchange.set_premium("ETH", Decimal(0))
    scene.exchange.advance(1800)
    [settled] = scene.ask("fundingHistory", of=None, coin="ETH", startTime=0)
    assert settled["premium"] == "0.002"
    assert Decimal(settled["fundingRate"]) == (Decimal("0.002") - Decimal("0.0005")) / 8


def test_premium__of_a_book_above_the_oracle__is_its_impact_bid() -> None:
    scene = Scene()
    scene.exchange.set_book("ETH", [(Decimal(2010), Decimal(100))], [(Decimal(2011), Decimal(100))])
    contexts = scene.ask("metaAndAssetCtxs", of=None)[1]
    assert contexts[ETH]["impactPxs"] == ["2010.0", "2011.0"]
    assert contexts[ETH]["premium"] == "0.005"
    assert Decimal(contexts[ETH]["funding"]) == Decimal("0.0045") / 8


def test_funding_rows__of_many_hours__come_in_pages_of_500() -> None:
    scene = Scene()
    _short(scene, "1", leverage=1)
    scene.exchange.advance(3600 * 501)
    rows = scene.ask("userFunding", startTime=0)
    assert len(rows) == 500
    assert len(scene.ask("userFunding", startTime=rows[-1]["time"] + 1)) == 1


def test_small_position__below_maintenance__is_sold_whole_into_the_book() -> None:
    scene = Scene()
    _short(scene, "20")
    scene.exchange.set_book("ETH", [], [(Decimal(2440), Decimal(50))])
    scene.exchange.set_mark("ETH", Decimal("2440"))
    assert scene.exchange.position(OWNER.address, "ETH") == -20
    scene.exchange.set_mark("ETH", Decimal("2455"))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    change = scene.exchange.changes()[-1]
    assert (change.cause, change.cloid, change.after) == ("liquidation", None, Decimal(0))
    fill = scene.ask("userFills")[0]
    assert fill["liquidation"] == {"liquidatedUser": OWNER.address, "markPx": "2455.0", "method": "market"}
    assert scene.value() > 0


def test_large_position__below_maintenance__loses_a_fifth_and_what_is_sound_again_stays() -> None:
    scene = Scene()
    scene.exchange.fund(OWNER.address, Decimal(90_000))
    _short(scene, "200")
    scene.exchange.set_book("ETH", [], [(Decimal(2455), Decimal(500))])
    scene.exchange.set_mark("ETH", Decimal("2455"))
    assert scene.exchange.position(OWNER.address, "ETH") == -160
    scene.exchange.advance(60)
    assert [change.after for change in scene.exchange.changes()][1:] == [-160]


def test_position_still_too_large__within_the_cooldown__goes_whole() -> None:
    scene = Scene()
    scene.exchange.fund(OWNER.address, Decimal(90_000))
    _short(scene, "200")
    scene.exchange.set_book("ETH", [], [(Decimal(2455), Decimal(500))])
    scene.exchange.set_mark("ETH", Decimal("2455"))
    scene.exchange.advance(29)
    scene.exchange.set_mark("ETH", Decimal("2462"))
    sizes = [change.after for change in scene.exchange.changes() if change.cause == "liquidation"]
    assert sizes == [-160, 0]


def test_position_far_below_maintenance__is_taken_by_the_backstop_with_its_margin() -> None:
    scene = Scene()
    _short(scene, "20")
    scene.exchange.set_mark("ETH", Decimal("2490"))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    assert scene.value() == 0
    assert scene.exchange.changes()[-1].cause == "backstop"
    assert scene.ask("userFills")[0]["liquidation"]["method"] == "backstop"


def test_isolated_position_far_below_maintenance__leaves_the_rest_of_the_account_alone() -> None:
    scene = Scene()
    _short(scene, "1", leverage=10, cross=False)
    rest = 10_000 - 200 - 2_000 * FEE
    scene.exchange.set_mark("ETH", Decimal("2190"))
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    assert scene.value() == rest


def test_liquidated_account__loses_its_orders_first() -> None:
    scene = Scene()
    _short(scene, "20")
    [resting] = scene.order(limit("B", "1", "1500", tif="Gtc"))
    scene.exchange.set_mark("ETH", Decimal("2490"))
    assert scene.ask("orderStatus", oid=resting["resting"]["oid"])["order"]["status"] == "liquidatedCanceled"


def test_deleveraging__of_a_profitable_short__changes_its_size_without_an_order_of_its_own() -> None:
    scene = Scene()
    _short(scene, "2")
    scene.exchange.set_price("ETH", Decimal(1500))
    before = scene.value()
    scene.exchange.deleverage(OWNER.address, "ETH", size=Decimal("0.5"))
    assert scene.position()["szi"] == "-1.5"
    assert scene.value() == before
    fill, change = scene.ask("userFills")[0], scene.exchange.changes()[-1]
    assert (fill["dir"], fill["px"], fill["fee"], fill["closedPnl"]) == (
        "Auto-Deleveraging",
        "1500.0",
        "0.0",
        "250.0",
    )
    assert (change.cause, change.cloid) == ("adl", None)


def test_trade_between_two_accounts__moves_both_by_the_same() -> None:
    scene = Scene()
    scene.exchange.fund(OTHER.address, Decimal(10_000))
    scene.exchange.set_book("ETH", [], [])
    scene.order(limit("B", "1", "2000", tif="Gtc"), by=OTHER)
    scene.order(limit("A", "1", "2000"))
    assert [scene.exchange.position(each.address, "ETH") for each in (OWNER, OTHER)] == [-1, 1]
    total = scene.value() + scene.value(OTHER)
    assert total == 20_000 - 2_000 * (FEE + Decimal("0.00015"))
