"""Statistics on small samples whose figures can be checked by hand."""

from decimal import Decimal

import pytest

from agent.hedge.stats import ar1, daily_returns, deviation, fading, mean, percentile, regression, volatility, z_score
from agent.model.times import DAY_MS
from agent.units import Price

D = Decimal


def numbers(text: str) -> list[Decimal]:
    return [D(each) for each in text.split()]


def test_mean_and_deviation__a_textbook_sample__are_its_own() -> None:
    sample = numbers("2 4 4 4 5 5 7 9")

    assert mean(sample) == 5
    assert deviation(sample) == (D(32) / 7).sqrt()
    assert z_score(numbers("4 6"), D(7)) == 2 / D(2).sqrt()


def test_z_score__nothing_varies_or_one_value__cannot_say() -> None:
    assert z_score(numbers("3 3 3"), D(4)) is None
    assert z_score(numbers("3"), D(4)) is None
    assert deviation(numbers("3")) is None


@pytest.mark.parametrize(("now", "share"), [("0", "0"), ("1", "0.125"), ("3", "0.75"), ("9", "1")])
def test_percentile__equal_values__count_half(now: str, share: str) -> None:
    assert percentile(numbers("1 2 3 3"), D(now)) == D(share)


def test_percentile__nothing_recorded__cannot_say() -> None:
    assert percentile([], D(1)) is None


def test_fading__a_half_life_of_two__halves_every_second_value() -> None:
    weights = fading(5, 2)

    assert [weights[0], weights[2], weights[4]] == pytest.approx([D("0.25"), D("0.5"), D(1)], abs=D("1e-60"))


def test_regression__a_straight_line__is_found_and_explains_all() -> None:
    fit = regression(numbers("1 2 3 4"), numbers("3 5 7 9"))

    assert fit is not None
    assert (fit.slope, fit.intercept, fit.r2) == (D(2), D(1), D(1))


def test_regression__a_textbook_sample__has_its_slope_and_r2() -> None:
    fit = regression(numbers("1 2 3 4 5"), numbers("2 4 5 4 5"))

    assert fit is not None
    assert (fit.slope, fit.intercept, fit.r2) == (D("0.6"), D("2.2"), D("0.6"))


def test_regression__shrinkage__draws_the_slope_towards_one_and_leaves_the_fit() -> None:
    fit = regression(numbers("1 2 3 4 5"), numbers("2 4 5 4 5"), shrinkage=D("0.25"))

    assert fit is not None
    assert (fit.slope, fit.intercept, fit.r2) == (D("0.7"), D("1.9"), D("0.6"))


def test_regression__a_weight_of_two__is_the_pair_twice() -> None:
    once = regression(numbers("1 2 3 4"), numbers("2 1 4 3"), weights=numbers("1 1 1 2"))

    assert once == regression(numbers("1 2 3 4 4"), numbers("2 1 4 3 3"))


@pytest.mark.parametrize(("xs", "ys"), [("1 2", "1 2"), ("1 1 1", "1 2 3"), ("1 2 3", "1 1 1"), ("", "")])
def test_regression__too_few_pairs_or_nothing_that_varies__cannot_say(xs: str, ys: str) -> None:
    assert regression(numbers(xs), numbers(ys)) is None


def test_ar1__values_that_halve_their_distance_to_ten__are_understood() -> None:
    fit = ar1(numbers("18 14 12 11 10.5"))

    assert fit is not None
    assert (fit.level, fit.persistence) == (D(10), D("0.5"))
    assert [fit.ahead(D(18), steps) for steps in (0, 1, 2)] == [18, 14, 12]
    assert fit.average(D(18), 2) == 13


def test_ar1__values_that_run_away__have_no_level() -> None:
    assert ar1(numbers("1 2 4 8 16")) is None


def test_daily_returns__a_missing_day__takes_two_returns_with_it() -> None:
    prices = {1: "100", 2: "110", 4: "121", 5: "110"}

    returns = daily_returns(tuple((day * DAY_MS, Price(close)) for day, close in prices.items()))

    assert list(returns) == [2 * DAY_MS, 5 * DAY_MS]
    assert returns[2 * DAY_MS] == pytest.approx(-returns[5 * DAY_MS], abs=D("1e-30"))
    assert str(returns[2 * DAY_MS]).startswith("0.09531017980432486")


def test_volatility__one_percent_up_and_down__is_a_fifth_a_year() -> None:
    year = volatility(numbers("0.01 -0.01") * 100)

    assert year is not None
    assert year == pytest.approx(D("0.1915"), abs=D("0.0001"))  # 0.01 * root(200 / 199) * root(365)
    assert volatility(numbers("0.01")) is None
