"""What a devnet leaves for its sub-commands, where it is not what this version writes."""

import json
from pathlib import Path

import pytest

from tests.kit.devnet import state
from tests.kit.devnet.errors import DevnetError

CURRENT = {
    "kind": "perp-v2",
    "url": "http://127.0.0.1:1",
    "chain_id": 31337,
    "exchange": {},
    "tokens": {},
    "feeds": {},
}
WITHOUT_KIND = {key: each for key, each in CURRENT.items() if key != "kind"}


@pytest.mark.parametrize(
    "noted",
    [json.dumps(WITHOUT_KIND), json.dumps({**CURRENT, "kind": "perp-v9"}), json.dumps({**CURRENT, "more": 1}), "{"],
    ids=["without a kind", "unknown kind", "unknown key", "half a file"],
)
def test_load__a_file_of_another_version__says_so_and_what_to_do(tmp_path: Path, noted: str) -> None:
    (tmp_path / state.STATE).write_text(noted)
    with pytest.raises(
        DevnetError, match=r"state\.json is of another version .*: start a new devnet with scripts/devnet"
    ):
        state.load(tmp_path)


def test_load__of_this_version_and_gone__says_that_it_is_gone(tmp_path: Path) -> None:
    (tmp_path / state.STATE).write_text(json.dumps(CURRENT))
    with pytest.raises(DevnetError, match=r"No devnet is running.*127\.0\.0\.1:1, is gone"):
        state.load(tmp_path)
