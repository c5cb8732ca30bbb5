"""Docs that cannot drift: what the code has, the pages say."""

import re
from pathlib import Path

import pytest

from agent.cli import COMMANDS
from agent.errors import Exit
from agent.hedge import POLICIES
from agent.model import MEANING, Code
from tests.kit import reference

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


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
def test_changelog__every_policy__is_named(policy: str) -> None:
    assert f"`{policy}`" in (ROOT / "CHANGELOG.md").read_text()


def test_readme__first_lines__name_the_two_commands() -> None:
    top = README[:900]
    assert "scripts/demo" in top
    assert "scripts/test" in top


def test_promises__every_test_they_name__exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "docs" / "promises.md").read_text())
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []
