"""What became of a message: the exchange's own word on the order, by the name that its slot gives it.

An answer to the post decides nothing. An order that the exchange does not know is dead only when its own time is
past the expiry by a margin and no fill carries the name. What has no name is done as soon as the account shows it,
and over then, too: what it did is in the state that the next plan reads.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agent.errors import Unreadable
from agent.message_slot import cloid_of
from agent.model import Code, Intent, Message, Outcome, Reason, Settlement, Stamp, State
from agent.reading import Read, Reading
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.fates import Ending, meaning
from agent.venues.hyperliquid.info import ask
from agent.venues.hyperliquid.orders import Fate, Fill, to_fate, to_fills
from agent.venues.hyperliquid.reads import account_read
from agent.venues.hyperliquid.setup import EXPIRY_MARGIN_MS, Setup
from agent.venues.hyperliquid.structs import Account, to_leverage
from agent.venues.hyperliquid.traces import moved

FILLS_BACK_MS = 300_000
"""Fills are searched from so long before the expiry: no message lives longer, and clocks differ."""
FILLS_LATE_MS = 60_000
"""So long after an order's end its fills may still be missing from the list; what is not there then, is not."""


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
    if said.status is None and not _dead(message, stamp):
        return Outcome(state=State.SIGNED, stamp=stamp)
    if said.status is not None and meaning(said.status).ending is Ending.WORKING:
        return _working(message, stamp, said)
    if said.status is not None and stamp.time_ms < said.at_ms:
        raise Unreadable(f"{setup.source}: the account is seen as it was before order {said.oid} ended")
    fills = yield from _fills(setup, message, cloid, said)
    return _settled(setup, stamp, said, fills)


def _dead(message: Message, stamp: Stamp) -> bool:
    return stamp.time_ms > message.expires_ms + EXPIRY_MARGIN_MS


def _working(message: Message, stamp: Stamp, said: Fate) -> Outcome:
    """A stop that waits is what was wanted, and no order that anyone should wait for."""
    if "trigger" in _action(message)["orders"][0]["t"]:
        return Outcome(state=State.DONE, stamp=stamp, settlement=Settlement())
    return Outcome(state=State.LANDED, stamp=stamp, order_id=str(said.oid))


def _nameless(setup: Setup, message: Message) -> Reading[Outcome]:
    """Over as soon as it can be seen to have worked, or with its time."""
    now, asked = account_read(setup), _effect(setup, message)
    found = yield (now, asked) if asked else (now,)
    stamp = _stamp(setup, found[now].time_ms)
    worked = found[asked] if asked else _margin_moved(setup, message, found[now])
    if not worked and not _dead(message, stamp):
        return Outcome(state=State.SIGNED, stamp=stamp)
    if worked is False:
        return _burned(setup, stamp)
    return Outcome(state=State.DONE, stamp=stamp, settlement=Settlement())


def _margin_moved(setup: Setup, message: Message, account: Account) -> bool | None:
    """None where nobody can tell."""
    action, coin = _action(message), _coin(setup, message)
    if action["type"] != "updateIsolatedMargin" or coin is None:
        return None
    return moved(message.before, coin, Decimal(action["ntli"]).scaleb(-6), account)


def _coin(setup: Setup, message: Message) -> str | None:
    asset = _action(message)["asset"]
    return next((each.coin for each in setup.settings.markets.values() if each.asset == asset), None)


def _effect(setup: Setup, message: Message) -> Read[bool] | None:
    """Whether it has worked, where that needs a question of its own: margin is in the account itself."""
    action, source, user = _action(message), setup.source, setup.account.lower()
    if action["type"] == "cancel":
        return ask(source, _is_over, type="orderStatus", user=user, oid=action["cancels"][0]["o"])
    if action["type"] != "updateLeverage" or (coin := _coin(setup, message)) is None:
        return None
    wanted = ("cross" if action["isCross"] else "isolated", action["leverage"])
    return ask(source, lambda found: to_leverage(found) == wanted, type="activeAssetData", user=user, coin=coin)


def _is_over(found: Any) -> bool:
    status = to_fate(found).status
    return status is not None and meaning(status).ending is not Ending.WORKING


def _fills(setup: Setup, message: Message, cloid: str, said: Fate) -> Reading[tuple[Fill, ...]]:
    """By the expiry: a nonce may be far ahead of the exchange's time."""
    start = message.expires_ms - FILLS_BACK_MS
    read = ask(setup.source, to_fills, type="userFillsByTime", user=setup.account.lower(), startTime=start)
    listed = (yield (read,))[read]
    return tuple(fill for fill in listed if fill.cloid == cloid or (said.oid and fill.oid == said.oid))


def _settled(setup: Setup, stamp: Stamp, said: Fate, fills: tuple[Fill, ...]) -> Outcome:
    filled = sum((fill.size for fill in fills), Decimal(0))
    if _may_be_filled(said) and filled < said.asked - said.left and stamp.time_ms < said.at_ms + FILLS_LATE_MS:
        raise Unreadable(f"{setup.source}: not every fill of order {said.oid} is listed yet")
    if fills:
        return Outcome(state=State.DONE, stamp=stamp, settlement=_settlement(setup, fills))
    if said.status is None:
        return _burned(setup, stamp)
    return Outcome(state=State.REFUSED, stamp=stamp, reason=_unfilled(setup, said, said.status))


def _burned(setup: Setup, stamp: Stamp) -> Outcome:
    reason = Reason(code=Code.BURNED, subject=setup.name, value="the exchange never took it before it expired")
    return Outcome(state=State.VOID, stamp=stamp, reason=reason)


def _unfilled(setup: Setup, said: Fate, status: str) -> Reason:
    told = meaning(status)
    if _may_be_filled(said) and said.asked > said.left:
        what = f"{said.asked - said.left} of it filled, it is said, but no fill is listed"
        return Reason(code=Code.FOREIGN_FILL, subject=setup.name, value=f"order {said.oid}: {what}")
    return Reason(code=told.code or Code.CANCELLED, subject=setup.name, value=f"order {said.oid}: {told.says}")


def _may_be_filled(said: Fate) -> bool:
    """What was refused never traded, whatever is said of its size."""
    return said.status is not None and meaning(said.status).ending is not Ending.REFUSED


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
