"""The exchange and its clients must not share a mistake: what is checked here is that they share no code."""

import ast
from pathlib import Path

KIT = Path(__file__).parents[3] / "kit" / "hyperliquid"
_SIDE = "hyperevm.py"
"""Speaks to a local chain through the devnet's tools."""
_TRANSPORT = "tests.kit.serving"
"""A web server for whatever application."""


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
    return found


def test_exchange__imports_nothing_of_what_it_tests() -> None:
    files = [path for path in KIT.rglob("*.py") if path.name != _SIDE]
    assert len(files) > 30
    ours = {name for path in files for name in _imports(path) if name.split(".")[0] in ("agent", "tests")}
    assert {name for name in ours if not name.startswith("tests.kit.hyperliquid")} == {_TRANSPORT}
