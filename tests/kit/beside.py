"""What is kept beside the checkout and not in it: tests that need it say so when it is not there."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared"


def data(name: str) -> Path:
    return _found("data", name)


def facts(name: str) -> Path:
    """A page of what is known of an exchange."""
    return _found("facts", name)


def _found(kind: str, name: str) -> Path:
    """Skips the test where there is no such folder; fails where the folder is there and the file is not."""
    folder = FOLDER / kind
    if not folder.is_dir():
        pytest.skip(f"not run: there is nothing beside the checkout ({FOLDER.name}/{kind}/{name})")
    found = folder / name
    if not found.is_file():
        pytest.fail(f"{found}: the folder is there, but not this file")
    return found
