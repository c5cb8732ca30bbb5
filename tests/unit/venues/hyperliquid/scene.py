"""A desk that looks, composes and sends, beside the exchange that it does so at."""

import json
from decimal import Decimal
from typing import Any

from agent.model import Action, Cannot, Code, Intent, Message, Payload
from agent.units import Base
from agent.venues.hyperliquid.facts import Facts, facts_of
from tests.venues.contract.desk import Desk
from tests.venues.hyperliquid import ACCOUNT, HyperliquidBench


class Scene(Desk):
    bench: HyperliquidBench

    def __init__(self, bench: HyperliquidBench) -> None:
        super().__init__(bench)
        self.exchange = bench.exchange

    def facts(self) -> Facts:
        return facts_of(self.view())

    def actions(self, *actions: Action) -> list[dict[str, Any]]:
        """As they would be posted."""
        return [action_of(payload) for payload in self.draft(*actions).payloads]

    def refused(self, *actions: Action) -> tuple[Code, str]:
        found = self.compose(*actions)
        assert isinstance(found, Cannot), found
        return found.reason.code, found.reason.value

    def does(self, *actions: Action) -> Intent:
        """Sent; the last message. A second later its nonce is behind."""
        intent = self.send_all(self.sign(self.draft(*actions)))
        self.exchange.advance(1)
        return intent

    def sells(self, size: str) -> Intent:
        return self.does(self.trade(-Base(size)))

    def buys_back(self, size: str) -> Intent:
        return self.does(self.trade(Base(size), reduce_only=True))

    def shown(self, coin: str = "ETH") -> dict[str, Any]:
        """The position, in the exchange's own words."""
        rows = [row["position"] for row in self.ask("clearinghouseState")["assetPositions"]]
        return next(row for row in rows if row["coin"] == coin)

    def account_value(self) -> Decimal:
        return Decimal(self.ask("clearinghouseState")["marginSummary"]["accountValue"])

    def ask(self, kind: str, **fields: Any) -> Any:
        body = json.dumps({"type": kind, "user": ACCOUNT, **fields}).encode()
        return json.loads(self.exchange.gateway.answer("/info", body, None).body)


def action_of(payload: Payload) -> dict[str, Any]:
    assert isinstance(payload, Message)
    found: dict[str, Any] = json.loads(payload.body)["action"]
    return found
