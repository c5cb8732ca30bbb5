"""The local chain, a counting proxy before it, the files that the measured programs read, and one measured run."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.errors import Exit
from agent.model.base import value
from tests.kit.bench.figures import Sample, Samples
from tests.kit.bench.groups import WALLETS
from tests.kit.devnet import launch
from tests.kit.devnet.config import config
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.proxy import Lie, Proxy, proxy

NEAR, FAR = "near.toml", "far.toml"
"""Straight to the node, for times; through the proxy, for counts and for a node that is far away."""
ABIS, REPORT = "abis.json", "report"
_HERE = Path(__file__).parent
_WATCHED = re.compile(r"\[wallets\.\w+\]\n(?:[^\[\n].*\n)+\n")
_ASSETS = '["ETH", "WETH", "wstETH", "evETH"]'
_ASKED = ("eth_call", "eth_getBalance", "eth_getTransactionCount", "eth_getBlockByNumber", "eth_chainId")


class BenchError(Exception):
    """A program did something else than what was to be measured."""


@value
class Program:
    """What it prints must contain `says`."""

    name: str
    command: tuple[str, ...]
    ends: Exit = Exit.DONE
    says: str = ""


def hedgekeeper(name: str, *arguments: str, ends: Exit = Exit.DONE, says: str = "") -> Program:
    """As a user starts it."""
    installed = str(Path(sys.executable).with_name("hedgekeeper"))
    return Program(name=name, command=(installed, *arguments), ends=ends, says=says)


def python(name: str, *arguments: str) -> Program:
    return Program(name=name, command=(sys.executable, *arguments))


def peer(name: str, file: str, *options: str) -> Program:
    return python(name, str(_HERE / "peer.py"), file, ABIS, *options)


@dataclass
class Stage:
    """Where the programs run, and the proxy that those hear whose file is FAR."""

    folder: Path
    node: Proxy

    def run(self, program: Program) -> Sample:
        """From start to exit. Raises BenchError when it ends otherwise than it should."""
        before, report = len(self.node.trips), self.folder / REPORT
        meter = [sys.executable, "-S", str(_HERE / "meter.py"), str(report), *program.command]
        environment = {"PATH": os.environ["PATH"]}
        done = subprocess.run(meter, cwd=self.folder, env=environment, text=True, capture_output=True, check=True)
        seconds, peak_kib, ended = report.read_text().split()
        if int(ended) != program.ends or program.says not in done.stdout:
            raise BenchError(f"{program.name} ended with {ended}:\n{done.stdout}{done.stderr}")
        requests = len(self.node.trips) - before
        return Sample(seconds=float(seconds), peak_mb=int(peak_kib) / 1024, requests=requests)

    def in_turns(self, programs: Sequence[Program], rounds: int) -> Samples:
        """Round after round, each the other way round, so that what else the machine does hits all alike."""
        samples: dict[str, list[Sample]] = {program.name: [] for program in programs}
        for n in range(rounds):
            for program in programs if n % 2 == 0 else reversed(programs):
                samples[program.name].append(self.run(program))
        return samples

    @contextmanager
    def away(self, seconds: float) -> Iterator[None]:
        """The node takes that much longer for each HTTP request."""
        self.node.delay_s = seconds
        try:
            yield
        finally:
            self.node.delay_s = 0

    def questions(self, program: Program) -> set[str]:
        """What it asks the node in one run, without the block it asks about."""
        asked = set[str]()
        self.node.lies = {method: _noting(asked, method) for method in _ASKED}
        self.run(program)
        self.node.lies = {}
        return asked


def _noting(asked: set[str], method: str) -> Lie:
    """No lie: the true result, and the question is noted."""

    def note(params: list[Any], result: Any) -> Any:
        asked.add(_question(method, params))
        return result

    return note


def _question(method: str, params: Sequence[Any]) -> str:
    if method == "eth_call":
        return f"{method} {params[0]['to']} {params[0]['data']}".lower()
    return f"{method} {params[0]}".lower() if params else method


@contextmanager
def stage() -> Iterator[Stage]:
    with ExitStack() as open_things:
        devnet = open_things.enter_context(launch.devnet())
        node = open_things.enter_context(proxy(devnet.url))
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="hedgekeeper-bench-")))
        _write(devnet, node.url, folder)
        yield Stage(folder=folder, node=node)


def _write(devnet: Devnet, far: str, folder: Path) -> None:
    text = config(replace(devnet, url=far))
    (folder / NEAR).write_text(config(devnet))
    (folder / FAR).write_text(text)
    for count in WALLETS:
        watched = [devnet.address(role) for role in Role if role is not Role.OPERATOR][:count]
        (folder / file_for(count)).write_text(with_wallets(text, watched))
    (folder / ABIS).write_text(json.dumps(_abis(devnet)))
    key = folder / "operator.key"
    key.touch(mode=0o600)
    key.write_text(actor(Role.OPERATOR).key)


def file_for(wallets: int) -> str:
    return f"wallets-{wallets}.toml"


def with_wallets(text: str, addresses: Sequence[str]) -> str:
    """The same configuration, but these wallets, each with all four coins."""
    sections = (
        f'[wallets.w{n}]\nchain = "local"\naddress = "{address}"\nassets = {_ASSETS}\n'
        for n, address in enumerate(addresses)
    )
    return _WATCHED.sub("", text) + "\n" + "\n".join(sections)


def _abis(devnet: Devnet) -> dict[str, list[Any]]:
    """What can be read, of every contract: a script would carry no more."""
    contracts = {name: devnet.contract(name) for name in devnet.exchange}
    contracts |= {symbol: devnet.token(symbol) for symbol in devnet.tokens}
    contracts |= {"Aggregator": devnet.feed("outside_eth_usd")}
    return {
        name: [entry for entry in contract.abi if entry.get("stateMutability") in ("view", "pure")]
        for name, contract in contracts.items()
    }
