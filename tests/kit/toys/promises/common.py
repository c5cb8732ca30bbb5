"""How every play ends."""

from agent.model import Code
from tests.kit.toys.case import Case


def right(case: Case) -> None:
    """Every case ends with one position change per venue and nothing wrong."""
    assert case.settle().wrongs() == []


def in_time(case: Case) -> None:
    """And no call was mined after its time to live."""
    right(case)
    assert case.world.late == []


def codes(case: Case) -> set[Code]:
    return {reason.code for reason in case.reports[-1].reasons}
