"""The exchange's keeper as an actor of the fault tests: acts when it is told to, and only then."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.faults.case import Case
from tests.kit.faults.scenes import STEPS
from tests.kit.gmx import keeper

LOOKS = (*STEPS, "settle", "settled")
"""Of one order, in order: it is created, and looked at again when a keeper has acted on it."""


@dataclass
class Keeper:
    """Each call executes every order that waits and still can be, but `cancels` the first so many for their price."""

    devnet: Devnet
    cancels: int = 0

    def __call__(self) -> None:
        for order in keeper.waiting_orders(self.devnet.gmx, self.devnet.address(Role.ACCOUNT)):
            if not keeper.would_execute(self.devnet.gmx, order):
                continue
            if self.cancels:
                self.cancels -= 1
                keeper.execute_unacceptably(self.devnet.gmx, order)
            else:
                keeper.execute(self.devnet.gmx, order)


class Acts(StrEnum):
    """When a keeper acts on the order of a run that is killed."""

    BEFORE = "executes-before-the-restart"
    AFTER = "executes-after-it"
    CANCELS_BEFORE = "cancels-before-the-restart"
    CANCELS_AFTER = "cancels-after-it"

    @classmethod
    def at(cls, looks: Sequence[str], step: int) -> tuple["Acts", ...]:
        """Those that make a difference for a kill before that step: there is an order, and nobody has acted on it."""
        if step <= looks.index("sent"):
            return cls.AFTER, cls.CANCELS_AFTER
        return tuple(cls) if step <= looks.index("settled") + 1 else (cls.BEFORE, cls.CANCELS_BEFORE)

    def set(self, case: Case) -> None:
        cancels = self in (Acts.CANCELS_BEFORE, Acts.CANCELS_AFTER)
        case.cancelled = int(cancels)
        case.keeper = Keeper(case.devnet, cancels=int(cancels))

    def at_once(self, case: Case) -> None:
        """After the kill."""
        if self in (Acts.BEFORE, Acts.CANCELS_BEFORE):
            case.keeper()
