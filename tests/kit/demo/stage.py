"""Where a play takes place: a fresh local chain or a fork of it, what works beside it, a folder to work in."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.kit.counter import Counter
from tests.kit.devnet.config import config
from tests.kit.devnet.exchanges import EXCHANGES, Market
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.state import Devnet, Kind, write_keys


@dataclass
class Demo:
    """The stage, and what has been seen so far."""

    devnet: Devnet
    folder: Path
    counter: Counter
    proved: dict[str, Any] = field(default_factory=dict)
    exit_codes: dict[str, int] = field(default_factory=dict)

    @property
    def market(self) -> Market:
        return EXCHANGES[self.devnet.kind].market

    def say(self, words: str) -> None:
        print(f"\n\033[1m{words}\033[0m" if sys.stdout.isatty() else f"\n# {words}", flush=True)

    def run(self, *command: str, name: str | None = None, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        """One command as a user types it, its output shown, its exit code kept."""
        if not quiet:
            print(f"\n$ hedgekeeper {' '.join(command)}", flush=True)
        environment = {"PATH": os.environ["PATH"], "HEDGEKEEPER_CONFIG": "hedgekeeper.toml"}
        program = [sys.executable, "-m", "agent", *command]
        done = subprocess.run(program, cwd=self.folder, env=environment, text=True, capture_output=True, check=False)
        if not quiet:
            print(f"{done.stdout}{done.stderr}(exit {done.returncode})", flush=True)
            self.exit_codes[name or command[0]] = done.returncode
        return done

    def asked(self, *command: str) -> dict[str, Any]:
        """What a command says as one JSON object; not shown."""
        found: dict[str, Any] = json.loads(self.run(*command, "--json", quiet=True).stdout)
        return found

    def hedge(self) -> dict[str, str]:
        state: dict[str, str] = self.asked("status")["hedges"][0]
        return state


@contextmanager
def stage(kind: Kind) -> Iterator[Demo]:
    """What hedgekeeper asks the chain, and an exchange beside it, goes past a counter."""
    exchange, counter = EXCHANGES[kind], Counter()
    with ExitStack() as open_things:
        origin = open_things.enter_context(exchange.launch())
        if exchange.forked:
            fork = open_things.enter_context(anvil(chain_id=origin.chain_id, fork_url=origin.url))
            origin = replace(origin, url=fork)
        devnet = open_things.enter_context(exchange.at_work(origin))
        counted = replace(devnet, url=open_things.enter_context(counter.before(devnet.url)))
        if devnet.hyperliquid:
            counted = replace(counted, hyperliquid=open_things.enter_context(counter.before(devnet.hyperliquid)))
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="hedgekeeper-demo-")))
        (folder / "hedgekeeper.toml").write_text(config(counted))
        write_keys(devnet, folder)
        yield Demo(devnet=devnet, folder=folder, counter=counter)
