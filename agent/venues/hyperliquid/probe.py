"""What became of a message: the exchange's own word on the order, by the name that its slot gives it.

An answer to the post decides nothing. An order that the exchange does not know is dead only when its own time is
past the expiry by a margin and no fill carries the name. What has no name is over then, too: what it did is in the
state that the next plan reads.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agent.errors import Unreadable
from agent.message_slot import cloid_of
from agent.model import Code, Intent, Message, Outcome, Reason, Settlement, Stamp, State
from agent.reading import Reading
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.fates import Ending, meaning
from agent.venues.hyperliquid.info import ask
from agent.venues.hyperliquid.reads import account_read, leverage_read
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import EXPIRY_MARGIN_MS, Setup
from agent.venues.hyperliquid.structs import Fate, Fill, to_fate, to_fills

FILLS_BACK_MS = 60_000
"""Fills are searched from before the order was signed: clocks differ."""


def probe(setup: Setup, intent: Intent) -> Reading[Outcome]:
    message = intent.attempts[0].payload
    if not isinstance(message, Message):
        raise TypeError(f"{intent.attempts[0].ref} is no message, yet it is on a lane of messages")
    if _action(message)["type"] != "order":
        return (yield from _nameless(setup, message))
    cloid, now = cloid_of(message.lane, message.nonce), account_read(setup)
    fate = ask(setup.source, to_fate, type="orderStatus", user=setup.account.lower(), oid=cloid)
    found = yield now, fate
    stamp, said = _stamp(setup, found[now].time_ms), found[fate]
    if said.status is None and stamp.time_ms <= message.expires_ms + EXPIRY_MARGIN_MS:
        return Outcome(state=State.SIGNED, stamp=stamp)
    if said.status is not None and meaning(said.status).ending is Ending.WORKING:
        return Outcome(state=State.LANDED, stamp=stamp, order_id=str(said.oid))
    fills = yield from _fills(setup, message, cloid, said)
    return _settled(setup, stamp, said, fills)


def _nameless(setup: Setup, message: Message) -> Reading[Outcome]:
    """Leverage is there as soon as it can be seen; anything else is over with its time."""
    now, action = account_read(setup), _action(message)
    market = _leveraged(setup, action)
    wanted = leverage_read(setup, market.coin) if market else None
    found = yield (now, wanted) if wanted else (now,)
    stamp = _stamp(setup, found[now].time_ms)
    set_ = wanted is not None and found[wanted] == (_kind(action), action["leverage"])
    over = stamp.time_ms > message.expires_ms + EXPIRY_MARGIN_MS
    if not (set_ or over):
        return Outcome(state=State.SIGNED, stamp=stamp)
    return Outcome(state=State.DONE, stamp=stamp, settlement=Settlement())


def _leveraged(setup: Setup, action: Mapping[str, Any]) -> MarketSettings | None:
    if action["type"] != "updateLeverage":
        return None
    return next((each for each in setup.settings.markets.values() if each.asset == action["asset"]), None)


def _kind(action: Mapping[str, Any]) -> str:
    return "cross" if action["isCross"] else "isolated"


def _fills(setup: Setup, message: Message, cloid: str, said: Fate) -> Reading[tuple[Fill, ...]]:
    start = message.nonce - FILLS_BACK_MS
    read = ask(setup.source, to_fills, type="userFillsByTime", user=setup.account.lower(), startTime=start)
    listed = (yield (read,))[read]
    return tuple(fill for fill in listed if fill.cloid == cloid or (said.oid and fill.oid == said.oid))


def _settled(setup: Setup, stamp: Stamp, said: Fate, fills: tuple[Fill, ...]) -> Outcome:
    if fills:
        missing = said.status is not None and sum((fill.size for fill in fills), Decimal(0)) < said.asked - said.left
        if missing:
            raise Unreadable(f"{setup.source}: not every fill of order {said.oid} is listed yet")
        return Outcome(state=State.DONE, stamp=stamp, settlement=_settlement(setup, fills))
    if said.status is None:
        reason = Reason(code=Code.BURNED, subject=setup.name, value="the exchange never took it before it expired")
        return Outcome(state=State.VOID, stamp=stamp, reason=reason)
    if said.asked > said.left and meaning(said.status).ending is not Ending.REFUSED:
        raise Unreadable(f"{setup.source}: order {said.oid} is filled, but no fill is listed yet")
    told = meaning(said.status)
    reason = Reason(code=told.code or Code.CANCELLED, subject=setup.name, value=f"order {said.oid}: {told.says}")
    return Outcome(state=State.REFUSED, stamp=stamp, reason=reason)


def _settlement(setup: Setup, fills: tuple[Fill, ...]) -> Settlement:
    known = setup.market_of(fills[0].coin)
    if known is None:
        raise Unreadable(f"{setup.source}: a fill of ours is in {fills[0].coin}, which is not configured")
    name, configured = known
    coins = configured.multiplier.raw
    size = sum((fill.size for fill in fills), Decimal(0))
    paid = sum((fill.size * fill.price for fill in fills), Decimal(0))
    return Settlement(
        market=name,
        filled=Base((size if fills[0].buys else -size) * coins),
        price=Price(paid / size / coins),
        fee=Usd(sum((fill.fee for fill in fills), Decimal(0))),
    )


def _action(message: Message) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(message.body)["action"]
    return found


def _stamp(setup: Setup, time_ms: int) -> Stamp:
    return Stamp(source=setup.source, time_ms=time_ms)
