"""An account where a keeper executes: what became of its orders, and who acts in between."""

import json
from collections.abc import Callable

from agent.errors import Exit
from tests.kit.faults import records
from tests.kit.faults.case import Case
from tests.kit.faults.process import Ended

EXPIRY_S = 300
SOON = ("--deadline", "8", "--json")
"""Long enough to create an order on a busy machine."""


def nobody() -> None:
    """No keeper is at work."""


def orders(case: Case) -> list[str]:
    return list(records.orders(case.devnet).values())


def states(case: Case) -> list[str]:
    return [slot.state for slot in records.slots(case.folder)]


def told(ended: Ended, code: str) -> str:
    said = json.loads(ended.out)
    return "; ".join(reason["value"] for reason in (*said["reasons"], *said["happened"]) if reason["code"] == code)


def left_waiting(case: Case) -> Ended:
    """A run that ends at its deadline, its order created and not executed."""
    ended = case.run("run", *SOON)
    assert (ended.exit, orders(case)) == (Exit.TEMPORARY, ["open"]), ended
    assert {"DEADLINE", "WORKING"} <= ended.codes
    return ended


def on_creation(case: Case, act: Callable[[], None]) -> None:
    """`act` comes between the first order's creation and its execution."""
    works, done = case.keeper, list[bool]()

    def first_then_execute() -> None:
        if not done:
            act()
            done.append(True)
        works()

    case.keeper = first_then_execute
