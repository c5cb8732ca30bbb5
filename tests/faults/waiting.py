"""A run that is stopped while its transaction waits."""

from tests.kit.faults import records
from tests.kit.faults.case import Case
from tests.kit.faults.process import Ended, Running


def trade_waits(case: Case, running: Running) -> None:
    """From here on the chain mines only when it is told to; the trade is in its pool."""
    running.until("sign", 3)
    case.devnet.chain.rpc("evm_setAutomine", False)
    running.go()
    running.until("sent")


def finished(running: Running) -> Ended:
    """To the end of the run, whatever steps are left."""
    running.go()
    while running.step():
        running.go()
    return running.end()


def slot(case: Case, nonce: int) -> records.Slot:
    return next(slot for slot in records.slots(case.folder) if slot.nonce == nonce)
