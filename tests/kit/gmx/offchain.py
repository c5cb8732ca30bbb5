"""What GMX runs beside the chain: keepers that execute orders, and the price service that its front end asks.

The price service also takes messages for the keeper, so that other processes can tell it what to do.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from aiohttp import web
from requests import RequestException
from web3.exceptions import Web3Exception

from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import keeper as by_hand
from tests.kit.gmx.state import Gmx
from tests.kit.serving import serving

_LOOKS_S = 0.1
_DEADLINE_S = 10
_COINS = ("WETH", "USDC")
_TRADERS = (Role.ACCOUNT, Role.OPERATOR)
_GONE = (DevnetError, Web3Exception, RequestException)  # An order or a chain, between two questions about it.


@dataclass
class Keeper:
    """Executes what account and operator have ordered, so long after it has seen it. May be told otherwise at any
    time."""

    on: bool = True
    delay_s: float = 1
    cancel_next: bool = False
    """The next order meets a price that its owner does not accept, and is cancelled."""

    def __str__(self) -> str:
        next_one = "; cancels the next order" if self.cancel_next else ""
        return f"keeper: executes after {self.delay_s:g} s{next_one}" if self.on else "keeper: off"


@contextmanager
def at_work(devnet: Devnet, keeper: Keeper) -> Iterator[Devnet]:
    """Yields the devnet with the URL of its price service. Both work until the context ends."""
    office = _Office(devnet.gmx, keeper)
    thread = threading.Thread(target=office.keep, daemon=True)
    with serving(office.app()) as url:
        thread.start()
        try:
            yield replace(devnet, tickers=url)
        finally:
            office.closing.set()
            thread.join()


def tell(devnet: Devnet, **changes: Any) -> Keeper:
    """Changes the keeper of a running devnet, in whatever process it is; answers what it does now."""
    if not devnet.tickers:
        raise DevnetError(f"The exchange at {devnet.url} ({devnet.kind}) has no keeper at work.")
    body = json.dumps(changes).encode()
    request = Request(f"{devnet.tickers}/keeper", data=body)  # noqa: S310
    try:
        with urlopen(request, timeout=_DEADLINE_S) as reply:  # noqa: S310
            return Keeper(**json.loads(reply.read()))
    except URLError as error:
        raise DevnetError(f"The keeper at {devnet.tickers} does not answer: {error.reason}.") from None


class _Office:
    def __init__(self, gmx: Gmx, keeper: Keeper) -> None:
        self.gmx, self.keeper = gmx, keeper
        self.closing = threading.Event()
        self._seen: dict[bytes, float] = {}
        self._prices = threading.Lock()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/prices/tickers", self._tickers)
        app.router.add_post("/keeper", self._told)
        return app

    def keep(self) -> None:
        while not self.closing.wait(_LOOKS_S):
            with suppress(*_GONE):
                self._look()

    def _look(self) -> None:
        now, waiting = time.monotonic(), self._waiting() if self.keeper.on else []
        self._seen = {order_key: self._seen.get(order_key, now) for order_key in waiting}
        for order_key, since in self._seen.items():
            if now - since >= self.keeper.delay_s and by_hand.would_execute(self.gmx, order_key):
                self._act(order_key)

    def _waiting(self) -> list[bytes]:
        accounts = (actor(role).address for role in _TRADERS)
        return [order_key for account in accounts for order_key in by_hand.open_orders(self.gmx, account)]

    def _act(self, order_key: bytes) -> None:
        if not self.keeper.cancel_next:
            by_hand.execute(self.gmx, order_key)
            return
        self.keeper.cancel_next = False
        with self._prices:
            by_hand.execute_unacceptably(self.gmx, order_key)

    async def _tickers(self, _: web.Request) -> web.Response:
        with self._prices:
            return web.json_response([_ticker(self.gmx, coin) for coin in _COINS])

    async def _told(self, request: web.Request) -> web.Response:
        for name, setting in (await request.json()).items():
            setattr(self.keeper, name, setting)
        return web.json_response(asdict(self.keeper))


def _ticker(gmx: Gmx, coin: str) -> dict[str, Any]:
    """As old as the last block: a local chain may run ahead of the machine's clock."""
    low, high = by_hand.price(gmx, coin)
    return {
        "tokenAddress": gmx.at(coin),
        "tokenSymbol": coin,
        "minPrice": str(low),
        "maxPrice": str(high),
        "updatedAt": gmx.chain.now() * 1000,
    }
