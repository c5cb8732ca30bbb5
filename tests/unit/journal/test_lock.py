"""One run at a time on a lane."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import Busy, ConfigError
from agent.journal import hold_lanes
from tests.unit.journal.samples import LANE, OTHER_LANE, START_MS

CHILD = """
import os, sys
from pathlib import Path
from agent.journal import hold_lanes
from tests.unit.journal.samples import LANE, START_MS
with hold_lanes(Path(sys.argv[1]), [LANE], START_MS):
    os.write(1, b"held")
    os.read(0, 1)
"""


def test_hold__a_lane_that_another_process_holds__names_it_until_it_dies(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == b"held"
        said = f"{LANE}.*pid {process.pid}, since 2023-11-14 22:13:20 UTC"
        with pytest.raises(Busy, match=said), hold_lanes(tmp_path, [OTHER_LANE, LANE], START_MS):
            pytest.fail("two runs at once")
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with hold_lanes(tmp_path, [LANE], START_MS):
        assert f'"pid": {os.getpid()}' in (tmp_path / "evm-1-0xhot.lock").read_text()


def test_hold__other_lanes__do_not_mind(tmp_path: Path) -> None:
    with hold_lanes(tmp_path, [LANE], START_MS), hold_lanes(tmp_path, [OTHER_LANE], START_MS):
        assert len(list(tmp_path.glob("*.lock"))) == 2


def test_hold__one_busy_lane_of_two__gives_the_other_back(tmp_path: Path) -> None:
    with hold_lanes(tmp_path, [OTHER_LANE], START_MS):
        with pytest.raises(Busy), hold_lanes(tmp_path, [LANE, OTHER_LANE], START_MS):
            pytest.fail("two runs at once")
        with hold_lanes(tmp_path, [LANE], START_MS):
            pass


def test_hold__an_unsigned_lock__says_just_now(tmp_path: Path) -> None:
    with hold_lanes(tmp_path, [LANE], START_MS):
        (tmp_path / "evm-1-0xhot.lock").write_text("")
        with pytest.raises(Busy, match="it started just now"), hold_lanes(tmp_path, [LANE], START_MS):
            pytest.fail("two runs at once")


def test_hold__no_folder_to_be_had__is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ConfigError, match="the lock cannot be made"), hold_lanes(tmp_path / "state", [LANE], 0):
        pytest.fail("no lock")
