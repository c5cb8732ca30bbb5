"""What a message to this exchange does, in words, read back from its body: for the journal. Decides nothing."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agent.model.words import coins, price, usd
from agent.units import Base, Price, Usd
from agent.venues.told import Told

if TYPE_CHECKING:
    from agent.venues.hyperliquid.settings import HyperliquidSettings

_MILLION = 6


def told(settings: "HyperliquidSettings", body: bytes) -> Told | None:
    """None for what is no such message."""
    try:
        found = json.loads(body)
        says = _says(settings, found["action"])
        return Told(method=found["action"]["type"], says=says, until_s=found["expiresAfter"] // 1000)
    except (LookupError, ValueError, TypeError, ArithmeticError):
        return None


def _says(settings: "HyperliquidSettings", action: Mapping[str, Any]) -> str:
    match action["type"]:
        case "order":
            return _order(settings, action["orders"][0])
        case "updateLeverage":
            kind = "cross" if action["isCross"] else "isolated"
            return f"set {_market(settings, action['asset'])[0]} to {action['leverage']}x, {kind} margin"
        case "updateIsolatedMargin":
            amount = Usd.from_int(action["ntli"], _MILLION)
            verb = "add" if amount.sign() > 0 else "take back"
            return f"{verb} {usd(abs(amount))} of the position's own margin"
        case "cancel":
            return f"cancel order {action['cancels'][0]['o']}"
    raise ValueError(action["type"])


def _order(settings: "HyperliquidSettings", order: Mapping[str, Any]) -> str:
    name, multiplier = _market(settings, order["a"])
    size = coins(Base(Decimal(order["s"]) * multiplier))
    verb, most = ("buy", "no more than") if order["b"] else ("sell", "no less than")
    if "trigger" in order["t"]:
        trigger = Price(Decimal(order["t"]["trigger"]["triggerPx"]) / multiplier)
        return f"keep a stop: {verb} {size} {name} from {price(trigger)} on"
    only = ", only to reduce" if order["r"] else ""
    return f"{verb} {size} {name} at {most} {price(Price(Decimal(order['p']) / multiplier))}{only}"


def _market(settings: "HyperliquidSettings", asset: int) -> tuple[str, Decimal]:
    return next((name, each.multiplier.raw) for name, each in settings.markets.items() if each.asset == asset)
