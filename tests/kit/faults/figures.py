"""What the fault tests of a session add up to, printed at its end. The topmost conftest imports the two hooks."""

from collections import Counter

import pytest

_SOURCE = "faults"
_total: Counter[str] = Counter()


def keep(item: pytest.Item, figures: Counter[str]) -> None:
    """With the test's report, so that they also arrive from another process."""
    item.user_properties.append((_SOURCE, dict(figures)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        for source, figures in report.user_properties:
            if source == _SOURCE and isinstance(figures, dict):
                _total.update(figures)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _total:
        terminalreporter.section("faults on the local exchange")
        terminalreporter.write_line(
            "{cases} cases, {kills} kills, {position changes} position changes: {double} doubles, {lost} lost".format(
                **{name: _total[name] for name in ("cases", "kills", "position changes", "double", "lost")}
            )
        )
