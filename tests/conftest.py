"""What the fault tests add up to is printed at the end, also where other processes ran them."""

from tests.kit.faults.figures import pytest_runtest_logreport, pytest_terminal_summary

__all__ = ["pytest_runtest_logreport", "pytest_terminal_summary"]
