"""What the exchange's integers mean: signs, scales, and what stops everything."""

from dataclasses import replace

import pytest

from agent.errors import Unreadable
from agent.model import Position
from agent.units import Base, Price, Ratio, Usd
from tests.unit.venues.scene import (
    ACCOUNT,
    BASE,
    CHAIN,
    COLLATERAL,
    ETH,
    OPERATOR,
    OTHER_BASE,
    POOL,
    WAD,
    Scene,
    look,
    root,
)


def test_observe__one_market__asks_everything_in_one_batch() -> None:
    view, written = look(Scene())
    assert written.batches == [25 + 1]
    assert view.stamp == written.stamp


def test_position__negative_on_chain__is_a_short() -> None:
    view, _ = look(Scene())
    assert view.positions == (Position(market=ETH, size=Base(-5), entry=Price("1980.004")),)
    assert view.size(ETH) == Base(-5)


def test_position__positive_on_chain__is_a_long() -> None:
    view, _ = look(Scene(size=2 * WAD, open_notional=-4_004 * WAD))
    assert view.positions == (Position(market=ETH, size=Base(2), entry=Price(2002)),)


def test_position__of_zero__is_none() -> None:
    assert look(Scene(size=0, open_notional=0))[0].positions == ()


def test_amounts__in_the_collateral_coin__have_its_decimals() -> None:
    view, _ = look(Scene(equity=-1, free=0, reserve=1_234_567))
    assert (view.equity, view.free, view.reserve) == (Usd("-0.000001"), Usd(0), Usd("1.234567"))


def test_market__ratios_and_prices__have_their_scales() -> None:
    [market] = look(Scene(mark=1_999_835_018_391_808_649_836))[0].markets
    assert (market.mark, market.index) == (Price("1999.835018391808649836"), Price(2000))
    assert (market.initial_margin, market.maintenance_margin, market.fee) == (
        Ratio("0.1"),
        Ratio("0.0625"),
        Ratio("0.001"),
    )


@pytest.mark.parametrize(
    ("market_twap", "rate"),
    [(2_020, "0.01"), (1_980, "-0.01"), (2_000, "0"), (2_400, "0.1"), (1_600, "-0.1")],
)
def test_funding__the_pool_above_the_index__is_positive_and_capped(market_twap: int, rate: str) -> None:
    """Positive: longs pay, so a short receives. The exchange caps it at 10 % a day."""
    [market] = look(Scene(market_twap=root(market_twap)))[0].markets
    assert abs(market.funding.value - Ratio(rate)) < Ratio("1e-20")
    assert market.funding.interval_s == 86_400
    assert market.borrow.value == Ratio(0)


def test_funding__another_averaging_interval__takes_one_more_round() -> None:
    view, written = look(Scene(twap_s=600, market_twap=root(2_010)))
    assert written.batches == [26, 2]
    assert abs(view.markets[0].funding.value - Ratio("0.005")) < Ratio("1e-20")


def test_funding__in_a_stopped_market__is_none() -> None:
    [market] = look(Scene(is_open=False, market_twap=root(2_400)))[0].markets
    assert market.funding.value == Ratio(0)


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (Scene(paused=True), "the clearing house is paused"),
        (Scene(is_open=False), "market ETH is paused or closed"),
        (Scene(max_ticks=0), "market ETH is halted"),
    ],
)
def test_halted__for_each_cause__says_which(scene: Scene, said: str) -> None:
    assert (look(scene)[0].halted, look(scene)[0].strange) == (said, None)


def test_halted__when_all_is_well__is_none() -> None:
    assert (look(Scene())[0].halted, look(Scene())[0].strange) == (None, None)


def test_strange__an_account_that_provides_liquidity__says_so_and_halts_nothing() -> None:
    view = look(Scene(has_order=True))[0]
    said = "the account provides liquidity: its position is not only what we trade"
    assert (view.strange, view.unconfigured, view.halted) == (said, None, None)


def test_unconfigured__a_position_in_another_market__says_so_and_halts_nothing() -> None:
    view = look(Scene(base_tokens=(BASE, OTHER_BASE)))[0]
    said = f"the account has a position in market {OTHER_BASE}"
    assert (view.strange, view.unconfigured, view.halted) == (None, said, None)


def test_reserve__says_where_more_of_it_is_sent__and_what_opens_more_is_the_exchanges_own_figure() -> None:
    view = look(Scene())[0]
    assert view.reserve_at == f"collateral {COLLATERAL} to operator {OPERATOR} on {CHAIN}"
    assert (view.open_margin, view.free) == (Usd("8900.93"), Usd("8900.92"))


def test_reserve__with_the_vault_paused__is_nothing() -> None:
    assert look(Scene(vault_paused=True))[0].reserve == Usd(0)


@pytest.mark.parametrize("delegated", [True, False])
def test_may_trade__for_another_account__follows_the_delegation(delegated: bool) -> None:
    assert look(Scene(may_open=delegated))[0].may_trade is delegated


def test_may_trade__for_its_own_account__needs_no_delegation() -> None:
    assert look(Scene(operator=ACCOUNT, may_open=False))[0].may_trade


def test_exit_gas__without_a_position__already_counts_one_exit() -> None:
    assert look(Scene(size=0))[0].exit_gas == look(Scene())[0].exit_gas >= 903_000


def test_pins__a_coin_with_other_decimals__is_unreadable_with_both_figures() -> None:
    with pytest.raises(Unreadable, match=rf"{CHAIN} has 18 decimals, but collateral_decimals is 6"):
        look(Scene(decimals=18))


def test_pins__another_pool__is_unreadable_with_both_addresses() -> None:
    with pytest.raises(Unreadable, match=rf"market ETH is in pool {OTHER_BASE}, but .* is configured"):
        look(Scene(pool=OTHER_BASE))


def test_index__of_zero__is_unreadable() -> None:
    with pytest.raises(Unreadable, match="the index price of market ETH is 0"):
        look(replace(Scene(), index_twap=0))


def test_pool__without_a_price__is_unreadable_and_named() -> None:
    with pytest.raises(Unreadable, match=f"perp: the pool {POOL} of market ETH has no price"):
        look(Scene(spot=0))


def test_depth__of_a_stopped_market__is_empty() -> None:
    assert look(Scene(max_ticks=0))[0].markets[0].depth == ()
