"""The local chain as a person uses it: a process that stays up, commands beside it, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.model import Name
from agent.settings import load
from tests.kit.devnet.__main__ import main
from tests.kit.devnet.chain import Chain

pytestmark = pytest.mark.chain

COMMAND = [sys.executable, "-m", "tests.kit.devnet"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "devnet"


@pytest.fixture
def running(folder: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """With the exchange that a test names, or the one that comes unasked."""
    venue = ["--venue", request.param] if hasattr(request, "param") else []
    process = subprocess.Popen([*COMMAND, *venue, "--folder", str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "Running until interrupted" in line:
            break
    yield process
    process.kill()
    process.communicate()


def _ask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "--folder", str(folder), *arguments]
    return subprocess.run(command, text=True, capture_output=True, check=False)


def _url(folder: Path) -> str:
    url: str = json.loads((folder / "state.json").read_text())["url"]
    return url


def _gone(url: str) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not Chain(url).web3.is_connected():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_devnet__interrupted__exits_0_and_leaves_no_chain(
    running: subprocess.Popen[str], folder: Path, stop: signal.Signals
) -> None:
    url = _url(folder)
    running.send_signal(stop)
    assert running.wait(10) == 0
    assert _gone(url)
    assert not (folder / "state.json").exists()


def test_devnet__killed__leaves_no_chain_and_the_commands_say_so(
    running: subprocess.Popen[str], folder: Path
) -> None:
    url = _url(folder)
    running.kill()
    assert running.wait(10) == -signal.SIGKILL
    assert _gone(url)
    asked = _ask(folder, "hour")
    assert asked.returncode == 1
    assert asked.stderr.startswith("devnet: No devnet is running: start one with scripts/devnet")


def test_devnet__running__answers_commands_and_refuses_a_second(running: subprocess.Popen[str], folder: Path) -> None:
    moved = _ask(folder, "price", "2200", "--only", "outside")
    assert (moved.returncode, moved.stderr) == (0, "")
    assert moved.stdout.endswith("outside 2200.00\n")
    assert _ask(folder, "spot", "cold1", "ETH", "-1.5").returncode == 0
    refused = _ask(folder)
    assert refused.returncode == 1
    assert "already running" in refused.stderr


def test_devnet__running__has_written_a_configuration_that_loads_and_a_key_for_nobody_else(
    running: subprocess.Popen[str], folder: Path
) -> None:
    configuration = load(folder / "config.toml")
    assert configuration.hedges.keys() == {"ETH"}
    assert os.stat(folder / "operator.key").st_mode & 0o777 == 0o600


@pytest.mark.parametrize("running", ["gmx-v2"], indirect=True)
def test_devnet__gmx_v2__answers_the_same_commands_and_its_keeper_does_as_told(
    running: subprocess.Popen[str], folder: Path
) -> None:
    assert load(folder / "config.toml").venues.keys() == {"gmx"}
    assert _ask(folder, "price", "2200").stdout == "ETH / USD: keepers 2200.00, feed 2200.00, outside 2200.00\n"
    for command in (("hour",), ("accrue",), ("spot", "cold1", "WETH", "+1")):
        assert _ask(folder, *command).returncode == 0
    assert _ask(folder, "keeper", "delay", "2.5").stdout == "keeper: executes after 2.5 s\n"
    assert _ask(folder, "keeper", "cancel-next").stdout == "keeper: executes after 2.5 s; cancels the next order\n"
    assert _ask(folder, "keeper", "off").stdout == "keeper: off\n"
    assert _ask(folder, "keeper", "on").stdout.startswith("keeper: executes")


@pytest.mark.parametrize("running", ["hyperliquid"], indirect=True)
def test_devnet__hyperliquid__answers_the_same_commands_and_goes_wrong_as_told(
    running: subprocess.Popen[str], folder: Path
) -> None:
    configuration = load(folder / "config.toml")
    assert [*configuration.venues, *configuration.keys] == ["hl", "agent"]
    assert os.stat(folder / "agent.key").st_mode & 0o777 == 0o600
    stands = "ETH / USD: oracle 2200.00, mark 2200.00, outside 2200.00\n"
    assert _ask(folder, "price", "2200").stdout == stands
    for command in (("hour",), ("spot", "cold1", "WETH", "+1"), ("exchange", "drop-next")):
        assert _ask(folder, *command).returncode == 0
    assert _ask(folder, "exchange", "dark").stdout == stands
    assert _ask(folder, "exchange", "back").stdout == stands
    assert _ask(folder, "exchange", "liquidate").stderr == "devnet: There is no position to liquidate.\n"


@pytest.mark.parametrize("running", ["both"], indirect=True)
def test_devnet__both__has_one_hedge_on_two_venues_and_the_commands_of_each(
    running: subprocess.Popen[str], folder: Path
) -> None:
    configuration = load(folder / "config.toml")
    assert configuration.hedges[Name("ETH")].venues == ("gmx", "hl")
    for command in (("market", "off"), ("market", "on"), ("exchange", "dark"), ("keeper", "off")):
        assert _ask(folder, *command).returncode == 0


def test_devnet__an_exchange_without_keepers__says_so(running: subprocess.Popen[str], folder: Path) -> None:
    refused = _ask(folder, "keeper", "off")
    assert refused.returncode == 1
    assert "(perp-v2) has no keeper at work" in refused.stderr
    assert "no Hyperliquid beside the chain" in _ask(folder, "exchange", "dark").stderr
    assert "is perp-v2, not gmx-v2" in _ask(folder, "market", "off").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("price", "much"),
        ("price", "nan"),
        ("spot", "nobody", "ETH", "1"),
        ("spot", "cold1", "BTC", "1"),
        ("keeper",),
        ("keeper", "sleep"),
        ("keeper", "delay", "-1"),
        ("exchange", "sleep"),
        ("market",),
        ("--venue", "gmx"),
    ],
)
def test_devnet__wrong_arguments__says_what_they_may_be(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(list(arguments))
    assert "usage: scripts/devnet" in capsys.readouterr().err
