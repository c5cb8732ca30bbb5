"""One operator whose coins are on the local chain and whose short is on the local Hyperliquid."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from tests.kit.devnet import feeds, spot
from tests.kit.devnet.config import config
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.faults import records
from tests.kit.faults.case import EXPOSURE
from tests.kit.faults.operator import CONFIG, KEY, Operator
from tests.kit.faults.process import Ended, Running
from tests.kit.hyperliquid.clock import Clock
from tests.kit.hyperliquid.engine import Engine
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.gateway import Gateway
from tests.kit.hyperliquid.limits import IpBudget
from tests.kit.hyperliquid.server import served
from tests.kit.hyperliquid.unknowns import Unknowns

COIN = "ETH"
ACCOUNT, AGENT = actor(Role.ACCOUNT), actor(Role.OPERATOR)
SEEDS = (0, 3, 9)
"""Exchanges that the documentation allows and that differ in what they say of orders refused or filled in part."""
EXPIRY_S = 21
"""More than a message lives, the margin after it, and how far the exchange's answers are behind."""
_AGENT_S = 60 * 86_400

_VENUE = """\
[venues.hl]
kind = "hyperliquid"
network = "testnet"
url = "{url}"
account = "{account}"
operator = "operator"

[venues.hl.markets.ETH]
underlying = "ETH"
coin = "ETH"
asset = {asset}
size_decimals = {decimals}

[hedges.ETH]
policy = "full"
cooldown_s = 0
venues = ["hl"]

[limits]
"""


class Moment(StrEnum):
    """Of an action on its way: nothing has arrived; it has arrived and is carried out; it was carried out."""

    NEVER = "never arrives"
    ARRIVED = "arrived"
    DONE = "done"


@dataclass(kw_only=True)
class MessageCase(Operator):
    """`target` and `changes` are what must be true in the end: the position, and how often it was changed. `late`
    requests arrived only when their time was over. `foreign` are the nonces that the test itself used.
    """

    devnet: Devnet
    exchange: Exchange
    target: Decimal = -EXPOSURE
    changes: int = 1
    late: int = 0
    foreign: set[int] = field(default_factory=set)
    spot: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spot = self.spot or records.spot(self.devnet)

    @property
    def position(self) -> Decimal:
        return self.exchange.position(ACCOUNT.address, COIN)

    def advance(self, seconds: int) -> None:
        """On the chain and at the exchange."""
        self.devnet.chain.rpc("evm_increaseTime", seconds)
        self.devnet.chain.rpc("evm_mine")
        self.exchange.advance(seconds)

    def expire(self) -> None:
        """Whatever was signed until now is over."""
        self.advance(EXPIRY_S)

    def refresh_prices(self) -> None:
        feeds.answer(self.devnet, "outside_eth_usd", feeds.last(self.devnet, "outside_eth_usd"))

    def move_spot(self, amount: Decimal) -> None:
        """Ether comes into a watched wallet, or leaves it; the short must follow."""
        before = _latest_s(self.devnet)
        spot.move(self.devnet, Role.COLD1, "ETH", amount)
        self.devnet.chain.rpc("evm_mine")
        self.exchange.advance(_latest_s(self.devnet) - before)
        self.target -= amount
        self.spot = records.spot(self.devnet)

    def killed_at_post(self, nth: int, moment: Moment, *command: str) -> None:
        """Killed by the exchange's side, at the n-th action that comes in."""
        gateway, came = self.exchange.gateway, 0
        with self.started(*command) as running:

            def before() -> None:
                nonlocal came
                came += 1
                if came == nth and moment is not Moment.DONE:
                    running.kill()

            def after() -> None:
                if came == nth and moment is Moment.DONE:
                    running.kill()

            if moment is Moment.NEVER:
                self._drop(nth)
            gateway.before_action, gateway.after_action = before, after
            self.died(running)
        gateway.before_action = gateway.after_action = lambda: None
        self.exchange.clear_faults()

    def _drop(self, nth: int) -> None:
        """A fault that lets the others through."""
        if nth > 1:
            self.exchange.inject(Kind.DELAY_AFTER, times=nth - 1)
        self.exchange.inject(Kind.DROP_BEFORE)

    def disturbed(self, at: str, what: Callable[[], None], *command: str, nth: int = 1) -> Ended:
        """From its start to its end; what happens, happens while it stands before its n-th step of that name."""
        with self.started(*command, steps=True) as running:
            running.until(at, nth)
            what()
            return finished(running)

    def expired(self, *command: str, nth: int = 1) -> Ended:
        """From its start to its end; once its n-th message has gone out, the message's time is over."""
        return self.disturbed("sent", self.expire, *command, nth=nth)


def finished(running: Running) -> Ended:
    """To the end of the run, whatever steps are left."""
    running.go()
    while running.step():
        running.go()
    return running.end()


@contextmanager
def on(devnet: Devnet) -> Iterator[Devnet]:
    """As it was in the beginning, but now, and its time goes on by itself, as the exchange's does. Taken back
    afterwards."""
    with untouched(devnet):
        devnet.chain.rpc("evm_mine")
        while (idle_s := int(Clock(None).now_ms / 1000) - _latest_s(devnet)) > 1:
            devnet.chain.rpc("evm_increaseTime", idle_s)
            devnet.chain.rpc("evm_mine")
        devnet.chain.rpc("evm_setIntervalMining", 1)
        try:
            yield devnet
        finally:  # before it is taken back: a block that is just being made carries the time of before
            devnet.chain.rpc("evm_setIntervalMining", 0)


def _latest_s(devnet: Devnet) -> int:
    return int(devnet.chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)


@contextmanager
def unhedged(devnet: Devnet, folder: Path, exchange: Exchange) -> Iterator[MessageCase]:
    """A folder with a configuration and a key, and nothing done yet."""
    folder.mkdir(exist_ok=True)
    with served(exchange) as url:
        (folder / CONFIG).write_text(_configured(devnet, exchange, url))
        (folder / KEY).touch(mode=0o600)
        (folder / KEY).write_text(AGENT.key)
        yield MessageCase(devnet=devnet, folder=folder, exchange=exchange)


def _configured(devnet: Devnet, exchange: Exchange, url: str) -> str:
    """The local chain's own venue gives way to this one."""
    text = config(devnet).replace("[chains.local]\n", "deadline_s = 60\n\n[chains.local]\n", 1)
    with exchange.engine.at() as state:
        asset = state.index(COIN)
        decimals = state.assets[asset].size_decimals
    venue = _VENUE.format(url=url, account=ACCOUNT.address, asset=asset, decimals=decimals)
    return text[: text.index("[venues.")] + venue + text[text.index("[limits]\n") + len("[limits]\n") :]


def opened(seed: int = 0) -> Exchange:
    """A funded account, its agent, and a book. Weight is counted and never runs out."""
    exchange = Exchange(clock=Clock(None), seed=seed, ip_weight=None)
    exchange.fund(ACCOUNT.address, Decimal(60_000))
    exchange.approve(ACCOUNT.address, AGENT.address, name="hk", valid_until_ms=exchange.now_ms + _AGENT_S * 1000)
    exchange.set_price(COIN, Decimal(2000))
    exchange.quote(COIN)
    return exchange


def twin(exchange: Exchange, seed: int) -> Exchange:
    """The same accounts on an exchange that differs in what the documentation leaves open."""
    made = Exchange(clock=Clock(None), seed=seed)
    with exchange.engine.at() as state:
        made.engine = Engine(replace(deepcopy(state), unknowns=Unknowns.of(seed)), made.engine.clock)
    made.gateway = Gateway(made.engine, IpBudget(None))
    made.quote(COIN)
    return made


@contextmanager
def again(hedged: MessageCase, folder: Path, seed: int) -> Iterator[MessageCase]:
    """What a first run has hedged, in another folder."""
    shutil.copytree(hedged.folder, folder)
    with unhedged(hedged.devnet, folder, twin(hedged.exchange, seed)) as case:
        yield case
