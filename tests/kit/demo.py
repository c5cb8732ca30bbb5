"""`scripts/demo`: a wallet's coins hedged, kept hedged and released, on a fork of the local chain, in about a minute.

Every step is the real command as a process of its own, as cron would start it. With --json the last line is one
JSON object with what the run proved.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.kit.devnet import feeds, spot
from tests.kit.devnet.config import config
from tests.kit.devnet.exchanges import EXCHANGES, Market
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.mined import mined_calls, rehearsed_calls
from tests.kit.proxy import Proxy, proxy

LOT = Decimal("0.001")
COLD = (Role.COLD1, Role.COLD2)
RISE = Decimal("1.05")
_OTHERS = {
    Kind.PERP_V2: "",
    Kind.GMX_V2: " The keeper who will execute the order is played as well: his price, and what his fee leaves over.",
}
"""Who else acts in a rehearsal."""


@dataclass
class Demo:
    """The stage of the play: the chain, the folder with the configuration, and what has been seen so far."""

    devnet: Devnet
    folder: Path
    counter: Proxy
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

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json", quiet=True).stdout)
        return found

    def hedge(self) -> dict[str, str]:
        state: dict[str, str] = self.status()["hedges"][0]
        return state


@contextmanager
def stage(kind: Kind) -> Iterator[Demo]:
    """A fork of a fresh local chain, behind a proxy that counts round trips."""
    exchange = EXCHANGES[kind]
    with ExitStack() as open_things:
        origin = open_things.enter_context(exchange.launch())
        url = open_things.enter_context(anvil(chain_id=origin.chain_id, fork_url=origin.url))
        devnet = open_things.enter_context(exchange.at_work(replace(origin, url=url)))
        counter = open_things.enter_context(proxy(url))
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="hedgekeeper-demo-")))
        (folder / "hedgekeeper.toml").write_text(config(replace(devnet, url=counter.url)))
        key = folder / "operator.key"
        key.touch(mode=0o600)
        key.write_text(actor(Role.OPERATOR).key)
        yield Demo(devnet=devnet, folder=folder, counter=counter)


def play(demo: Demo) -> None:
    spot_before = _spot(demo)
    _open(demo)
    demo.proved["spot_unchanged"] = _spot(demo) == spot_before
    _adjust(demo)
    _close(demo)
    demo.proved["exit_codes"] = demo.exit_codes


def _open(demo: Demo) -> None:
    demo.say("Two wallets hold ETH, WETH and two staked tokens; nothing is hedged.")
    demo.run("status")
    before = demo.hedge()
    demo.say("What would be done, and why: nothing is signed, no key is needed.")
    demo.run("plan")
    demo.say(
        "The very transactions, on a fork of the chain, by impersonation: nothing is signed here either."
        + _OTHERS[demo.devnet.kind]
    )
    demo.run("rehearse")
    demo.say("Now for real: rehearse again, let the firewall read the bytes, sign, record, send, wait, look.")
    demo.run("run")
    after = demo.hedge()
    demo.proved |= {
        "exposure": after["exposure"],
        "short_before": before["position"],
        "short_after": after["position"],
        "net_delta_after": after["delta"],
        "lot": str(LOT),
        "rehearsed_equals_sent": _rehearsed_equals_sent(demo),
    }


def _rehearsed_equals_sent(demo: Demo) -> bool:
    """What the fork mined, as the journal kept it, against what the chain mined: nonce, to, data, value and gas."""
    listed = json.loads(demo.run("journal", "--json", quiet=True).stdout)
    ran = next(run["id"] for run in listed["runs"] if run["command"] == "run")
    journal = json.loads(demo.run("journal", "show", str(ran), "--json", quiet=True).stdout)
    sent = mined_calls(demo.devnet.chain.web3, journal)
    return bool(sent) and sent == rehearsed_calls(journal)


def _adjust(demo: Demo) -> None:
    demo.say("The price rises by 5 % and a few coins come in: the short is still inside its band.")
    demo.market.set_price(demo.devnet, feeds.last(demo.devnet, "exchange_eth_usd") * RISE)
    demo.market.pass_hour(demo.devnet)
    spot.move(demo.devnet, Role.COLD1, "ETH", Decimal("0.2"))
    demo.run("run", name="run_in_band")
    demo.proved["round_trips_no_action"] = _no_action_trips(demo)
    demo.say("Three more ETH come in: now the short is outside its band, and follows.")
    spot.move(demo.devnet, Role.COLD1, "ETH", Decimal(3))
    demo.run("run", name="run_outside_band")


def _no_action_trips(demo: Demo) -> int:
    """A second run with nothing to do, counted by the proxy: the first had a changed exposure to confirm."""
    before = len(demo.counter.trips)
    demo.run("run", quiet=True)
    return len(demo.counter.trips) - before


def _close(demo: Demo) -> None:
    demo.say("Enough: close everything.")
    demo.run("flatten")
    demo.run("status", name="status_after")


def _spot(demo: Demo) -> Mapping[str, int]:
    """Every coin of the watched wallets, read from the chain and not through us."""
    web3 = demo.devnet.chain.web3
    amounts = {f"{role} ETH": web3.eth.get_balance(demo.devnet.address(role)) for role in COLD}
    for symbol in ("WETH", "wstETH", "evETH"):
        token = demo.devnet.token(symbol)
        amounts |= {f"{role} {symbol}": token.functions.balanceOf(demo.devnet.address(role)).call() for role in COLD}
    return amounts


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print what was proved as one JSON object, last")
    parser.add_argument("--venue", type=Kind, choices=list(Kind), default=Kind.PERP_V2, help="the exchange")
    options = parser.parse_args()
    started = time.monotonic()
    with stage(options.venue) as demo:
        play(demo)
        demo.say(f"Done in {time.monotonic() - started:.0f} s. The chain and the folder are gone again.")
    if options.json:
        print(json.dumps(demo.proved))
    return 0


if __name__ == "__main__":
    sys.exit(main())
