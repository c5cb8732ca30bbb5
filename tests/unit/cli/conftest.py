"""The words of a configuration."""

from pathlib import Path

import pytest

from agent.cli.words import Words
from agent.model import Name
from tests.unit.test_settings import HERE, good, loaded


@pytest.fixture
def words(tmp_path: Path) -> Words:
    """Of a configuration whose operator is the one of the lane."""
    settings = loaded(tmp_path, good())
    key = settings.keys[Name("operator")].model_copy(update={"address": HERE})
    return Words(settings=settings.model_copy(update={"keys": {Name("operator"): key}}))
