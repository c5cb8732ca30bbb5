"""What a look makes of the exchange's answers."""

from decimal import Decimal

import pytest

from agent.errors import Mismatch, Unreadable
from agent.model import DepthPoint, Name, Protect, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.kit.hyperliquid.accounts import PORTFOLIO, UNIFIED, UNSET
from tests.kit.hyperliquid.faults import Kind
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, ETH, endowed

PEPE = Name("PEPE")


# Collateral -------------------------------------------------------------------------------------------


def test_isolated__flat__everything_is_a_reserve_and_backs_nothing(scene: Scene) -> None:
    view = scene.view()
    assert (view.equity, view.free, view.reserve, view.open_margin) == (Usd(0), Usd(0), Usd(30_000), Usd(0))
    assert ACCOUNT in view.reserve_at


def test_isolated__with_a_position__its_own_margin_is_the_equity(scene: Scene) -> None:
    scene.sells("4")
    scene.exchange.set_price("ETH", Decimal(2_100))
    view, shown = scene.view(), scene.shown()
    assert view.equity == Usd(Decimal(shown["marginUsed"])) < Usd(3_600)
    assert view.reserve == Usd(Decimal(scene.ask("clearinghouseState")["withdrawable"]))
    assert view.equity + view.reserve == Usd(scene.account_value())
    assert view.free == Usd(0)


def test_isolated__more_margin_than_the_leverage_asks_for__could_leave(scene: Scene) -> None:
    scene.sells("4")
    scene.exchange.set_price("ETH", Decimal(1_900))
    view = scene.view()
    assert view.free == view.equity - Usd(4 * 1_900 / Decimal(2))


def test_isolated__several_positions__count_as_leveraged_as_the_worst(opens: Opens) -> None:
    scene = opens(coins=("ETH", "BTC"))
    scene.exchange.quote("BTC")
    scene.sells("4")
    scene.does(Trade(market=Name("BTC"), size=-Base("0.1"), worst=Price(59_000), reduce_only=False))
    scene.exchange.set_price("ETH", Decimal(2_400))
    view, shown = scene.view(), scene.shown()
    total = Decimal(shown["positionValue"]) + Decimal(scene.shown("BTC")["positionValue"])
    assert view.equity.raw == Decimal(shown["marginUsed"]) / Decimal(shown["positionValue"]) * total


def test_cross__the_accounts_value_backs_everything(opens: Opens) -> None:
    scene = opens(margin="cross")
    scene.sells("4")
    scene.exchange.set_price("ETH", Decimal(2_100))
    view = scene.view()
    assert view.equity == Usd(scene.account_value())
    assert view.reserve == Usd(0)
    assert view.free == view.open_margin == Usd(Decimal(scene.ask("clearinghouseState")["withdrawable"]))


def test_cross__beside_an_isolated_position_of_another_coin__that_ones_margin_is_not_counted(opens: Opens) -> None:
    exchange = endowed()
    scene = opens(exchange)
    scene.sells("4")
    exchange.quote("BTC")
    view = opens(exchange, coins=("BTC",), margin="cross").view()
    assert view.equity == Usd(scene.account_value() - Decimal(scene.shown()["marginUsed"]))


def test_margin__of_a_position_that_was_opened_otherwise__is_the_positions_own(opens: Opens) -> None:
    """The configuration says isolated; what is there was opened in cross by hand, at 10x."""
    exchange = endowed()
    exchange.set_leverage(ACCOUNT, "ETH", 10, is_cross=True)
    opens(exchange, margin="cross", markets=_markets(leverage=5, margin="cross")).sells("4")
    view = opens(exchange).view()
    assert (view.equity, view.reserve) == (Usd(opens(exchange).account_value()), Usd(0))


def _markets(**more: object) -> dict[str, object]:
    return {"ETH": {"underlying": "ETH", "coin": "ETH", "asset": 1, "size_decimals": 4, **more}}


def test_leverage__with_a_position__is_the_one_that_it_has(opens: Opens) -> None:
    scene = opens(markets=_markets(leverage=4))
    scene.sells("1")
    scene.exchange.set_leverage(ACCOUNT, "ETH", 3, is_cross=False)
    assert scene.view().market(ETH).initial_margin == Ratio(Decimal(1) / 3)


# Account modes ----------------------------------------------------------------------------------------


def test_mode__never_set__is_read_like_the_standard_one(opens: Opens) -> None:
    exchange = endowed()
    exchange.set_mode(ACCOUNT, UNSET)
    assert opens(exchange).view().reserve == Usd(30_000)


@pytest.mark.parametrize("price", [1_900, 2_100])
def test_unified__equity_is_in_the_spot_state_alone(opens: Opens, price: int) -> None:
    """With a loss it may be counted twice, and is never overlooked; a profit is not put on top."""
    scene = opens(endowed(mode=UNIFIED), margin="cross")
    scene.sells("4")
    scene.exchange.set_price("ETH", Decimal(price))
    [balance] = scene.ask("spotClearinghouseState")["balances"]
    total, profit = Decimal(balance["total"]), Decimal(scene.shown()["unrealizedPnl"])
    view = scene.view()
    assert scene.account_value() == 0
    assert view.equity == Usd(total + min(Decimal(0), profit))
    assert view.free == view.equity - Usd(Decimal(balance["hold"]))


def test_unified__isolated__the_position_has_its_margin_and_the_rest_is_the_reserve(opens: Opens) -> None:
    scene = opens(endowed(mode=UNIFIED))
    scene.sells("4")
    view = scene.view()
    assert view.equity == Usd(Decimal(scene.shown()["marginUsed"]))
    assert Usd(25_000) < view.reserve < Usd(26_001)


@pytest.mark.parametrize(("mode", "says"), [(PORTFOLIO, "portfolio margin"), ("quantum", "'quantum', which is not")])
def test_mode__that_is_not_computed_here__is_refused_by_name(opens: Opens, mode: str, says: str) -> None:
    exchange = endowed()
    exchange.set_mode(ACCOUNT, mode)
    with pytest.raises(Mismatch, match=says):
        opens(exchange).view()


# Markets ----------------------------------------------------------------------------------------------


def test_market__of_a_thousand__every_figure_is_of_one(opens: Opens) -> None:
    exchange = endowed()
    exchange.set_price("kPEPE", Decimal("0.012"))
    exchange.quote("kPEPE", size_usd=Decimal(3_000))
    scene = opens(exchange, coins=("kPEPE",))
    market = scene.view().market(PEPE)
    assert (market.mark, market.index, market.lot, market.multiplier) == (
        Price("0.000012"), Price("0.000012"), Base(1_000), Ratio(1_000),
    )  # fmt: skip
    sale, *_ = [point for point in market.depth if point.size < Base(0)]
    assert Usd(2_990) < abs(sale.size) * sale.average < Usd(3_001)
    scene.market = PEPE
    scene.sells("100000000")
    [position] = scene.view().positions
    assert position.size == Base(-100_000_000)
    assert Price("0.0000119") < position.entry < Price("0.000012")
    assert position.liquidation
    assert position.liquidation.raw == pytest.approx(Decimal(scene.shown("kPEPE")["liquidationPx"]) / 1_000)


@pytest.mark.parametrize("margin", ["isolated", "cross"])
def test_position__of_its_own_margin__says_how_much(opens: Opens, margin: str) -> None:
    """A cross position is backed by the account."""
    scene = opens(margin=margin)
    scene.sells("4")
    [position] = scene.view().positions
    assert position.margin == (Usd(scene.shown()["marginUsed"]) if margin == "isolated" else None)


def test_depth__is_the_average_and_the_price_of_the_last_coin_each_with_the_fee(scene: Scene) -> None:
    """A bound holds for each fill: at the average an order would not get what the average promises."""
    scene.exchange.set_book("ETH", [(Decimal(2_000), Decimal(5)), (Decimal(1_970), Decimal(5))], [])
    depth = scene.view().market(ETH).depth
    kept = Decimal(1) - Decimal("0.00045")
    assert depth == (
        DepthPoint(size=Base(-5), average=Price(2_000 * kept), bound=Price(2_000 * kept)),
        DepthPoint(size=Base(-10), average=Price(1_985 * kept), bound=Price(1_970 * kept)),
    )


def test_delisted__a_coin_of_several__is_named_and_the_others_go_on(opens: Opens) -> None:
    exchange = endowed()
    view = opens(exchange, coins=("ETH", "GONE")).view()
    assert [market.name for market in view.markets] == ["ETH"]
    assert view.strange == (
        "GONE is delisted and does not trade: nothing is left there; take GONE out of the configuration"
    )


def test_delisted__with_a_position__it_is_named_and_shown_nowhere_else(opens: Opens) -> None:
    scene = opens(coins=("ETH",))
    scene.sells("4")
    scene.exchange.delist("ETH")
    view = scene.view()
    assert view.positions == ()
    assert view.strange
    assert "a position of -4.0 ETH is left there" in view.strange


@pytest.mark.parametrize(
    ("market", "says"),
    [
        ({"coin": "NONE"}, "null: the exchange knows no such coin|knows no such coin or account"),
        ({"asset": 2}, r"ETH is asset 1 with size_decimals 4, not 2 with 4"),
        ({"size_decimals": 3}, r"not 1 with 3"),
        ({"coin": "ALONE", "asset": 5, "size_decimals": 1, "margin": "cross"}, "can only be isolated"),
    ],
)
def test_market__that_is_not_what_is_configured__is_named(opens: Opens, market: dict[str, object], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        opens(markets=_markets(**market)).view()


# Orders and the rest of the account --------------------------------------------------------------------


def test_orders__a_stop_protects_and_another_works(scene: Scene) -> None:
    scene.sells("4")
    scene.does(Protect(market=ETH, size=Base(3), trigger=Price(2_500)))
    [order] = scene.view().orders
    assert (order.market, order.size, order.role) == (ETH, Base(3), "protective")


def test_position__in_another_coin__is_strange(opens: Opens) -> None:
    exchange = endowed()
    opens(exchange).sells("4")
    exchange.quote("BTC")
    view = opens(exchange, coins=("BTC",)).view()
    assert (view.positions, view.unconfigured) == ((), "the account has a position in ETH")


def test_position__closed_by_the_exchange__is_not_what_was_traded(scene: Scene) -> None:
    scene.sells("4")
    scene.exchange.deleverage(ACCOUNT, "ETH", Decimal(1))
    assert scene.position() == Base(-3)


# What it costs, and what goes wrong ---------------------------------------------------------------------


def test_weight__of_a_cycle__is_66_beside_slow_facts(scene: Scene) -> None:
    scene.view()
    first = scene.exchange.weight_used()
    scene.view()
    scene.terms()
    assert scene.exchange.weight_used() - first == 66 + 2
    assert first - 66 == 60  # agents, rate limit and leverage: each again after ten minutes


@pytest.mark.parametrize(
    ("status", "body", "says"), [(502, "Bad Gateway", "HTTP 502"), (500, "null", "HTTP 500 and")]
)
def test_look__answered_by_something_else__is_unreadable_by_name(
    scene: Scene, status: int, body: str, says: str
) -> None:
    scene.exchange.inject(Kind.STATUS_BEFORE, path="/info", only=("l2Book",), status=status, body=body)
    with pytest.raises(Unreadable, match=f"l2Book.*{says}"):
        scene.view()


def test_look__without_numbers_where_they_belong__is_unreadable(scene: Scene) -> None:
    scene.exchange.inject(
        Kind.STATUS_BEFORE, path="/info", only=("spotClearinghouseState",), status=200, body='{"balances": [1.5]}'
    )
    with pytest.raises(Unreadable, match=r"spotClearinghouseState.*makes no sense"):
        scene.view()
