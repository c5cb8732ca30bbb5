"""What is decided beforehand: a ratio by date, and a person's word above any policy."""

from datetime import date

import pytest

from agent.errors import ConfigError
from agent.hedge.policies import Override
from agent.hedge.policies.full import Full
from agent.hedge.policies.schedule import Schedule
from agent.hedge.policies.tactical import Tactical
from agent.model import Code, Memory
from agent.units import Base, Ratio
from tests.unit.hedge.known import asked, remembering
from tests.unit.hedge.scene import codes, decided, hedge, snapshot, traded

SEPTEMBER, OCTOBER = date(2001, 9, 9), date(2001, 10, 1)


def test_worked_example__a_schedule__hedges_half_from_today_and_all_from_october() -> None:
    policy = Schedule(ratios={SEPTEMBER: Ratio("0.5"), OCTOBER: Ratio(1), date(2001, 1, 1): Ratio("0.2")})

    plan = decided(snapshot(), wanted=hedge(policy))

    assert traded(plan) == Base(-5)
    assert plan.hedges[0].why == "50 % from 2001-09-09, 100 % from 2001-10-01"


def test_schedule__its_last_date_is_past__stays_at_that_ratio() -> None:
    found = asked(Schedule(ratios={date(2001, 9, 8): Ratio(0)}), Memory())

    assert (found.size, found.why) == (Ratio(0), "0 % from 2001-09-08")


def test_schedule__before_its_first_date__leaves_what_stands() -> None:
    found = asked(Schedule(ratios={OCTOBER: Ratio(1)}), Memory())

    assert found.size is None
    assert found.why == "cannot say: the schedule begins on 2001-10-01"


def test_worked_example__an_override__wins_over_its_policy_until_its_last_day_is_over() -> None:
    policy = Override(policy=Full(), ratio=Ratio("0.4"), until=date(2001, 12, 31))

    plan = decided(snapshot(), wanted=hedge(policy))

    assert traded(plan) == Base(-4)
    assert plan.hedges[0].why == "40 % by hand to the end of 2001-12-31, whatever the policy wants"
    assert Code.OVERRIDE_ENDS not in codes(plan.reasons)


@pytest.mark.parametrize(
    ("until", "ratio", "says"),
    [
        (date(2001, 9, 16), "0.4", None),
        (date(2001, 9, 15), "0.4", "40 % by hand ends in 6 days; then the policy decides: all of it"),
        (date(2001, 9, 10), "0.4", "40 % by hand ends tomorrow; then the policy decides: all of it"),
        (date(2001, 9, 9), "0.4", "40 % by hand ends today; then the policy decides: all of it"),
        (date(2001, 9, 8), "1", "40 % by hand has ended: take it out of the configuration"),
        (date(2000, 9, 10), "1", "40 % by hand has ended: take it out of the configuration"),
    ],
)
def test_override__near_its_end__says_what_comes_then(until: date, ratio: str, says: str | None) -> None:
    found = asked(Override(policy=Full(), ratio=Ratio("0.4"), until=until), Memory())

    assert found.size == Ratio(ratio)
    assert [reason.value for reason in found.warns] == ([says] if says else [])


def test_override__over__lets_a_policy_of_steps_go_on_from_there() -> None:
    ended = Override(
        policy=Tactical(signal="out", ceiling=Ratio("0.6"), steps=3), ratio=Ratio("0.4"), until=date(2001, 9, 8)
    )

    assert asked(ended, remembering(last="0.4")).size == Ratio("0.2")


def test_override__more_than_the_exposure__is_refused() -> None:
    with pytest.raises(ConfigError, match=r"override: ratio must be at least 0 and at most 1, not 1\.1"):
        Override(policy=Full(), ratio=Ratio("1.1"), until=OCTOBER)
