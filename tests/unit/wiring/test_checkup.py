"""What doctor looks at, without a chain: a dead node, a damaged journal, permissions."""

import asyncio
import stat
from pathlib import Path

import pytest

from agent.model import Name
from agent.model.findings import Finding
from agent.settings import Configuration, history_path, journal_path
from agent.wiring import checkup
from tests.unit.test_settings import good, loaded


@pytest.fixture
def settings(tmp_path: Path) -> Configuration:
    return loaded(tmp_path, good().replace('["wstETH", "evETH"]', '["wstETH"]'))


def found(settings: Configuration) -> list[Finding]:
    return list(asyncio.run(checkup.examine(settings)))


def of(findings: list[Finding], subject: str) -> list[tuple[str, str]]:
    return [(each.level, each.says) for each in findings if each.subject == subject]


def test_doctor__a_damaged_journal__is_one_line_and_not_the_end(settings: Configuration) -> None:
    path = journal_path(settings)
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"no database " * 1000)
    findings = found(settings)
    [(level, says)] = of(findings, "journal")
    assert level == "fail"
    assert f"{path}: the journal is damaged" in says
    assert of(findings, "chain local")[0][0] == "fail", "the nodes were looked at, too"
    assert of(findings, "venue perp"), "and so was everything else"
    assert path.read_bytes() == b"no database " * 1000


def test_doctor__a_damaged_history__is_a_warning(settings: Configuration) -> None:
    path = history_path(settings)
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"no database " * 1000)
    [(level, says)] = of(found(settings), "history")
    assert level == "warn"
    assert f"{path}: the history is damaged" in says


def test_doctor__a_state_folder_that_others_may_enter__is_a_warning(settings: Configuration) -> None:
    found(settings)
    folder = journal_path(settings).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "as hedgekeeper makes it"
    assert of(found(settings), "journal") == []
    folder.chmod(0o755)
    assert of(found(settings), "journal") == [
        ("warn", f"{folder}: others may look into it (mode 0755); run: chmod 700 {folder}")
    ]


def test_doctor__one_bad_node_of_two__is_a_warning_that_names_it(
    settings: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def node(settings: Configuration, name: Name, url: str) -> Finding:
        level = "ok" if url == "good" else "fail"
        return Finding(subject="chain local", level=level, says=f"{url}: lags")  # type: ignore[arg-type]

    monkeypatch.setattr(checkup, "_node", node)

    def nodes(*urls: str) -> list[tuple[str, str]]:
        return [(f.level, f.says) for f in asyncio.run(checkup._nodes(settings, Name("local"), urls))]

    assert nodes("good", "bad") == [("ok", "good: lags"), ("warn", "left out: bad: lags")]
    assert nodes("bad", "worse") == [("fail", "bad: lags"), ("fail", "worse: lags")]
    assert nodes("good") == [("ok", "good: lags"), ("warn", "one RPC URL only: nothing to fail over to")]
