"""Intents as rows, and rows as intents: what was signed for a slot and what became of it."""

import json
import sqlite3
from typing import Any, TypeVar

from agent.errors import HedgekeeperError
from agent.journal.memory import remember_outcome
from agent.journal.store import Store
from agent.journal.words import Recorded
from agent.model import (
    EvmTx,
    Intent,
    Message,
    Name,
    Outcome,
    Payload,
    Reason,
    Receipt,
    Settlement,
    Signed,
    Stamp,
    State,
)
from agent.model.plain import plain, revive

T = TypeVar("T")

OPEN = "SELECT * FROM intent WHERE state IN ('signed', 'landed') ORDER BY lane, nonce"


def insert(store: Store, run: int, signed: Signed, ceiling: int) -> Intent:
    """A new slot with its first bytes. The constraints of the schema refuse a slot twice and a second SIGNED."""
    payload = signed.payload
    with store.transaction():
        key = store.change(
            "INSERT INTO intent (run, lane, nonce, ceiling, state) VALUES (?, ?, ?, ?, 'signed')",
            run,
            payload.lane,
            payload.nonce,
            ceiling,
        )
        _attempt(store, key, 0, signed)
    return load(store, key)


def advance(store: Store, intent: Intent, now: Outcome | Receipt | Signed) -> Intent:
    """One step of an open intent; what is final stays as it is."""
    with store.transaction():
        held = load(store, intent.id)
        if held.state not in (State.SIGNED, State.LANDED):
            raise HedgekeeperError(
                f"{store.path}: intent {held.id} is {held.state} for good, but {now} was to be added"
            )
        if isinstance(now, Signed):
            _attempt(store, held.id, len(held.attempts), now)
        elif isinstance(now, Receipt):
            store.change("INSERT INTO answer (intent, said) VALUES (?, ?)", held.id, now.said)
        else:
            _outcome(store, held, now)
    return load(store, intent.id)


def _attempt(store: Store, intent: int, n: int, signed: Signed) -> None:
    store.change(
        "INSERT INTO attempt (intent, n, venue, payload, raw, ref) VALUES (?, ?, ?, ?, ?, ?)",
        intent,
        n,
        signed.venue,
        json.dumps(plain(signed.payload)),
        signed.raw,
        signed.ref,
    )


def _outcome(store: Store, held: Intent, now: Outcome) -> None:
    if now.state is State.SIGNED:
        raise HedgekeeperError(f"{store.path}: intent {held.id} cannot become signed again")
    filled = bool(now.settlement and now.settlement.filled)
    store.change(
        "UPDATE intent SET state = ?, order_id = ?, settlement = ?, reason = ?, stamp = ?, "
        "filled_ms = CASE WHEN ? THEN coalesce(filled_ms, ?) END WHERE id = ?",
        now.state,
        now.order_id,
        _text(now.settlement),
        _text(now.reason),
        _text(now.stamp),
        filled,
        now.stamp.time_ms,
        held.id,
    )
    remember_outcome(store, held, now)


def load(store: Store, key: int) -> Intent:
    """One intent in full. HedgekeeperError when there is none with that id."""
    rows = store.rows("SELECT * FROM intent WHERE id = ?", key)
    if not rows:
        raise HedgekeeperError(f"{store.path}: there is no intent {key}")
    return _intent(store, rows[0])


def open_intents(store: Store) -> list[Intent]:
    """SIGNED and LANDED, in the order of their slots."""
    return [_intent(store, row) for row in store.rows(OPEN)]


def recorded(store: Store, limit: int) -> list[Recorded]:
    """The last ones, newest first."""
    rows = store.rows(
        "SELECT intent.*, run.started_ms FROM intent JOIN run ON run.id = intent.run ORDER BY intent.id DESC LIMIT ?",
        limit,
    )
    return [
        Recorded(
            intent=_intent(store, row),
            run=row["run"],
            at_ms=row["started_ms"],
            stamp=_words(Stamp, row["stamp"]),
        )
        for row in rows
    ]


def _intent(store: Store, row: sqlite3.Row) -> Intent:
    attempts = store.rows("SELECT * FROM attempt WHERE intent = ? ORDER BY n", row["id"])
    answers = store.rows("SELECT said FROM answer WHERE intent = ? ORDER BY id", row["id"])
    return Intent(
        id=row["id"],
        ceiling=row["ceiling"],
        attempts=tuple(_signed(attempt) for attempt in attempts),
        state=State(row["state"]),
        order_id=row["order_id"],
        said=tuple(answer["said"] for answer in answers),
        settlement=_words(Settlement, row["settlement"]),
        reason=_words(Reason, row["reason"]),
        revoked=bool(row["revoked"]),
    )


def _signed(row: sqlite3.Row) -> Signed:
    return Signed(
        venue=Name(row["venue"]), payload=_payload(json.loads(row["payload"])), raw=row["raw"], ref=row["ref"]
    )


def _payload(found: dict[str, Any]) -> Payload:
    return revive(EvmTx, found) if found["type"] == EvmTx.__name__ else revive(Message, found)


def _text(words: object) -> str | None:
    return None if words is None else json.dumps(plain(words))


def _words(kind: type[T], text: str | None) -> T | None:
    return None if text is None else revive(kind, json.loads(text))
