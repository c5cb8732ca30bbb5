"""Promise 5: what cannot be read stops new risk."""

from agent.errors import Exit
from agent.model import Code
from tests.kit.toys.case import WANTED, Case, Change
from tests.kit.toys.promises.common import codes
from tests.kit.toys.world import KEEPER, MESSAGE, REST, SYNC


def what_is_dark_is_left_alone(change: Change) -> None:
    """A source that is down, or one call that reverts in a batch of many: only who asked it goes without."""
    for dark, venue in ((REST, MESSAGE), ("size/keeper", KEEPER), ("value/keeper/0", KEEPER), ("money/sync", SYNC)):
        case = Case(change=change)
        case.world.dark = {dark}
        assert case.run().exit is Exit.TEMPORARY
        assert Code.UNREADABLE in codes(case)
        assert case.world.sizes == {**WANTED, venue: 0}


def without_spot_nothing_is_traded(change: Change) -> None:
    case = Case(change=change)
    case.world.dark = {"spot"}
    assert case.run().exit is Exit.TEMPORARY
    assert {Code.UNREADABLE, Code.SPOT_UNREADABLE} <= codes(case)
    assert (case.vault.asked, case.world.fills) == ([], [])
