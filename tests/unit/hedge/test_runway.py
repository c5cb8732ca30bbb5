"""How long a position lasts: by volatility, by the carry that it pays, and what would make it last longer."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.hedge.margin import backed
from agent.hedge.runway import (
    Runway,
    days_until,
    missing_for_runway,
    nearest,
    runways,
    spelled,
    volatility_of,
)
from agent.hedge.stats import LEAST_RETURNS
from agent.model import Closes, Name, Past, Position, Rate, View
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import DAY, ETH, NOW, market, view

ASSUMED = Ratio("0.8")
CALM = Past()


def swinging(step: str, days: int, until: int = NOW) -> Closes:
    """Up and down by the same logarithm, day by day: of even many returns the mean is 0."""
    ups = (Decimal(step).exp() if day % 2 else Decimal(1) for day in range(days + 1))
    return tuple((until - (days - n) * DAY, Price(2000 * up)) for n, up in enumerate(ups))


def recorded(step: str, days: int, until: int = NOW) -> Past:
    return Past(closes={ETH: swinging(step, days, until)})


def runway(account: View, past: Past = CALM) -> Runway:
    [found] = runways(account, past, ASSUMED)
    return found


def test_runway__the_example_of_the_docs__reads_in_the_coins_price_and_in_time() -> None:
    """ln(4,110 / 3,000) = 0.3148; 0.3148 / (1.96 * 0.025) = 6.425; squared: 41.3 days. Half of 30 returns are +0.025
    and half -0.025: their deviation is 0.025 * sqrt(30 / 29), so the step is that much smaller."""
    account, past = view("-10", equity="13668.75", at=market("3000")), recorded("0.0245798", 30)

    assert runway(account, past).says() == "+37 % (4,110); runway at 30-day volatility: 41 days"


def test_runway__no_closes__takes_the_stated_assumption_and_says_so() -> None:
    """0.3148 / (1.96 * 0.8 / sqrt(365)) = 3.836; squared: 14.7 days."""
    found = runway(view("-10", equity="13668.75", at=market("3000")))

    assert found.says() == "+37 % (4,110); runway at an assumed volatility of 80 % a year: 15 days"
    assert abs(found.volatility.a_year - ASSUMED) < Ratio("0.0000001")


@pytest.mark.parametrize(
    ("days", "until", "measured"),
    [(30, NOW, True), (LEAST_RETURNS, NOW, True), (LEAST_RETURNS - 1, NOW, False), (30, NOW - 20 * DAY, False)],
    ids=["enough", "just enough", "too few", "too old"],
)
def test_volatility__is_measured__where_the_last_thirty_days_hold_enough_closes(
    days: int, until: int, measured: bool
) -> None:
    found = volatility_of(ETH, recorded("0.03", days, until), NOW, ASSUMED)

    assert (found.origin == "30-day volatility") is measured
    assert (found.daily < Ratio("0.04")) is measured


def test_volatility__a_coin_that_stood_still__is_not_taken_for_safe() -> None:
    assert volatility_of(ETH, recorded("0", 30), NOW, ASSUMED).a_year > Ratio("0.7")


def test_runway__carry_is_paid__is_shorter_and_carry_received_is_not_counted_on() -> None:
    account = view("-10", equity="10000")
    pays, receives = (
        replace(account, markets=(replace(market(), funding=Rate(value=Ratio(rate), interval_s=3600)),))
        for rate in ("-0.0002", "0.0002")
    )
    plain, drained, fed = (runway(each).days for each in (account, pays, receives))

    assert plain is not None
    assert drained is not None
    assert drained < plain
    assert fed == plain


def test_days_until__a_drain__solves_its_equation() -> None:
    """At T days the distance left, 0.3 - 0.001 * T, is 1.96 deviations of T days: 1.96 * 0.04 * sqrt(T)."""
    found = days_until(Decimal("0.3"), Decimal("0.04"), Decimal("0.001"))

    assert found is not None
    left = Decimal("0.3") - Decimal("0.001") * found.raw
    assert abs(left - Decimal("1.96") * Decimal("0.04") * found.raw.sqrt()) < Decimal("1e-30")


def test_days_until__nothing_moves__never_ends() -> None:
    assert days_until(Decimal("0.3"), Decimal(0)) is None
    assert days_until(Decimal(0), Decimal("0.04")) == Ratio(0)


def test_runway__equity_is_used_up__is_any_moment() -> None:
    found = runway(view("-10", equity="1250"))

    assert (found.days, found.says()) == (Ratio(0), "any moment: it needs 1,250 USD of equity")


def test_runway__a_fully_paid_long__never_ends() -> None:
    found = runway(view("10", equity="20000"))

    assert (found.days, found.liquidation, found.says()) == (None, None, "never")
    assert nearest([found]) is None


def test_runway__the_venues_own_liquidation_price__wins() -> None:
    short = Position(market=ETH, size=Base(-10), entry=Price(2000), liquidation=Price(2100))

    assert runway(replace(view("-10", equity="10000"), positions=(short,))).says().startswith("+5 % (2,100);")


def test_nearest__of_two_positions__is_the_one_that_ends_first() -> None:
    btc = replace(market("50000"), name=Name("BTC"), underlying=Name("BTC"))
    account = replace(
        view("-1", equity="30000"),
        markets=(market(), btc),
        positions=(
            Position(market=ETH, size=Base(-1), entry=Price(2000)),
            Position(market=btc.name, size=Base(-1), entry=Price(50000)),
        ),
    )
    found = nearest(runways(account, CALM, ASSUMED))

    assert found is not None
    assert found.market == btc.name


@pytest.mark.parametrize("own", [None, Price(2100)], ids=["estimated", "the venue's own figure"])
def test_missing_for_runway__once_it_is_posted__the_runway_is_that_long(own: Price | None) -> None:
    short = Position(market=ETH, size=Base(-10), entry=Price(2000), liquidation=own)
    account = replace(view("-10", equity="3000"), positions=(short,))

    lacking = missing_for_runway(account, Ratio(9), CALM, ASSUMED)

    assert lacking > Usd(1000)
    helped = replace(
        account, equity=account.equity + lacking, positions=(backed(short, account.markets[0], lacking),)
    )
    days = runway(helped).days
    assert days is not None
    assert abs(days - Ratio(9)) < Ratio("0.000001")
    assert missing_for_runway(helped, Ratio("8.9"), CALM, ASSUMED) == Usd(0)


def test_spelled__weeks_days_and_hours__in_the_unit_that_matters() -> None:
    assert [spelled(Ratio(days)) for days in ("41.3", "2.26", "0.5")] == ["41 days", "2.3 days", "12 hours"]
