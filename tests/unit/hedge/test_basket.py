"""One hedge for coins of several underlyings: counted by what they are worth."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from agent.hedge.policies.min_variance import MinVariance
from agent.model import Code, Held, Holding, Memory, Name, Quote, SeenExposure, Snapshot, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import COLD, ETH, NOW, codes, decided, hedge, market, quote, snapshot, stamp, traded, view
from tests.unit.hedge.test_min_variance import SEI, following, past

WANTED = replace(hedge(), basket=(SEI,))


def priced(sei: str = "2", age_s: int = 60) -> tuple[Quote, ...]:
    return (quote("2000"), replace(quote(sei, age_s), source=Name("sei-feed"), underlying=SEI))


def holding(eth: str, sei: str) -> Held:
    coins = ((ETH, eth), (SEI, sei))
    found = (Holding(where=COLD, underlying=name, amount=Base(amount)) for name, amount in coins)
    return Held(wallet=COLD, stamp=stamp(), holdings=tuple(found))


def seen(eth: str = "4", sei: str = "6000", quotes: Sequence[Quote] | None = None, *views: View) -> Snapshot:
    return replace(snapshot(*views), held=(holding(eth, sei),), quotes=tuple(priced() if quotes is None else quotes))


def test_worked_example__four_eth_and_six_thousand_sei__are_ten_eth() -> None:
    """6,000 SEI at 2 are 12,000 USD: 6 ETH at 2,000."""
    plan = decided(seen(), wanted=WANTED)

    assert plan.hedges[0].exposure == Base(10)
    assert traded(plan) == Base(-10)


def test_worked_example__a_basket_at_minimum_variance__is_short_by_its_slope() -> None:
    """10,000 SEI at 2.00 are 10 ETH; they follow ETH at 0.8: short 8 ETH."""
    wanted = replace(WANTED, policy=MinVariance(), band=Ratio(0))

    plan = decided(seen("0", "10000"), past(following("0.8")), wanted)

    assert plan.hedges[0].exposure == Base(10)
    assert abs(traded(plan) - Base(-8)) <= market().lot
    assert Code.CORRELATION in codes(plan.reasons)


def test_basket__a_coin_outside_of_it__does_not_count() -> None:
    assert decided(seen(), wanted=hedge()).hedges[0].exposure == Base(4)


def test_basket__its_coins_posted_at_a_venue__count_like_any_other() -> None:
    posted = replace(view(), collateral=(Holding(where=COLD, underlying=SEI, amount=Base(1000)),))

    assert decided(seen("4", "6000", None, posted), wanted=WANTED).hedges[0].exposure == Base(11)


@pytest.mark.parametrize(
    ("quotes", "names"),
    [
        ((), ["ETH", "SEI"]),
        (priced()[:1], ["SEI"]),
        (priced()[1:], ["ETH"]),
        (priced(age_s=9999), ["SEI"]),
    ],
)
def test_basket__a_price_is_missing_or_old__is_no_figure_and_no_trade(
    quotes: Sequence[Quote], names: list[str]
) -> None:
    plan = decided(seen(quotes=quotes), wanted=WANTED)

    assert (plan.hedges, traded(plan)) == ((), Base(0))
    told = [reason.value.split()[0] for reason in plan.reasons if reason.code is Code.ORACLE_STALE]
    assert told == names


def test_basket__a_coin_of_it_that_is_not_held__needs_no_price() -> None:
    wider = replace(WANTED, basket=(SEI, Name("TIA")))

    assert decided(seen(sei="0", quotes=()), wanted=WANTED).hedges[0].exposure == Base(4)
    assert decided(seen(), wanted=wider).hedges[0].exposure == Base(10)


def test_basket__a_coin_that_halves__is_half_of_the_exposure_once_a_later_block_agrees() -> None:
    now = seen("0", "10000", priced("1"))
    once = Memory(exposures={ETH: SeenExposure(taken=Base(10))})
    waits = SeenExposure(taken=Base(10), pending=Base(5), pending_at=(stamp(NOW - 12_000),))

    assert Code.EXPOSURE_UNCONFIRMED in codes(decided(now, once, WANTED).reasons)
    assert decided(now, replace(once, exposures={ETH: waits}), WANTED).hedges[0].exposure == Base(5)


def test_basket__a_market_of_its_own_coin__is_told_as_the_better_one() -> None:
    direct = replace(market("2"), name=Name("SEI-PERP"), underlying=SEI)
    both = replace(view(), markets=(market(), direct))

    [told] = [
        r for r in decided(seen("4", "6000", None, both), wanted=WANTED).reasons if r.code is Code.DIRECT_MARKET
    ]

    assert told.value == "SEI has the market SEI-PERP at perp"
    assert Code.DIRECT_MARKET not in codes(decided(seen(), wanted=WANTED).reasons)


def test_policies__what_each_coin_is_worth__is_what_the_exposure_counts() -> None:
    """A basket of 8,000 USD of ETH and 12,000 of SEI: the slope is 0.4 + 0.6 * 0.8."""
    wanted = replace(WANTED, policy=MinVariance(), band=Ratio(0))

    state = decided(seen(), past(following("0.8")), wanted).hedges[0]

    assert abs(state.hedge_ratio - Ratio("0.88")) < Ratio("0.000001")
    assert state.exposure * Price(2000) == Usd(20_000)
