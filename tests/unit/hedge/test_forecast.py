"""Forecasts of funding, and the proof that they are worth more than today's rate."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import pytest

from agent.hedge.carry import carry_a_year
from agent.hedge.forecast import FORECASTERS, ar1, chosen, expecting, last, means, moving_average, scores
from agent.hedge.places import Place
from agent.model import Past, Rate
from agent.units import Base, Ratio
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, market, view

NOISE = [Decimal((n * 7919) % 101 - 50) / 1000 for n in range(400)]
"""Around 0, each day on its own."""
LEVEL = [Decimal("0.1") + each for each in NOISE]
WALK = list(accumulate(NOISE))
"""Each day's noise stays."""


def test_forecasters__of_a_flat_series__agree() -> None:
    assert {one([Decimal("0.1")] * 60, 7) for one in FORECASTERS.values()} == {Decimal("0.1")}


def test_last_and_moving_average__of_eight_days__see_the_last_one_and_the_last_seven() -> None:
    seen = [Decimal(n) for n in range(8)]
    assert (last(seen, 3), moving_average(seen, 3)) == (Decimal(7), Decimal(4))


def test_ar1__of_values_that_are_pulled_back__goes_back_to_their_level() -> None:
    seen = [*LEVEL[:100], Decimal(1)]
    assert Decimal("0.05") < ar1(seen, 30) < Decimal("0.25")


@pytest.mark.parametrize(("series", "name"), [(LEVEL, "ar1"), (LEVEL, "moving-average")])
def test_scores__noise_around_a_level__are_better_than_as_today(series: Sequence[Decimal], name: str) -> None:
    found = {score.name: score for score in scores(series, 7)}
    assert found["last"].against_last == Ratio(1)
    assert found[name].against_last < Ratio(1)
    assert found[name].forecasts == len(range(30, 394, 7))


def test_chosen__a_forecaster_that_does_not_beat_as_today__is_not_used() -> None:
    assert chosen("moving-average", WALK, 7) == "last"
    assert chosen("moving-average", LEVEL, 7) == "moving-average"
    assert chosen("best", LEVEL, 7) in ("moving-average", "ar1")
    assert chosen("best", LEVEL[:40], 7) == "last"  # too short to tell


def test_means__several_payments_a_day__are_one_figure_a_year_and_none_of_today() -> None:
    hourly = Rate(value=Ratio("0.00001"), interval_s=3600)
    twice = Rate(value=Ratio("0.00003"), interval_s=3600)
    today = NOW - NOW % DAY
    paid = ((today - DAY - 2, hourly), (today - DAY, twice), (today, hourly), (today + 1, twice))
    assert means(paid, NOW) == (Decimal("0.1752"), Decimal("0.0876"))


def test_expecting__a_forecast_that_beats_as_today__is_what_carry_is_computed_from() -> None:
    first = NOW - len(LEVEL) * DAY
    rates = tuple((first + n * DAY, Rate(value=Ratio(each), interval_s=365 * 86_400)) for n, each in enumerate(LEVEL))
    place, past = Place(view=view(), market=market()), Past(funding={(PERP, ETH): rates})
    expected = carry_a_year(expecting(place, "moving-average", 7, past).market, Base(-1))
    assert expected == Ratio(moving_average(LEVEL, 7))
    assert expecting(place, "last", 7, past) == place
    assert expecting(place, "moving-average", 7, Past()) == place
