"""Hyperliquid on the local exchange server: the venue, the real wire and signer, and an account with its agent."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit

from agent.errors import Unreadable
from agent.message_slot import hl_lane
from agent.model import Address, Cause, Name, Payload, Signed, Snapshot
from agent.reading import Fetch
from agent.seams import Stage
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.keys import Key
from agent.signing.secret import Secret
from agent.units import Base, Usd
from agent.venues.hyperliquid.settings import HyperliquidSettings
from agent.venues.hyperliquid.venue import Hyperliquid
from agent.wire.budget import Budget
from agent.wire.http import Transport
from agent.wire.info import Info
from agent.wire.message import MessageWire
from tests.kit.devnet.roles import Role, actor
from tests.kit.hyperliquid.accounts import STANDARD
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.server import served
from tests.kit.hyperliquid.wallet import Wallet

T = TypeVar("T")
HL, ETH = Name("hl"), Name("ETH")
ACCOUNT, AGENT = Address(actor(Role.ACCOUNT).address), Address(actor(Role.OPERATOR).address)
OWNER = Wallet(actor(Role.ACCOUNT).key)
"""The account's own hand."""
MARKETS: dict[str, dict[str, Any]] = {
    "BTC": {"asset": 0, "size_decimals": 5},
    "ETH": {"asset": 1, "size_decimals": 4},
    "kPEPE": {"asset": 3, "size_decimals": 0, "multiplier": "1000"},
    "GONE": {"asset": 4, "size_decimals": 1},
    "ALONE": {"asset": 5, "size_decimals": 1},
}
"""By coin; the hedge's own name is the coin's without its k."""


def venue(
    url: str = "http://localhost:1", *, coins: tuple[str, ...] = ("ETH",), margin: str = "isolated", **more: Any
) -> Hyperliquid:
    markets = {coin.removeprefix("k"): _market(coin, margin) for coin in coins}
    settings = HyperliquidSettings.model_validate(
        {
            "kind": "hyperliquid",
            "network": "testnet",
            "url": url,
            "account": ACCOUNT,
            "operator": "hot",
            "markets": markets,
            **more,
        }
    )
    return Hyperliquid(name=HL, lane=hl_lane("testnet", AGENT), operator=AGENT, settings=settings)


def _market(coin: str, margin: str) -> dict[str, Any]:
    return {"underlying": coin.removeprefix("k"), "coin": coin, "margin": margin, **MARKETS[coin]}


def endowed(seed: int = 0, mode: str = STANDARD, usdc: int = 30_000) -> Exchange:
    """ETH at 2,000 with ten levels of 20,000 USD on each side, 0.02 % apart. Its time stands still, and its answers
    are of that time: else they would never be as late as what they show.
    """
    exchange = Exchange(seed=seed, ip_weight=None)
    exchange.lag(0)
    exchange.fund(ACCOUNT, Decimal(usdc))
    exchange.set_mode(ACCOUNT, mode)
    exchange.approve(ACCOUNT, AGENT, name="hedger")
    exchange.quote("ETH", size_usd=Decimal(20_000))
    return exchange


@contextmanager
def bench(exchange: Exchange, **options: Any) -> Iterator["HyperliquidBench"]:
    with served(exchange) as url, asyncio.Runner() as runner:
        made = HyperliquidBench(exchange, runner, venue(url, **options))
        yield made
        runner.run(made.info.__aexit__())


@contextmanager
def inside(exchange: Exchange, **options: Any) -> Iterator["HyperliquidBench"]:
    """Without a socket."""
    with asyncio.Runner() as runner:
        yield HyperliquidBench(exchange, runner, venue(**options), Inside(exchange))


class Inside:
    """A Transport that ends in the exchange itself."""

    def __init__(self, exchange: Exchange) -> None:
        self._gateway = exchange.gateway

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        path = urlsplit(url).path
        reply = self._gateway.answer(path, body, self._gateway.fault(path, body))
        if reply.is_dropped:
            raise Unreadable("localhost: the connection broke")
        return reply.status, reply.body.encode()

    async def close(self) -> None:
        pass


class HyperliquidBench:
    market, size, along = ETH, Base(4), Usd(0)

    def __init__(
        self, exchange: Exchange, runner: asyncio.Runner, venue: Hyperliquid, http: Transport | None = None
    ) -> None:
        self.exchange, self.venue, self._runner = exchange, venue, runner
        minutes = count(step=60_001)  # a test looks more often in a minute than the exchange's limit lets a run do
        self.info = Info(HL, venue.settings.endpoint, http, lambda: exchange.now_ms, Budget(lambda: next(minutes)))
        self.wire = MessageWire(HL, venue.lane, ACCOUNT, self.info.post)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def moment(self) -> Fetch:
        return self.info

    def stage(self, snapshot: Snapshot) -> AbstractAsyncContextManager[Stage]:
        """None: the model needs no fork."""
        nobody: Any = None
        return nullcontext(nobody)

    def seal(self, payload: Payload) -> Signed:
        key = Key(address=AGENT, secret=Secret(bytes.fromhex(actor(Role.OPERATOR).key.removeprefix("0x"))))
        return HyperliquidSigner(key=key, network="testnet").seal(HL, payload)

    async def settle(self) -> None:
        self.exchange.advance(5)

    async def wait_until(self, time_ms: int) -> None:
        self.exchange.advance(Decimal(max(0, time_ms - self.exchange.now_ms)) / 1000)

    async def meddle(self, cause: Cause, size: Base) -> bool:
        """By hand means signed by the account's own key, and without a name for the order."""
        if cause is Cause.ADL:
            self.exchange.deleverage(ACCOUNT, "ETH", size.raw)
        elif cause is Cause.LIQUIDATION:
            self.exchange.liquidate(ACCOUNT, "ETH")
        elif cause is Cause.STOP:
            trigger = {"isMarket": True, "triggerPx": "2005", "tpsl": "sl"}
            self._order(size, "2105", {"trigger": trigger})
            self.exchange.set_mark("ETH", Decimal(2006))
        else:
            self._order(size, "2005", {"limit": {"tif": "Ioc"}})
        return True

    def _order(self, size: Base, price: str, kind: dict[str, Any]) -> None:
        order = {"a": 1, "b": True, "p": price, "s": f"{size.raw.normalize():f}", "r": True, "t": kind}
        self._post(OWNER.l1({"type": "order", "orders": [order], "grouping": "na"}, self.exchange.now_ms))

    async def move_funds(self, amount: Usd) -> None:
        if amount > Usd(0):
            self.exchange.fund(ACCOUNT, amount.raw)
            return
        withdrawal = {"type": "withdraw3", "destination": AGENT.lower(), "amount": f"{-amount.raw:f}"}
        self._post(OWNER.by_user(withdrawal, self.exchange.now_ms))

    def _post(self, body: dict[str, Any]) -> None:
        gateway, raw = self.exchange.gateway, json.dumps(body).encode()
        reply = gateway.answer("/exchange", raw, gateway.fault("/exchange", raw))
        assert '"ok"' in reply.body, reply

    async def vanish(self) -> bool:
        return False

    def foreign(self, payload: Payload) -> Payload | None:
        """The exchange takes a nonce once, and what it took has a name: nothing can be put in its place unseen."""
        return None
