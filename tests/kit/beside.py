"""Test data that is kept beside the checkout and not in it: tests that need it say so when it is not there."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data"


def data(name: str) -> Path:
    """Skips the test where there is no such folder; fails where the folder is there and the file is not."""
    if not FOLDER.is_dir():
        pytest.skip(f"not run: there is no test data beside the checkout ({FOLDER.parent.name}/{FOLDER.name}/{name})")
    found = FOLDER / name
    if not found.is_file():
        pytest.fail(f"{found}: the folder is there, but not this file")
    return found
