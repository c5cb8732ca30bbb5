"""The diary: runs and how they ended, notes of what each saw and decided, facts that outlast them."""

import json
from typing import Any

from agent.errors import Exit
from agent.journal.memory import know_flat, seen_exposures, set_accounts, set_exposure, set_wishes, take_adopted
from agent.journal.store import Store
from agent.journal.words import Fact, Run
from agent.model import Plan, Rehearsal, Verdict
from agent.model.plain import plain
from agent.model.times import DAY_MS

KEEP_NOTES_MS = 7 * DAY_MS
"""Notes of a run that sent nothing; those of the others are kept for ever."""


def begin(store: Store, command: str, started_ms: int) -> int:
    with store.transaction():
        run = store.change("INSERT INTO run (command, started_ms) VALUES (?, ?)", command, started_ms)
        store.change(
            "DELETE FROM note WHERE run < (SELECT min(id) FROM run WHERE started_ms > ?) "
            "AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.run = note.run)",
            started_ms - KEEP_NOTES_MS,
        )
        return run


def end(store: Store, run: int, exit_: Exit, summary: str) -> None:
    with store.transaction():
        store.change("UPDATE run SET exit = ?, summary = ? WHERE id = ?", int(exit_), summary, run)


def note(store: Store, run: int, entry: Plan | Verdict | Rehearsal) -> None:
    """A plan also moves the exposures that we hold true; a rehearsal shows which positions are flat."""
    with store.transaction():
        store.change("INSERT INTO note (run, entry) VALUES (?, ?)", run, json.dumps(plain(entry)))
        if isinstance(entry, Plan):
            _take_exposures(store, run, entry)
            set_wishes(store, entry)
            set_accounts(store, entry)
            take_adopted(store, entry)
            for each in entry.adopted:
                add_fact(store, run, "changed", f"{each.venue} {each.market}", each.why)
        if isinstance(entry, Rehearsal):
            know_flat(store, entry.before.views)


def _take_exposures(store: Store, run: int, plan: Plan) -> None:
    for underlying, seen in seen_exposures(store, plan).items():
        set_exposure(store, underlying, seen)
        add_fact(store, run, "exposure", underlying, seen)


def add_fact(store: Store, run: int, kind: str, subject: str, detail: object) -> None:
    """Within the caller's transaction."""
    store.change(
        "INSERT INTO fact (run, kind, subject, detail) VALUES (?, ?, ?, ?)",
        run,
        kind,
        subject,
        json.dumps(plain(detail)),
    )


def runs(store: Store, limit: int) -> list[Run]:
    """The last ones, newest first."""
    return [
        Run(
            id=row["id"],
            command=row["command"],
            started_ms=row["started_ms"],
            exit=None if row["exit"] is None else Exit(row["exit"]),
            summary=row["summary"] or "",
        )
        for row in store.rows("SELECT * FROM run ORDER BY id DESC LIMIT ?", limit)
    ]


def facts(store: Store, limit: int) -> list[Fact]:
    """The last ones, newest first."""
    rows = store.rows(
        "SELECT fact.*, run.started_ms FROM fact JOIN run ON run.id = fact.run ORDER BY fact.id DESC LIMIT ?", limit
    )
    return [
        Fact(
            run=row["run"],
            at_ms=row["started_ms"],
            kind=row["kind"],
            subject=row["subject"],
            detail=json.loads(row["detail"]),
        )
        for row in rows
    ]


def notes(store: Store, run: int) -> list[Any]:
    """What that run saw and decided, in order, as JSON."""
    return [json.loads(row["entry"]) for row in store.rows("SELECT entry FROM note WHERE run = ? ORDER BY id", run)]
