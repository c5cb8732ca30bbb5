"""What a run leaves in the history, and that no run fails because of it."""

import json
from pathlib import Path

import pytest

from agent.errors import Exit
from tests.kit.faults.case import Case

pytestmark = pytest.mark.chain


def history(desk: Case) -> Path:
    return desk.folder / "hedgekeeper-state" / "history.sqlite"


def test_run__what_it_saw__is_in_the_history(desk: Case) -> None:
    assert desk.run().exit == Exit.DONE

    ended = desk.run("data", "--json")

    assert ended.exit == Exit.DONE, ended
    found = {each["what"]: (each["of"], each["rows"]) for each in json.loads(ended.out)["series"]}
    assert found == {
        "price": ("ETH", 1),
        "mark": ("perp ETH", 1),
        "funding": ("perp ETH", 1),
        "borrow": ("perp ETH", 1),
        "exposure": ("ETH", 1),
    }


def test_run__a_history_that_cannot_be_used__is_told_and_changes_nothing(desk: Case) -> None:
    history(desk).parent.mkdir(exist_ok=True)
    history(desk).write_bytes(b"no database at all" * 100)

    ended = desk.run()

    assert ended.exit == Exit.DONE, ended
    assert "the history could not be read, policies see none" in ended.err
    assert "what was seen is not in the history" in ended.err
    assert desk.run("data").exit == Exit.CONFIG
