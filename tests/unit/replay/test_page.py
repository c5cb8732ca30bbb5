"""The page on replays shows what the code finds."""

from agent.replay.windows import CRASHES
from tests.kit import crashes


def test_page__the_month_of_ftx__is_what_the_replay_finds() -> None:
    """One month of five: the others are walked by the same code, and would take half a minute."""
    [month] = [window for window in CRASHES if window.name == "2022-11"]

    found = crashes.table([month])

    table, _, legend = found.partition("\n\n")
    assert table in crashes.shown(), "run: python -m tests.kit.crashes --write"
    assert legend in crashes.shown()
