"""The rehearsal's model against what the exchange then does."""

from decimal import Decimal

import pytest

from agent.model import Cancel, Fund, Name, Position, Protect, Trade, View
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.margin import liquidation_price, maintenance
from agent.venues.hyperliquid.structs import Tier
from tests.kit.hyperliquid.accounts import STANDARD, UNIFIED
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, ETH, endowed

CENT = Usd("0.01")
TIERS = (Tier(lower=Decimal(0), max_leverage=25), Tier(lower=Decimal(100_000_000), max_leverage=15))
WORLDS = [("isolated", STANDARD), ("cross", STANDARD), ("isolated", UNIFIED), ("cross", UNIFIED)]


def near(one: Usd, other: Usd, by: Usd = CENT) -> bool:
    return abs(one - other) <= by


# Figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notional", "expected"),
    [(10_000, 200), (100_000_000, 2_000_000), (100_000_030, 2_000_001), (160_000_000, 4_000_000)],
)
def test_maintenance__by_tier__is_continuous_by_its_deduction(notional: int, expected: int) -> None:
    """2 % up to 100 million, then 1/30 without 1,333,333.33."""
    assert maintenance(Decimal(notional), TIERS).quantize(Decimal("0.000001")) == expected


def test_liquidation__of_one_tier__is_the_documented_formula() -> None:
    """price - side x margin_available / size / (1 - l x side)."""
    found = liquidation_price(Decimal(-4), Decimal(2_000), Decimal(4_000), TIERS[:1])
    assert found == 2_000 + (4_000 - 8_000 * Decimal("0.02")) / 4 / Decimal("1.02")
    found = liquidation_price(Decimal(4), Decimal(2_000), Decimal(4_000), TIERS[:1])
    assert found == 2_000 - (4_000 - 8_000 * Decimal("0.02")) / 4 / Decimal("0.98")


def test_liquidation__across_a_tier__comes_earlier_than_todays_tier_says() -> None:
    """A short of 90 million that gains another tier on the way up."""
    size, mark, backing = Decimal(-45_000), Decimal(2_000), Decimal(40_000_000)
    found, today = (liquidation_price(size, mark, backing, tiers) for tiers in (TIERS, TIERS[:1]))
    assert found is not None
    assert today is not None
    assert found < today
    assert backing + size * (found - mark) == pytest.approx(maintenance(-size * found, TIERS), abs=Decimal("1e-6"))


def test_liquidation__that_no_price_brings__is_none() -> None:
    assert liquidation_price(Decimal(1), Decimal(2_000), Decimal(2_000), TIERS) is None
    assert liquidation_price(Decimal(0), Decimal(2_000), Decimal(2_000), TIERS) is None


# A trade ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("margin", "mode"), WORLDS)
def test_trades__rehearsed_and_then_made__end_the_same(opens: Opens, margin: str, mode: str) -> None:
    """Opened, added to, reduced and closed, the price elsewhere each time."""
    scene = opens(endowed(mode=mode), margin=margin)
    for price, size, back in ((2_000, "-4", False), (2_060, "-2", False), (1_980, "3", True), (2_010, "3", True)):
        scene.exchange.set_price("ETH", Decimal(price))
        draft = scene.draft(scene.trade(Base(size), reduce_only=back))
        rehearsed = scene.rehearse(draft)
        scene.send_all(scene.sign(draft))
        scene.exchange.advance(1)
        # Of a unified account a loss may be counted twice: 60 USD on each of four coins, 40 on each of six.
        _same(rehearsed, scene.view(), Decimal(45) if mode == UNIFIED else Decimal("0.01"))


@pytest.mark.parametrize("mode", [STANDARD, UNIFIED])
def test_margin__moved_in_the_model_and_then_really__ends_the_same(opens: Opens, mode: str) -> None:
    scene = opens(endowed(mode=mode))
    scene.sells("4")
    for amount in (Usd(1_500), Usd(-1_000)):
        draft = scene.draft(Fund(amount=amount))
        rehearsed = scene.rehearse(draft)
        scene.send_all(scene.sign(draft))
        scene.exchange.advance(1)
        _same(rehearsed, scene.view())


def _same(rehearsed: View, seen: View, early: Decimal = Decimal("0.01")) -> None:
    """Liquidation within a cent; it may be shown `early`, never late."""
    assert near(rehearsed.equity, seen.equity)
    assert near(rehearsed.reserve, seen.reserve)
    assert rehearsed.free is not None
    assert seen.free is not None
    assert near(rehearsed.free, seen.free)
    assert rehearsed.open_margin is not None
    assert seen.open_margin is not None
    assert near(rehearsed.open_margin, seen.open_margin)
    assert [position.size for position in rehearsed.positions] == [position.size for position in seen.positions]
    for ours, theirs in zip(rehearsed.positions, seen.positions, strict=True):
        assert abs(ours.entry - theirs.entry) < Price("0.01")
        _not_beyond(ours.liquidation, theirs.liquidation, early)


def _not_beyond(ours: Price | None, theirs: Price | None, early: Decimal) -> None:
    if ours is None or theirs is None:
        assert ours is theirs
    else:
        assert Price(-early) < ours - theirs < Price("0.01")


def test_trade__that_the_book_does_not_take__ends_short_of_it_and_says_so(scene: Scene) -> None:
    scene.exchange.set_book("ETH", [(Decimal(2_000), Decimal(3)), (Decimal(1_900), Decimal(5))], [])
    view = scene.rehearse(scene.draft(Trade(market=ETH, size=-Base(4), worst=Price(1_990), reduce_only=False)))
    assert view.size(ETH) == Base(-3)
    assert view.remarks == (
        "the book as it stands would sell 3 of 4 ETH at 2,000, fee 2.7 USD: a model, nobody else trades in it",
    )


def test_trades__two_of_one_leg__do_not_take_the_same_level_twice(scene: Scene) -> None:
    scene.exchange.set_book("ETH", [(Decimal(2_000), Decimal(3)), (Decimal(1_999), Decimal(5))], [])
    first, second = (Trade(market=ETH, size=-Base(3), worst=Price(1_990), reduce_only=False) for _ in range(2))
    assert scene.rehearse(scene.draft(first, second)).positions == (
        Position(
            market=ETH,
            size=Base(-6),
            entry=Price("1999.5"),
            liquidation=_any(scene, first, second),
            margin=Usd("5995.5"),
        ),
    )


def _any(scene: Scene, *trades: Trade) -> Price | None:
    [position] = scene.rehearse(scene.draft(*trades)).positions
    return position.liquidation


def test_trade__of_thousands__is_told_in_ones(opens: Opens) -> None:
    exchange = endowed()
    exchange.set_book("kPEPE", [(Decimal("0.012"), Decimal(10**7))], [])
    scene = opens(exchange, coins=("kPEPE",))
    trade = Trade(market=Name("PEPE"), size=-Base(10**8), worst=Price("0.0000118"), reduce_only=False)
    view = scene.rehearse(scene.draft(trade))
    assert view.size(Name("PEPE")) == Base(-(10**8))
    assert "100,000,000 of 100,000,000 PEPE at 0.000012, fee 0.54 USD" in view.remarks[0]


def test_trade__that_turns_round__is_closed_and_opened(opens: Opens) -> None:
    scene = opens(margin="cross")
    scene.sells("2")
    draft = scene.draft(scene.trade(Base(5)))
    rehearsed = scene.rehearse(draft)
    scene.send_all(scene.sign(draft))
    _same(rehearsed, scene.view())


def test_stop_and_cancel__change_no_position(scene: Scene) -> None:
    scene.sells("4")
    scene.does(Protect(market=ETH, size=Base(4), trigger=Price(2_500)))
    before = scene.view()
    after = scene.rehearse(scene.draft(Cancel(order_id=before.orders[0].id)))
    assert (after.orders, after.positions[0].size, after.equity) == ((), Base(-4), before.equity)


# Where it ends ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("margin", "size"), [("isolated", "4"), ("cross", "25")])
def test_liquidation__of_the_model__is_where_the_exchange_really_does_it(
    opens: Opens, margin: str, size: str
) -> None:
    """Within a cent, and never beyond."""
    scene = opens(margin=margin)
    [position] = scene.rehearse(scene.draft(scene.trade(-Base(size)))).positions
    scene.sells(size)
    assert position.liquidation is not None
    assert abs(position.liquidation.raw - Decimal(scene.shown()["liquidationPx"])) < Decimal("0.01")
    scene.exchange.set_mark("ETH", position.liquidation.raw - Decimal("0.01"))
    assert scene.position() == -Base(size)
    scene.exchange.set_mark("ETH", position.liquidation.raw + Decimal("0.01"))
    assert abs(scene.position()) < Base(size)


def test_liquidation__beside_another_cross_position__counts_what_that_one_must_keep(opens: Opens) -> None:
    scene = opens(margin="cross", coins=("ETH", "BTC"))
    scene.exchange.quote("BTC")
    scene.does(Trade(market=Name("BTC"), size=-Base("0.3"), worst=Price(59_000), reduce_only=False))
    after = scene.rehearse(scene.draft(scene.trade(-Base(10))))
    scene.sells("10")
    for position in after.positions:
        shown = Decimal(scene.shown(position.market)["liquidationPx"])
        assert position.liquidation is not None
        if position.market == ETH:
            scene.exchange.set_leverage(ACCOUNT, "ETH", 2, is_cross=True)
        assert position.liquidation.raw <= shown + Decimal("0.01")


def test_reductions__that_are_more_than_the_position_together__end_at_zero(scene: Scene) -> None:
    scene.sells("4")
    twice = [scene.trade(Base(3), reduce_only=True) for _ in range(2)]
    assert scene.rehearse(scene.draft(*twice)).positions == ()
