"""What `journal` shows of the file, without a chain."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from agent.cli import main
from agent.errors import Exit
from agent.journal import Ledger, hold_lanes, under_way
from agent.model import Lane, Rehearsal, Snapshot
from agent.settings import Configuration, journal_path
from tests.unit.hedge.scene import decided, snapshot
from tests.unit.journal.samples import START_MS, done, signed
from tests.unit.test_settings import good, loaded

FILE = "hedge.toml"


@pytest.fixture
def settings(tmp_path: Path) -> Configuration:
    return loaded(tmp_path, good())


@pytest.fixture
def ledger(settings: Configuration) -> Ledger:
    """Run 1 sent something and ended, run 2 did not get to its end."""
    found = Ledger(journal_path(settings))
    found.begin_run("run", START_MS)
    found.advance(found.record(signed(), 50), done("-4"))
    found.note(decided(snapshot()))
    found.note(Rehearsal(before=snapshot(), after=Snapshot()))
    found.end_run(Exit.DONE, "all is well " * 10)
    found.begin_run("watch", START_MS + 1000)
    return found


def shown(settings: Configuration, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main(["journal", *command, "-c", str(settings.folder / FILE)]) == Exit.DONE
    return capsys.readouterr().out


def test_list__runs__say_how_they_ended_and_fit_80_columns(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = shown(settings, capsys)
    assert "watch    interrupted" in told
    assert "run      0" in told
    assert "  1    7      call 0x00ff2074 of 0x0000...00AA: mined, sold 4 at 2,000" in told
    assert max(map(len, told.splitlines())) <= 80


def test_list__the_run_that_holds_the_lanes__is_running(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    lanes = [settings.lane(venue) for venue in settings.venues.values()]
    with hold_lanes(settings.path(settings.state), lanes, START_MS + 1000):
        assert "watch    running" in shown(settings, capsys)


def test_show__without_a_number__is_the_last_run(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(shown(settings, capsys, "show", "--json"))["run"]["id"] == 2


def test_show__a_run__is_told_in_the_words_of_plan_and_rehearse(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    told = shown(settings, capsys, "show", "1")
    assert "decided\n  hedge  exposure" in told
    assert "{" not in told
    [sent] = json.loads(shown(settings, capsys, "show", "1", "--json"))["intents"]
    assert (sent["became"], sent["does"][:4]) == ("mined, sold 4 at 2,000", "call")


@pytest.mark.parametrize("command", [(), ("show",)])
def test_journal__its_two_clocks__are_told_apart(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert "(started by this machine's clock, told by the chain's)" in shown(settings, capsys, *command)


def test_show__a_note_of_another_version__is_shown_as_it_stands(
    settings: Configuration, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    db = sqlite3.connect(journal_path(settings))
    db.execute('INSERT INTO note (run, entry) VALUES (1, \'{"type": "Forgotten"}\')')
    db.commit()
    db.close()
    assert '"type": "Forgotten"' in shown(settings, capsys, "show", "1")


@pytest.mark.parametrize("command", [("show", "99"), ("--limit", "0"), ("list", "3"), ("adopt", "3")])
def test_journal__what_cannot_be__is_a_usage_error(
    settings: Configuration, ledger: Ledger, command: tuple[str, ...]
) -> None:
    assert main(["journal", *command, "-c", str(settings.folder / FILE)]) == Exit.CONFIG


def test_under_way__a_holder_that_died__holds_nothing(tmp_path: Path) -> None:
    lane = Lane("evm:1:0xhot")
    with hold_lanes(tmp_path, [lane], 7):
        assert under_way(tmp_path, [lane]) == {7}
        [file] = tmp_path.glob("*.lock")
    file.write_text(json.dumps({"pid": _gone(), "started_ms": 7}))
    assert under_way(tmp_path, [lane]) == frozenset()
    assert under_way(tmp_path / "none", [lane]) == frozenset()


def _gone() -> int:
    """The pid of a process that has ended."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child
