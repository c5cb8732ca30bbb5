"""A test that cannot fail proves nothing: every named breakage is caught by the promise that it breaks."""

import pytest

from tests.kit.breakages import BREAKAGES, Breakage
from tests.kit.toys.promises import PROMISES


@pytest.mark.parametrize("name", BREAKAGES)
def test_breakage__in_one_part__fails_its_promise(name: str) -> None:
    with pytest.raises(AssertionError):
        _keep(BREAKAGES[name])


def _keep(breakage: Breakage) -> None:
    for play in PROMISES[breakage.promise]:
        play(breakage.change)
