"""Docs that cannot drift: what the code has, the pages say."""

import re
import subprocess
import sys
import tomllib
from dataclasses import MISSING, fields
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from agent.cli import COMMANDS, run
from agent.errors import Exit
from agent.hedge import POLICIES, make_policy
from agent.hedge.policies import parameters_of
from agent.model import MEANING, Code
from agent.settings import parsed
from agent.tables import HedgeSettings
from agent.wiring import hedging, parts
from tests.kit import reference

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
POLICIES_PAGE = (ROOT / "docs" / "policies.md").read_text()
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))


def test_reference__the_code__is_what_the_page_says() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run: python -m tests.kit.reference --write"


def test_reasons__every_code__has_a_meaning() -> None:
    assert set(MEANING) == set(Code)


@pytest.mark.parametrize("command", COMMANDS)
def test_readme__every_command__is_shown(command: str) -> None:
    assert re.search(rf"`{command}\b|hedgekeeper {command}\b", README), f"README.md does not speak of {command}"


@pytest.mark.parametrize("code", Exit)
def test_readme__every_exit_code__is_explained(code: Exit) -> None:
    assert f"| {int(code)} |" in README


@pytest.mark.parametrize("policy", POLICIES)
def test_policies_page__every_policy__is_explained_with_its_parameters_and_their_defaults(policy: str) -> None:
    [section] = re.findall(rf"^## {policy}$(.*?)(?=^## )", POLICIES_PAGE, re.MULTILINE | re.DOTALL)
    defaults = {each.name: each.default for each in fields(POLICIES[policy])}
    shown = {name: "required" if defaults[name] is MISSING else str(defaults[name]) for name in parameters_of(policy)}
    assert dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", section, re.MULTILINE)) == shown
    assert f"[`{policy}`](#{policy})" in POLICIES_PAGE
    assert f"`{policy}`" in README


@pytest.mark.parametrize("toml", re.findall(r"```toml\n(.*?)```", POLICIES_PAGE, re.DOTALL))
def test_policies_page__its_configurations__are_ones_that_every_command_takes(toml: str) -> None:
    [table] = tomllib.loads(toml, parse_float=Decimal)["hedges"].values()
    configured = HedgeSettings.model_validate(table)
    assert isinstance(make_policy(configured.policy, configured.parameters), POLICIES[configured.policy])


def test_policies_page__every_policy__has_such_a_configuration() -> None:
    assert {*re.findall('^policy = "(.*)"$', POLICIES_PAGE, re.MULTILINE)} == {*POLICIES}


@pytest.mark.parametrize("policy", POLICIES)
def test_changelog__every_policy__is_named(policy: str) -> None:
    assert f"`{policy}`" in (ROOT / "CHANGELOG.md").read_text()


def test_setup__every_reason_it_explains__ends_a_run_with_30() -> None:
    page = (ROOT / "docs" / "setup.md").read_text()
    _, table = page.split("## When a run ends with 30")
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [Code(code) for row in rows for code in re.findall("`([A-Z_]+)`", row)]
    assert len(named) > 8
    assert {MEANING[code][0] for code in named} == {Exit.PERSON}


def test_gmx_page__its_configuration__is_one_that_every_command_takes() -> None:
    [toml] = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "gmx-v2.md").read_text(), re.DOTALL)
    yours = count(1)
    settings = parsed(re.sub(r'"0x\.\.\."', lambda _: f'"0x{next(yours):040x}"', toml), Path("hedge.toml"))
    assert next(yours) == 4, "key, wallet and account are the reader's own; every other address is named"
    assert [hedge.underlying for hedge in hedging.hedges(settings)] == ["ETH"]
    assert [place.name for place in parts.wallet_parts(settings)] == ["cold"]


def test_hyperliquid_page__its_configuration__is_one_that_every_command_takes() -> None:
    [toml] = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "hyperliquid.md").read_text(), re.DOTALL)
    yours = count(1)
    settings = parsed(re.sub(r'"0x\.\.\."', lambda _: f'"0x{next(yours):040x}"', toml), Path("hedge.toml"))
    assert next(yours) == 4, "key, wallet and account are the reader's own"
    assert [hedge.underlying for hedge in hedging.hedges(settings)] == ["ETH"]


@pytest.mark.parametrize(
    ("text", "home"), [(run.EXAMPLES, "~"), (README, "/home/me")], ids=["hedgekeeper run --help", "README.md"]
)
def test_cron_lines__as_pasted__find_the_program_whatever_the_shell_knows(
    tmp_path: Path, text: str, home: str
) -> None:
    """The folder of the checkout is the reader's; here it is this one, and there is no configuration."""
    (tmp_path / "hedgekeeper" / ".venv").mkdir(parents=True)
    (tmp_path / "hedgekeeper" / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    path = re.search(r"^ *PATH=(.*)$", text, re.MULTILINE)
    [line] = re.findall(r"^ *\*/10 \* \* \* \* +(.*)$", text, re.MULTILINE)
    told = subprocess.run(
        ["/bin/sh", "-c", line.replace(home, str(tmp_path))],
        env={"HOME": str(tmp_path), "PATH": path[1].replace(home, str(tmp_path)) if path else "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "hedge.toml: no such file" in told.stdout + told.stderr, told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages__every_link__leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^):]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        found = page.parent / path if path else page
        assert found.exists(), target
        assert not anchor or anchor in _anchors(found), target


def _anchors(page: Path) -> list[str]:
    """As GitHub makes them of headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles]


def test_readme__first_lines__name_the_two_commands() -> None:
    top = README[:900]
    assert "scripts/demo" in top
    assert "scripts/test" in top


def test_promises__every_test_they_name__exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "docs" / "promises.md").read_text())
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []
