"""What no fault may break where orders are messages: each wanted change once and recorded, nothing signed twice,
nothing sent when its time was over, and nothing else of ours moved."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal

from tests.kit.faults import records
from tests.kit.faults.message_case import ACCOUNT, MessageCase
from tests.kit.faults.records import Slot
from tests.kit.hyperliquid.faults import Logged
from tests.kit.hyperliquid.records import Change

LOT = Decimal("0.0001")


def assert_exactly_once(case: MessageCase) -> None:
    """Everything that must hold when a fault and its recovery are over."""
    problems = list(audit(case))
    case.figures["cases"] += 1
    case.figures["position changes"] += len(case.exchange.changes(ACCOUNT.address))
    for kind in ("double", "lost"):
        case.figures[kind] += sum(problem.startswith(kind) for problem in problems)
    assert not problems, "\n".join(problems)


def audit(case: MessageCase) -> Iterator[str]:
    """One line for each thing that is wrong."""
    posts = [each for each in case.exchange.log("/exchange") if each.body["nonce"] not in case.foreign]
    journal, changes = records.slots(case.folder), case.exchange.changes(ACCOUNT.address)
    yield from _lost(posts, journal)
    yield from _doubles(case, journal, changes)
    yield from _late(case, posts)
    yield from _slots(journal, {change.nonce for change in changes})
    yield from _end(case)


def _lost(posts: Sequence[Logged], journal: Sequence[Slot]) -> Iterator[str]:
    """What has arrived is in the journal, byte for byte."""
    recorded = [json.loads(bytes.fromhex(raw[2:])) for slot in journal for raw in slot.attempts.values()]
    for post in posts:
        if post.body not in recorded:
            yield f"lost: message {post.body['nonce']} arrived and is not in the journal"


def _doubles(case: MessageCase, journal: Sequence[Slot], changes: Sequence[Change]) -> Iterator[str]:
    for cloid, times in case.exchange.changes_by_cloid().items():
        if times > 1:
            yield f"double: order {cloid} changed the position {times} times"
    for slot in journal:
        if len(slot.attempts) > 1:
            yield f"double: intent {slot.id} was signed {len(slot.attempts)} times"
    ours = [change for change in changes if change.cause == "order"]
    if len(ours) != case.changes:
        what = "double" if len(ours) > case.changes else "missing"
        yield f"{what}: the position changed {len(ours)} times, not {case.changes}"


def _late(case: MessageCase, posts: Sequence[Logged]) -> Iterator[str]:
    """Each slot has come to its end before the next is used, and no message is sent when its time is over."""
    late = sum(post.time_ms > post.body["expiresAfter"] for post in posts)
    if late != case.late:
        yield f"late: {late} messages arrived after their time, not {case.late}"
    nonces = [post.body["nonce"] for post in posts if post.time_ms <= post.body["expiresAfter"]]
    if nonces != sorted(nonces):
        yield f"mixed: the messages came in as {nonces}"


def _slots(journal: Sequence[Slot], changed: set[int | None]) -> Iterator[str]:
    """The journal says what became of every message."""
    for slot in journal:
        [raw] = slot.attempts.values()
        named = json.loads(bytes.fromhex(raw[2:]))["action"]["type"] == "order"
        allowed = ("done",) if slot.nonce in changed else ("void", "refused") if named else ("done", "void")
        if slot.state not in allowed:
            yield f"untrue: intent {slot.id} is {slot.state}, but must be {' or '.join(allowed)}"


def _end(case: MessageCase) -> Iterator[str]:
    """The account is where it should be, our records say the same, and the coins are where they were."""
    if abs(case.position - case.target) > LOT:
        yield f"position: it is {case.position}, but should be {case.target}"
    if (known := _known(case)) != case.position:
        yield f"untrue: the journal's position is {known}, but it is {case.position}"
    if case.exchange.transfers():
        yield f"spot: collateral was moved: {case.exchange.transfers()}"
    for coin, amount in records.spot(case.devnet).items():
        if amount != case.spot[coin]:
            yield f"spot: {coin} was {case.spot[coin]} and is {amount}"


def _known(case: MessageCase) -> Decimal:
    with closing(sqlite3.connect(records.journal_of(case.folder))) as db:
        found = db.execute("SELECT size FROM position WHERE venue = 'hl' AND market = 'ETH'").fetchone()
    return Decimal(found[0]) if found else Decimal(0)
