"""The policies by name, and how their parameters are read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.errors import ConfigError
from agent.hedge import POLICIES, make_policy
from agent.hedge.policies.schedule import Schedule
from agent.hedge.policies.stairs import Stairs, height
from agent.hedge.policies.tactical import Tactical
from agent.model import Wished
from agent.units import Ratio, Usd
from tests.unit.hedge.known import KNOWN, closes, paid, remembering

NEEDED: dict[str, Mapping[str, object]] = {
    "partial": {"ratio": "0.5"},
    "fixed-usd": {"usd": "250000"},
    "tactical": {"signal": "trend"},
    "preservation": {"max_cost": "0.1", "resume": "0.05"},
    "basis": {"base": "0.5"},
    "funding-switch": {"floor": "0.2", "ceiling": "1"},
    "schedule": {"ratios": {"2001-09-01": "0.5"}},
}
"""What each policy must be told; the others ask nothing."""


WISHES: dict[str, Ratio | Usd] = {
    "full": Ratio(1),
    "partial": Ratio("0.5"),
    "starter": Ratio("0.1"),
    "fixed-usd": Usd(250_000),
    "tactical": Ratio("0.35"),  # the first of two steps to 70 %
    "preservation": Ratio("0.9"),
    "basis": Ratio(1),
    "funding-switch": Ratio(1),
    "min-variance": Ratio(1),
    "schedule": Ratio("0.5"),
}


@pytest.mark.parametrize("name", POLICIES)
def test_policy__by_its_name_in_a_falling_market_that_pays_shorts__wishes(name: str) -> None:
    falling = closes([2000 - 10 * day for day in range(40)])
    known = replace(KNOWN, memory=remembering(prices=falling, funding=paid("0.0001")))

    found = make_policy(name, NEEDED.get(name, {}))(known)

    assert found.size == WISHES[name]
    assert found.why


@pytest.mark.parametrize("name", ["tactical", "preservation", "basis", "funding-switch"])
def test_policy__nothing_was_recorded__cannot_say_and_does_not_guess(name: str) -> None:
    found = make_policy(name, NEEDED[name])(KNOWN)

    assert found.size is None
    assert [reason.code for reason in found.warns] == ["UNDECIDED"]
    assert "recorded" in found.why


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("partial", {}, "policy partial: ratio is missing"),
        ("full", {"ratio": "1"}, "policy full: unknown parameter ratio; known: none"),
        ("partial", {"ratio": "0"}, "policy partial: ratio must be above 0 and at most 1, not 0"),
        ("partial", {"ratio": Decimal("1.1")}, "policy partial: ratio must be above 0 and at most 1, not 1.1"),
        ("partial", {"ratio": "half"}, "policy partial: ratio must be a number, like 0.5, not 'half'"),
        ("partial", {"ratio": "nan"}, "policy partial: ratio must be a number, like 0.5, not 'nan'"),
        ("partial", {"ratio": True}, "policy partial: ratio must be a number, like 0.5, not True"),
        ("partial", {"ratio": Usd(1)}, "policy partial: ratio must be a Ratio, not Usd(1)"),
        ("fixed-usd", {"usd": "0"}, "policy fixed-usd: usd must be above 0, not 0"),
        (
            "tactical",
            {"signal": "hunch"},
            "policy tactical: signal must be one of rate-of-change, trend, breakout, in, out, not 'hunch'",
        ),
        ("tactical", {"days": "2.5"}, "policy tactical: days must be a whole number, like 30, not '2.5'"),
        ("tactical", {"days": "-2"}, "policy tactical: days must be a whole number, like 30, not '-2'"),
        ("tactical", {"days": True}, "policy tactical: days must be a whole number, like 30, not True"),
        ("tactical", {"days": 0}, "policy tactical: days must be at least 1, not 0"),
        ("tactical", {"steps": 0}, "policy tactical: steps must be at least 1, not 0"),
        ("tactical", {"step_days": 0}, "policy tactical: step_days must be at least 1, not 0"),
        ("tactical", {"enter": "0"}, "policy tactical: enter must be below 0, not 0"),
        ("tactical", {"leave": "0"}, "policy tactical: leave must be above 0, not 0"),
        ("tactical", {"floor": "0.7"}, "policy tactical: floor must be below ceiling 0.7, not 0.7"),
        ("tactical", {"ceiling": "1.2"}, "policy tactical: ceiling must be above 0 and at most 1, not 1.2"),
        ("preservation", {"resume": "0.1"}, "policy preservation: resume must be below max_cost 0.1, not 0.1"),
        ("preservation", {"sale_cost": "-1"}, "policy preservation: sale_cost must be at least 0, not -1"),
        ("preservation", {"horizon_days": 0}, "policy preservation: horizon_days must be at least 1, not 0"),
        ("preservation", {"average_days": 0}, "policy preservation: average_days must be at least 1, not 0"),
        ("preservation", {"floor": "0.9"}, "policy preservation: floor must be below ratio 0.9, not 0.9"),
        ("basis", {"leave": "0.05"}, "policy basis: leave must be below enter 0.05, not 0.05"),
        ("basis", {"base": "-0.1"}, "policy basis: base must be at least 0, not -0.1"),
        ("basis", {"raised": "0.5"}, "policy basis: base must be below raised 0.5, not 0.5"),
        ("funding-switch", {"leave": "0.06"}, "policy funding-switch: leave must be below enter 0.05, not 0.06"),
        ("funding-switch", {"ceiling": "0.2"}, "policy funding-switch: floor must be below ceiling 0.2, not 0.2"),
        ("funding-switch", {"steps": 0}, "policy funding-switch: steps must be at least 1, not 0"),
        (
            "min-variance",
            {"shrinkage": "2"},
            "policy min-variance: shrinkage must be at least 0 and at most 1, not 2",
        ),
        ("min-variance", {"least_fit": "0"}, "policy min-variance: least_fit must be above 0 and at most 1, not 0"),
        (
            "min-variance",
            {"least_days": 91},
            "policy min-variance: least_days must be at least 3 and at most window_days 90, not 91",
        ),
        (
            "min-variance",
            {"half_life_days": -1},
            "policy min-variance: half_life_days must be at least 1, or 0 for equal weights, not -1",
        ),
        ("schedule", {"ratios": "0.5"}, 'policy schedule: ratios must be a table, like { 2027-01-31 = "0.5" }, not'),
        ("schedule", {"ratios": {}}, "policy schedule: ratios must be a table with at least one date, not empty"),
        (
            "schedule",
            {"ratios": {"soon": "1"}},
            "policy schedule: ratios has a date that is none: 'soon'; write it like 2027-01-31",
        ),
        (
            "schedule",
            {"ratios": {"2027-01-31": "some"}},
            "policy schedule: ratios at 2027-01-31 must be a number, like 0.5, not 'some'",
        ),
        (
            "schedule",
            {"ratios": {"2027-01-31": "2"}},
            "policy schedule: ratios.2027-01-31 must be at least 0 and at most 1, not 2",
        ),
    ],
)
def test_policy__a_wrong_parameter__says_its_name_what_was_given_and_what_is_allowed(
    name: str, parameters: dict[str, object], says: str
) -> None:
    given = {**NEEDED.get(name, {}), **parameters} if parameters else {}

    with pytest.raises(ConfigError) as refused:
        make_policy(name, given)

    assert str(refused.value).startswith(says)


def test_policy__a_name_that_is_none__is_told_with_those_that_are() -> None:
    with pytest.raises(ConfigError) as refused:
        make_policy("fulll", {})

    assert str(refused.value) == f"there is no policy 'fulll'; known: {', '.join(POLICIES)}"


def test_parameters__as_toml_and_as_init_write_them__are_the_same_policy() -> None:
    wanted = Tactical(signal="breakout", days=30, ceiling=Ratio("0.6"))

    assert make_policy("tactical", {"signal": "breakout", "days": 30, "ceiling": Decimal("0.6")}) == wanted
    assert make_policy("tactical", {"signal": "breakout", "days": "30", "ceiling": "0.6"}) == wanted


def test_parameters__a_table_of_dates__is_read_as_dates() -> None:
    made = make_policy("schedule", {"ratios": {"2027-01-31": "0.5", date(2027, 3, 1): Ratio(1)}})

    assert made == Schedule(ratios={date(2027, 1, 31): Ratio("0.5"), date(2027, 3, 1): Ratio(1)})


@pytest.mark.parametrize(
    ("last", "at", "step"),
    [
        (None, "0.4", "0.5"),
        (None, "0.1", "0"),
        ("0", "0.49", "0"),
        ("0", "0.5", "0.5"),
        ("0", "1.7", "1"),
        ("0.5", "0.99", "0.5"),
        ("0.5", "1", "1"),
        ("0.5", "0.01", "0.5"),
        ("0.5", "0", "0"),
        ("1", "0.51", "1"),
        ("1", "0.5", "0.5"),
        ("0.7", "0.5", "0.5"),  # wanted for other reasons: the nearest step
    ],
)
def test_stairs__a_step__is_kept_until_the_height_is_a_whole_step_away(last: str | None, at: str, step: str) -> None:
    stairs = Stairs(floor=Ratio(0), ceiling=Ratio(1), steps=2)
    stood = None if last is None else Wished(ratio=Ratio(last), since_ms=0)

    assert stairs.settled(stood, Ratio(at)) == Ratio(step)


def test_height__between_two_thresholds__is_a_share_of_the_way() -> None:
    assert height(Ratio("0.03"), Ratio("-0.05"), Ratio("0.05")) == Ratio("0.8")
    assert height(Ratio("0.06"), Ratio("0.1"), Ratio("0.05")) == Ratio("0.8")  # the lower, the higher
