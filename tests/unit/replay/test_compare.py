"""The comparison: which policies take part, over which days, and what comes out."""

from datetime import UTC, datetime

from agent.hedge import POLICIES, make_policy
from agent.model.times import HOUR_MS
from agent.replay.compare import CONTENDERS, LEFT_OUT, compare, contenders
from agent.replay.windows import CRASHES, Window
from tests.unit.replay.scene import ETH, FREE, MIDNIGHT, bar


def test_contenders__every_policy__takes_part_or_is_left_out_for_a_reason() -> None:
    taking = {name for name, _ in contenders()}

    assert taking | set(LEFT_OUT) == set(POLICIES)
    assert not taking & set(LEFT_OUT)
    assert set(CONTENDERS) | set(LEFT_OUT) <= set(POLICIES), "a name that is no policy"
    for name, parameters in contenders():
        make_policy(name, parameters)


def test_windows__whole_months__hold_the_crashes_they_are_named_for() -> None:
    days = {"2020-03": (2020, 3, 12), "2021-05": (2021, 5, 19), "2022-06": (2022, 6, 18), "2022-11": (2022, 11, 9)}
    days["2025-10"] = (2025, 10, 10)

    assert [window.name for window in CRASHES] == list(days)
    for window in CRASHES:
        at_ms = int(datetime(*days[window.name], tzinfo=UTC).timestamp()) * 1000
        assert window.since_ms < at_ms < window.until_ms
        assert 30 * 24 * HOUR_MS <= window.until_ms - window.since_ms <= 31 * 24 * HOUR_MS


def test_compare__a_fall_by_half__costs_the_hedged_nothing_and_the_half_hedged_a_quarter() -> None:
    window = Window(name="made", since_ms=MIDNIGHT, until_ms=MIDNIGHT + 2 * HOUR_MS, what="by hand")
    far = Window(name="far", since_ms=0, until_ms=HOUR_MS, what="before all bars")

    [found] = compare([bar(0, "3000"), bar(1, "1500"), bar(9, "10")], [far, window], ETH, FREE)

    depths = {tried.name: tried.result.hedged.depth for tried in found.tried}
    assert found.window is window
    assert (str(depths["full"]), str(depths["partial"])) == ("0", "-0.25")
    assert {tried.result.holes.bars for tried in found.tried} == {2}, "bars after the window are not looked at"
