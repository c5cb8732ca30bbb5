"""The worked examples: sizes, signs and what a price move then does."""

from dataclasses import replace

import pytest

from agent.hedge import Hedge
from agent.hedge.policies import Policy
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.policies.full import Full
from agent.hedge.policies.partial import Partial
from agent.hedge.policies.starter import Starter
from agent.hedge.policies.tactical import Tactical
from agent.model import Market, Rate, Snapshot
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import (
    COLD,
    ETH,
    LIMITS,
    PERP,
    decided,
    hedge,
    held,
    market,
    memory,
    quote,
    snapshot,
    traded,
    view,
)

ROOMY = replace(LIMITS, max_order=Usd(10**7), max_leg=Usd(10**7), max_daily_turnover=Usd(10**8))


def opening(at: Market, wanted: Hedge, coins: str, price: str) -> Base:
    """The first trade of a hedge with ample collateral."""
    seen = snapshot(view(equity="100000000", at=at), spot=coins, price=price)
    return traded(decided(seen, wanted=wanted, limits=ROOMY))


def pnl(spot: Base, position: Base, before: Price, after: Price) -> Usd:
    return (spot + position) * after - (spot + position) * before


def test_notional_basis__sei_with_a_mark_above_spot__sells_the_dollar_value() -> None:
    wanted = replace(hedge(), basis="notional")

    assert opening(market("2.05", "2.00", lot="1"), wanted, "10000", "2.00") == Base(-9756)
    assert opening(market("2.05", "2.00", lot="0.01"), wanted, "10000", "2.00") == Base("-9756.09")


def test_units_basis__sei_with_a_mark_above_spot__sells_as_many_coins() -> None:
    assert opening(market("2.05", "2.00", lot="1"), hedge(), "10000", "2.00") == Base(-10000)


def test_partial__half_of_ten_btc__shorts_five_and_halves_the_loss() -> None:
    position = opening(market("50000"), hedge(Partial(ratio=Ratio("0.5"))), "10", "50000")

    assert position == Base(-5)
    assert abs(position) * Price(50000) == Usd(250_000)
    assert Base(10) + position == Base(5)
    assert Base(10) * Price(45000) - Base(10) * Price(50000) == Usd(-50_000)
    assert position * Price(45000) - position * Price(50000) == Usd(25_000)
    assert pnl(Base(10), position, Price(50000), Price(45000)) == Usd(-25_000)


@pytest.mark.parametrize(("lot", "contracts"), [("0.1", "-33.3"), ("0.01", "-33.33"), ("1", "-33")])
def test_lot__a_hundred_thousand_of_eth_at_3000__rounds_towards_zero(lot: str, contracts: str) -> None:
    held_eth = str(Usd(100_000) / Price(3000))

    assert opening(market("3000", lot=lot), hedge(), held_eth, "3000") == Base(contracts)
    assert opening(market("3000", lot=lot), hedge(FixedUsd(usd=Usd(100_000))), "50", "3000") == Base(contracts)


@pytest.mark.parametrize("after", ["60000", "40000"])
def test_full__a_million_of_btc_and_a_fifth_of_a_move__changes_the_total_by_nothing(after: str) -> None:
    position = opening(market("50000"), hedge(), "20", "50000")

    assert position == Base(-20)
    assert pnl(Base(20), position, Price(50000), Price(after)) == Usd(0)


@pytest.mark.parametrize("after", ["3100", "2900"])
def test_full__ten_eth_with_positive_funding__receives_three_dollars_in_eight_hours(after: str) -> None:
    position = opening(market("3000"), hedge(), "10", "3000")
    funding = Rate(value=Ratio("0.0001"), interval_s=8 * 3600)

    received = -(position * Price(3000) * funding.value)  # positive: longs pay, the short receives

    assert received == Usd(3)
    assert pnl(Base(10), position, Price(3000), Price(after)) == Usd(0)


def test_ten_eth__a_move_of_a_hundred_dollars__is_worth_a_thousand() -> None:
    assert Base(10) * Price(3100) - Base(10) * Price(3000) == Usd(1000)


def test_starter__ten_eth__shorts_one() -> None:
    assert opening(market(), hedge(Starter()), "10", "2000") == Base(-1)


def test_fixed_usd__a_quarter_million__follows_the_mark() -> None:
    wanted = hedge(FixedUsd(usd=Usd(250_000)))

    assert opening(market("50000"), wanted, "10", "50000") == Base(-5)
    assert opening(market("40000"), wanted, "10", "40000") == Base("-6.25")


def test_fixed_usd__more_than_is_held__stops_at_the_exposure() -> None:
    wanted = hedge(FixedUsd(usd=Usd(250_000)))
    seen = snapshot(view(equity="1000000"), spot="10")

    plan = decided(seen, wanted=wanted, limits=ROOMY)

    assert traded(plan) == Base(-10)
    assert plan.hedges[0].hedge_ratio == Ratio(1)


@pytest.mark.parametrize("policy", [Full(), Partial(ratio=Ratio("0.5")), Starter(), FixedUsd(usd=Usd(10_000))])
def test_any_policy__a_long_exposure__never_asks_for_a_long(policy: Policy) -> None:
    """Spot plus a long perp is double exposure, whatever funding pays."""
    paying = replace(market(), funding=Rate(value=Ratio("-0.01"), interval_s=3600))

    assert opening(paying, hedge(policy), "10", "2000") < Base(0)


def test_notional_basis__the_mark_falls_back__buys_nothing_and_sells_the_difference() -> None:
    wanted = replace(hedge(band="0.01"), basis="notional")
    seen = snapshot(view("-9756", at=market("2.00", lot="1")), spot="10000", price="2.00")

    plan = decided(seen, memory("-9756"), wanted)

    assert traded(plan) == Base(-244)  # 10,000 is the target once mark and spot agree


def test_exposure__several_wallets_and_coins_posted_at_the_venue__all_count() -> None:
    posted = replace(view(), collateral=held("3").holdings)
    seen = Snapshot(
        views=(posted,),
        held=(held("10"), held("5", wallet=PERP)),
        quotes=(quote(),),
        terms=snapshot().terms,
    )
    wanted = replace(hedge(), wallets=(COLD, PERP))

    assert decided(seen, wanted=wanted).hedges[0].exposure == Base(18)


def test_exposure__a_wallet_that_no_hedge_names__does_not_count() -> None:
    seen = replace(snapshot(), held=(held("10"), held("5", wallet=PERP)))

    assert decided(seen).hedges[0].exposure == Base(10)


def test_state__a_planned_hedge__says_what_is_held_wanted_and_short() -> None:
    state = decided(snapshot(view("-4")), memory("-4")).hedges[0]

    assert (state.exposure, state.position, state.target) == (Base(10), Base(-4), Base(-10))
    assert (state.delta, state.drift, state.band) == (Base(6), Base(-6), Base("0.2"))
    assert (state.hedge_ratio, state.price, state.underlying) == (Ratio(1), Price(2000), ETH)


@pytest.mark.parametrize(
    ("spot", "position", "bought"),
    [
        ("10", "-6", "0"),
        ("10", "-10", "0"),
        ("5", "-6", "1"),  # the spot was sold: what is left of the short would be a bet
        ("0", "-6", "6"),
        ("10", "2", "-2"),  # a long hedges nothing
    ],
)
def test_undecided__what_stands__is_kept_only_as_far_as_it_hedges(spot: str, position: str, bought: str) -> None:
    silent = hedge(Tactical(signal="trend"))

    plan = decided(snapshot(view(position), spot=spot), memory(position), silent)

    assert plan.hedges[0].undecided
    assert traded(plan) == Base(bought)
