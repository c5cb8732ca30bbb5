"""One operator on one chain: what is done to its program, and what it must have come to in the end."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from tests.kit.devnet import spot
from tests.kit.devnet.config import config
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.faults import records
from tests.kit.faults.operator import CONFIG, KEY, Operator
from tests.kit.faults.process import Running
from tests.kit.proxy import Drop, proxy

_FRESH_S = 60
"""A rehearsal is of the newest block: on a chain that stands still for longer it would be too old after one send."""
EXPOSURE = Decimal("18.1")
"""6 ETH and 4 WETH, 5 wstETH at 1.2 and 2 evETH at 1.05."""


@dataclass(kw_only=True)
class Case(Operator):
    """`target`, `changes` and `deposits` are what must be true in the end: the position, and how often position and
    collateral of the account were changed since the chain began. Where a `keeper` executes, he acts on what was just
    looked at, and `cancelled` orders of ours came to nothing. `foreign` are transactions that the test itself sent
    with the operator's key.
    """

    devnet: Devnet
    target: Decimal = -EXPOSURE
    changes: int = 1
    deposits: int = 1
    cancelled: int = 0
    keeper: Callable[[], None] = lambda: None
    spot: dict[str, int] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.spot = self.spot or records.spot(self.devnet)

    def go(self, running: Running) -> None:
        """Past `sent` only once the chain has mined: else how many looks are taken would depend on the machine."""
        while running.steps[-1] == "sent" and records.unmined(self.devnet):
            pass
        if running.steps[-1] == "settled":
            self.keeper()
        running.go()

    def killed_at_send(self, nth: int, when: Drop, *command: str) -> None:
        """Killed by the node's side: just before, or just after, the node has got the n-th transaction."""
        with proxy(self.devnet.url) as node, self.through(node.url), self.started(*command) as running:

            def kill(moment: Drop) -> None:
                if node.sends == nth and when is moment:
                    node.drop = when
                    running.kill()

            node.before_send = lambda: kill(Drop.BEFORE)
            node.after_send = lambda: kill(Drop.AFTER)
            self.died(running)

    @contextmanager
    def through(self, *urls: str) -> Iterator[None]:
        """As long as it lasts, the configuration names these nodes."""
        before = self.setting("rpc")
        self.set("rpc", f"[{', '.join(map(repr, urls))}]")
        try:
            yield
        finally:
            self.set("rpc", before)

    def move_spot(self, amount: Decimal) -> None:
        """Ether comes into a watched wallet, or leaves it; the short must follow."""
        spot.move(self.devnet, Role.COLD1, "ETH", amount)
        self.target -= amount
        self.spot = records.spot(self.devnet)

    def adopt(self) -> None:
        adopted = self.run("journal", "adopt", "--yes")
        assert adopted.exit == 0, adopted

    def copied(self, folder: Path) -> "Case":
        """As it is, in another folder and with figures of its own."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, foreign=set(), figures=Counter())

    @contextmanager
    def branch(self) -> Iterator["Case"]:
        """What is done in it, on the chain and in the folder, has not been done afterwards."""
        folder = self.folder.with_name(f"{self.folder.name}-branch")
        shutil.copytree(self.folder, folder)
        try:
            with untouched(self.devnet):
                yield replace(self, folder=folder)
        finally:
            shutil.rmtree(folder)


@contextmanager
def on(devnet: Devnet) -> Iterator[Devnet]:
    """A chain that mines what it is sent, with an empty pool and fresh prices, taken back afterwards."""
    with untouched(devnet):
        if records.idle_s(devnet) > _FRESH_S:
            records.refresh_feeds(devnet)
        try:
            yield devnet
        finally:
            devnet.chain.rpc("evm_setAutomine", True)
            devnet.chain.rpc("anvil_dropAllTransactions")


def unhedged(devnet: Devnet, folder: Path) -> Case:
    """A folder with a configuration and a key, and nothing done yet."""
    folder.mkdir()
    text = config(devnet).replace("[chains.local]\n", "deadline_s = 60\n\n[chains.local]\nttl_s = 180\n")
    (folder / CONFIG).write_text(text)
    (folder / KEY).touch(mode=0o600)
    (folder / KEY).write_text(actor(Role.OPERATOR).key)
    return Case(devnet=devnet, folder=folder)


def hedged(devnet: Devnet, folder: Path) -> Case:
    """The same after a first run."""
    case = unhedged(devnet, folder)
    done = case.run()
    assert done.exit == 0, done
    return case
