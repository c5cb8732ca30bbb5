"""Runs, notes and facts."""

import json
from pathlib import Path

from agent.errors import Exit
from agent.journal import Ledger
from agent.model import Code, Leg, Name, Verdict
from tests.unit.journal.samples import START_MS, plan, rehearsal, signed

DAY_MS = 24 * 3600 * 1000


def test_runs__newest_first__say_how_they_ended(ledger: Ledger, path: Path) -> None:
    ledger.end_run(Exit.PERSON, "someone must look")
    ledger.begin_run("flatten", START_MS + 5)
    newest, older = Ledger(path).runs(5)
    assert (newest.command, newest.started_ms, newest.exit, newest.summary) == ("flatten", START_MS + 5, None, "")
    assert (older.command, older.exit, older.summary) == ("run", Exit.PERSON, "someone must look")


def test_notes__of_one_run__are_in_order_and_say_what_they_are(ledger: Ledger) -> None:
    ledger.note(plan("10", Code.IN_BAND))
    ledger.note(Verdict(legs=(Leg(venue=Name("perp"), actions=()),)))
    ledger.note(rehearsal("-1"))
    found = ledger.notes(1)
    assert [note["type"] for note in found] == ["Plan", "Verdict", "Rehearsal"]
    assert found[0]["reasons"] == [{"type": "Reason", "code": "IN_BAND", "subject": "ETH", "value": "", "limit": ""}]
    assert found[2]["before"]["views"][0]["positions"][0]["size"] == "-1"
    assert ledger.notes(2) == []


def test_notes__of_a_run_that_sent_nothing__are_forgotten_after_a_week(ledger: Ledger) -> None:
    ledger.note(plan("10"))
    ledger.begin_run("run", START_MS + 1)
    ledger.note(plan("10"))
    ledger.record(signed(), ceiling=90)
    ledger.begin_run("run", START_MS + 8 * DAY_MS)
    assert [bool(ledger.notes(run)) for run in (1, 2)] == [False, True]
    assert len(ledger.runs(5)) == 3
    assert len(ledger.facts(5)) == 1


def test_notes__money__is_never_a_float(ledger: Ledger) -> None:
    ledger.note(plan("0.1"))
    [note] = ledger.notes(1)
    assert ".1" in json.dumps(note)
    assert not [leaf for leaf in _leaves(note) if isinstance(leaf, float)]


def _leaves(found: object) -> list[object]:
    if isinstance(found, dict):
        return [leaf for each in found.values() for leaf in _leaves(each)]
    if isinstance(found, list):
        return [leaf for each in found for leaf in _leaves(each)]
    return [found]
