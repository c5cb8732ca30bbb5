"""The actions that an agent may sign, spelled as they are hashed: keys in the documented order, none empty."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agent.model import Message, Terms
from agent.venues.hyperliquid.rounding import wire
from agent.venues.hyperliquid.setup import Setup

Action = Mapping[str, Any]


def order(asset: int, size: Decimal, price: Decimal, *, buys: bool, reduce_only: bool, cloid: str) -> Action:
    """Takes what is there up to the price, and gives up the rest."""
    placed = {
        "a": asset,
        "b": buys,
        "p": wire(price),
        "s": wire(size),
        "r": reduce_only,
        "t": {"limit": {"tif": "Ioc"}},
        "c": cloid,
    }
    return {"type": "order", "orders": [placed], "grouping": "na"}


def stop(asset: int, size: Decimal, trigger: Decimal, bound: Decimal, *, buys: bool, cloid: str) -> Action:
    """Rests until the mark price reaches its trigger; then a market order that only reduces."""
    placed = {
        "a": asset,
        "b": buys,
        "p": wire(bound),
        "s": wire(size),
        "r": True,
        "t": {"trigger": {"isMarket": True, "triggerPx": wire(trigger), "tpsl": "sl"}},
        "c": cloid,
    }
    return {"type": "order", "orders": [placed], "grouping": "na"}


def cancel(asset: int, oid: int) -> Action:
    return {"type": "cancel", "cancels": [{"a": asset, "o": oid}]}


def leverage(asset: int, value: int, *, cross: bool) -> Action:
    return {"type": "updateLeverage", "asset": asset, "isCross": cross, "leverage": value}


def isolated_margin(asset: int, dollars: Decimal) -> Action:
    """> 0 adds to the position's own margin, < 0 takes from it; millionths of a dollar."""
    return {"type": "updateIsolatedMargin", "asset": asset, "isBuy": True, "ntli": int(dollars.scaleb(6))}


def message(setup: Setup, action: Action, terms: Terms, nonce: int, before: str = "") -> Message:
    """`expiresAfter` is hashed: a message that was not taken by then never is."""
    vault = setup.account.lower() if setup.settings.master else None
    body = {"action": action, "nonce": nonce, "vaultAddress": vault, "expiresAfter": terms.expires_ms}
    return Message(
        lane=terms.lane,
        nonce=nonce,
        expires_ms=terms.expires_ms,
        url=f"{setup.settings.endpoint}/exchange",
        body=json.dumps(body, separators=(",", ":")).encode(),
        before=before,
    )
