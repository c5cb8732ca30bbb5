"""An exchange without a socket: an account with its agent, 10,000 USD, and a book of 1 ETH a level around 2000."""

import json
from decimal import Decimal
from typing import Any

from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Fault
from tests.kit.hyperliquid.gateway import Reply
from tests.kit.hyperliquid.unknowns import Unknowns
from tests.kit.hyperliquid.wallet import Wallet

OWNER, AGENT, STRANGER, OTHER = (Wallet(f"0x{number:064x}") for number in (11, 12, 13, 14))
BTC, ETH, GONE, ALONE = 0, 1, 4, 5

BIDS = [(Decimal(1999), Decimal(1)), (Decimal(1998), Decimal(1)), (Decimal(1990), Decimal(5))]
ASKS = [(Decimal(2001), Decimal(1)), (Decimal(2002), Decimal(1)), (Decimal(2010), Decimal(5))]


class Scene:
    def __init__(self, unknowns: Unknowns | None = None, **options: Any) -> None:
        self.exchange = Exchange(unknowns=unknowns or Unknowns(), **options)
        self.exchange.fund(OWNER.address, Decimal(10_000))
        self.exchange.approve(OWNER.address, AGENT.address, name="hedger")
        self.exchange.set_book("ETH", BIDS, ASKS)
        self._nonce = self.exchange.now_ms

    def post(self, path: str, body: Any) -> Reply:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.exchange.gateway.answer(path, raw, self._fault(path, raw))

    def _fault(self, path: str, raw: bytes) -> Fault | None:
        return self.exchange.gateway.fault(path, raw)

    def nonce(self) -> int:
        self._nonce = max(self._nonce + 1, self.exchange.now_ms)
        return self._nonce

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        reply = self.post("/exchange", body)
        assert reply.status == 200, reply
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def act(self, action: dict[str, Any], *, by: Wallet = AGENT, **envelope: Any) -> dict[str, Any]:
        """Signed as an L1 action, with a new nonce."""
        return self.send(by.l1(action, self.nonce(), **envelope))

    def own(self, action: dict[str, Any], *, by: Wallet = OWNER) -> dict[str, Any]:
        """Signed by the user."""
        return self.send(by.by_user(action, self.nonce()))

    def order(self, *orders: dict[str, Any], grouping: str = "na", by: Wallet = AGENT) -> list[Any]:
        """The statuses."""
        answer = self.act(batch(*orders, grouping=grouping), by=by)
        assert answer["status"] == "ok", answer
        statuses: list[Any] = answer["response"]["data"]["statuses"]
        return statuses

    def ask(self, kind: str, *, of: Wallet | None = OWNER, **fields: Any) -> Any:
        user = {"user": of.address} if of else {}
        reply = self.post("/info", {"type": kind} | user | fields)
        assert reply.status == 200, reply
        return json.loads(reply.body)

    def position(self, of: Wallet = OWNER) -> dict[str, Any]:
        """The only one."""
        [found] = self.ask("clearinghouseState", of=of)["assetPositions"]
        position: dict[str, Any] = found["position"]
        return position

    def value(self, of: Wallet = OWNER) -> Decimal:
        return Decimal(self.ask("clearinghouseState", of=of)["marginSummary"]["accountValue"])


def batch(*orders: dict[str, Any], grouping: str = "na") -> dict[str, Any]:
    return {"type": "order", "orders": list(orders), "grouping": grouping}


def limit(side: str, size: str, price: str, *, tif: str = "Ioc", asset: int = ETH, **more: Any) -> dict[str, Any]:
    """side "B" or "A"; more: r and c."""
    order = {"a": asset, "b": side == "B", "p": price, "s": size, "r": False, "t": {"limit": {"tif": tif}}}
    return order | more


def stop(side: str, size: str, trigger: str, *, tpsl: str = "sl", **more: Any) -> dict[str, Any]:
    kind = {"trigger": {"isMarket": True, "triggerPx": trigger, "tpsl": tpsl}}
    return {"a": ETH, "b": side == "B", "p": trigger, "s": size, "r": True, "t": kind} | more


def cloid(number: int) -> str:
    return f"0x{number:032x}"
