"""Statistics against references written another way: in exact fractions, and in the standard library's."""

import statistics
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge.stats import ar1, deviation, fading, mean, percentile, regression, z_score
from tests.fuzz.moments import SEARCH, amounts

SAMPLE = st.lists(amounts("-100", "100", 3), min_size=1, max_size=12)
PAIRS = st.lists(st.tuples(amounts("-100", "100", 2), amounts("-100", "100", 2)), min_size=3, max_size=10)
CLOSE = Decimal("1e-50")


def exact(raw: Decimal) -> Fraction:
    return Fraction(*raw.as_integer_ratio())


def near(found: Decimal, wanted: Fraction) -> bool:
    return abs(exact(found) - wanted) <= exact(CLOSE) * max(Fraction(1), abs(wanted))


def line(pairs: list[tuple[Decimal, Decimal]], weights: list[int]) -> tuple[Fraction, Fraction, Fraction] | None:
    """Slope, intercept and R2 by the raw sums of the normal equations, each pair as often as it weighs."""
    rows = [(exact(x), exact(y)) for (x, y), often in zip(pairs, weights, strict=True) for _ in range(often)]
    n, sx, sy = Fraction(len(rows)), sum(x for x, _ in rows), sum(y for _, y in rows)
    xx = n * sum(x * x for x, _ in rows) - sx * sx
    yy = n * sum(y * y for _, y in rows) - sy * sy
    xy = n * sum(x * y for x, y in rows) - sx * sy
    if not xx or not yy:
        return None
    return Fraction(xy, xx), Fraction(sy - Fraction(xy, xx) * sx, n), Fraction(xy * xy, xx * yy)


@SEARCH
@given(SAMPLE, amounts("-100", "100", 3))
def test_mean_deviation_z_score_and_rank__any_sample__are_the_definitions(
    sample: list[Decimal], now: Decimal
) -> None:
    assert near(mean(sample), statistics.mean(map(exact, sample)))
    spread = deviation(sample)
    if len(sample) > 1:
        assert spread is not None
        assert spread == pytest.approx(statistics.stdev(sample), abs=CLOSE)
    score = z_score(sample, now)
    assert (score is None) == (not spread)
    assert score is None or (score > 0) == (now > mean(sample))
    below, equal = sum(each < now for each in sample), sample.count(now)
    assert near(percentile(sample, now) or Decimal(0), Fraction(2 * below + equal, 2 * len(sample)))


@SEARCH
@given(PAIRS, st.data())
def test_regression__any_pairs_and_weights__is_what_the_normal_equations_say(
    pairs: list[tuple[Decimal, Decimal]], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 5), min_size=len(pairs), max_size=len(pairs)))
    shrinkage = data.draw(amounts("0", "1", 2))

    fit = regression([x for x, _ in pairs], [y for _, y in pairs], list(map(Decimal, weights)), shrinkage)

    wanted = line(pairs, weights)
    assert (fit is None) == (wanted is None)
    if fit and wanted:
        slope, _, r2 = wanted
        assert near(fit.slope, slope + exact(shrinkage) * (1 - slope))
        assert near(fit.r2, r2)
        assert 0 <= fit.r2 <= 1
        assert shrinkage or near(fit.intercept, wanted[1])


@SEARCH
@given(amounts("-5", "5", 2), amounts("-0.9", "0.9", 2), amounts("1", "9", 2))
def test_ar1__values_made_by_its_own_law__are_recognised(level: Decimal, pull: Decimal, start: Decimal) -> None:
    values = [level + start]
    for _ in range(8):
        values.append(level + pull * (values[-1] - level))

    fit = ar1(values)

    if pull:  # without any, all but the first are the level itself: nothing varies
        assert fit is not None
        assert near(fit.level, exact(level))
        assert near(fit.persistence, exact(pull))
        assert near(fit.ahead(values[0], 8), exact(values[8]))
        assert near(fit.average(values[0], 8), statistics.mean(map(exact, values[1:])))
    else:
        assert fit is None


@SEARCH
@given(st.integers(1, 60), st.integers(1, 40))
def test_fading__any_half_life__falls_by_half_in_each(count: int, half_life: int) -> None:
    weights = fading(count, half_life)

    assert weights[-1] == 1
    assert list(weights) == sorted(weights)
    assert all(
        earlier * 2 == pytest.approx(later, abs=CLOSE)
        for earlier, later in zip(weights, weights[half_life:], strict=False)
    )
