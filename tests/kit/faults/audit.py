"""What no fault may break: every position change wanted once and recorded, and nothing else of ours moved."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.faults import records
from tests.kit.faults.case import Case
from tests.kit.faults.records import Mined, Slot

LOT = Decimal("0.001")


def assert_exactly_once(case: Case) -> None:
    """Everything that must hold when a fault and its recovery are over."""
    problems = list(audit(case))
    case.figures["cases"] += 1
    case.figures["position changes"] += records.position_changes(case.devnet).total()
    for kind in ("double", "lost"):
        case.figures[kind] += sum(problem.startswith(kind) for problem in problems)
    assert not problems, "\n".join(problems)


def audit(case: Case) -> Iterator[str]:
    """One line for each thing that is wrong."""
    mined, journal = records.mined(case.devnet), records.slots(case.folder)
    yield from _lost(mined, journal, case.foreign)
    yield from _doubles(case, journal)
    yield from _slots(case, mined, journal)
    yield from _end(case)


def _lost(mined: Sequence[Mined], journal: Sequence[Slot], foreign: set[str]) -> Iterator[str]:
    """What the key has done is in the journal, byte for byte."""
    recorded = {ref: raw for slot in journal for ref, raw in slot.attempts.items()}
    for tx in mined:
        if tx.ref not in foreign and recorded.get(tx.ref) != tx.raw:
            yield f"lost: transaction {tx.nonce} ({tx.ref}) was mined and is not in the journal"


def _doubles(case: Case, journal: Sequence[Slot]) -> Iterator[str]:
    changed = records.position_changes(case.devnet)
    for slot in journal:
        if (times := sum(changed[ref] for ref in slot.attempts)) > 1:
            yield f"double: intent {slot.id} changed the position {times} times"
    for what, found, wanted in (
        ("the position changed", changed.total(), case.changes),
        ("the collateral changed", records.deposits(case.devnet), case.deposits),
        *_orders(case),
    ):
        if found != wanted:
            yield f"{'double' if found > wanted else 'missing'}: {what} {found} times, not {wanted}"


def _orders(case: Case) -> Iterator[tuple[str, int, int]]:
    """One for each change, beside those that a keeper cancelled."""
    ends = Counter(records.orders(case.devnet).values())
    if ends:
        yield "an order was executed", ends["OrderExecuted"], case.changes
        yield "an order was cancelled", ends["OrderCancelled"], case.cancelled


def _slots(case: Case, mined: Sequence[Mined], journal: Sequence[Slot]) -> Iterator[str]:
    """Every slot that we took was used, in order and without a gap, and the journal says what became of it."""
    by_nonce = {tx.nonce: tx for tx in mined}
    if records.unmined(case.devnet):
        yield "open: a transaction of the operator waits in the pool"
    if sorted(by_nonce) != list(range(len(mined))):
        yield f"gap: the nonces {sorted(by_nonce)} were used"
    orders = records.orders(case.devnet)
    for slot in journal:
        allowed = _states(slot, by_nonce.get(slot.nonce), case.devnet, orders)
        if slot.state not in allowed:
            yield f"untrue: intent {slot.id} (nonce {slot.nonce}) is {slot.state}, but must be {' or '.join(allowed)}"


def _states(slot: Slot, tx: Mined | None, devnet: Devnet, orders: Mapping[str, str]) -> Sequence[str]:
    if tx is None:
        return ["mined"]
    if tx.ref not in slot.attempts:
        return ["void"]
    payload = slot.payloads[list(slot.attempts).index(tx.ref)]
    if payload["to"] == devnet.address(Role.OPERATOR):
        return ["void"]
    if orders.get(tx.ref) == "OrderCancelled":
        return ["refused"]
    return ["landed", "done"] if tx.ok else ["refused"]


def _end(case: Case) -> Iterator[str]:
    """The account is where it should be, and the coins are where they were."""
    yield from records.stranded(case.devnet)
    position = records.position(case.devnet)
    if abs(position - case.target) > LOT:
        yield f"position: it is {position}, but should be {case.target}"
    for coin, amount in records.spot(case.devnet).items():
        if amount != case.spot[coin]:
            yield f"spot: {coin} was {case.spot[coin]} and is {amount}"
