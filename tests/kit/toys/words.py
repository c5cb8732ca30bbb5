"""What the toy venues share: how they ask, and what their one market looks like."""

import json
from typing import Any, TypeVar

from agent.model import Cause, Happening, Market, Name, OpenOrder, Position, Rate, Stamp, View
from agent.reading import Read, Reading
from agent.units import Base, Price, Ratio, Usd
from tests.kit.toys.world import PRICE, SIZE_DECIMALS, USD_DECIMALS

T = TypeVar("T")

ETH = Name("ETH")


def number(source: Name, path: str) -> Read[int]:
    return Read(source=source, request=path.encode(), decode=lambda raw: _typed(int, raw))


def rows(source: Name, path: str) -> Read[dict[str, Any]]:
    return Read(source=source, request=path.encode(), decode=lambda raw: _typed(dict, raw))


def row(source: Name, path: str) -> Read[dict[str, Any] | None]:
    return Read(
        source=source, request=path.encode(), decode=lambda raw: None if raw == b"null" else _typed(dict, raw)
    )


def happened(source: Name, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
    events = Read(source=source, request=b"events", decode=lambda raw: _typed(list, raw))
    found = (yield (events,))[events]
    times = range(since_ms, view.stamp.time_ms + 1)
    return tuple(_event(each) for each in found if each["venue"] == view.venue and each["time"] in times)


def _event(found: dict[str, Any]) -> Happening:
    cause, size = Cause(found["cause"]), Base.from_int(found["size"], SIZE_DECIMALS)
    trades = cause is not Cause.FUNDS
    return Happening(
        venue=Name(found["venue"]),
        cause=cause,
        time_ms=found["time"],
        ref=found["ref"],
        market=ETH if trades else None,
        size=size,
        price=Price(PRICE) if trades else None,
        amount=Usd.from_int(found["amount"], USD_DECIMALS),
    )


def head(source: Name) -> Read[Stamp]:
    def decode(raw: bytes) -> Stamp:
        found: dict[str, Any] = _typed(dict, raw)
        return Stamp(source=source, time_ms=found["time"], block=found.get("block"), block_hash=found.get("hash"))

    return Read(source=source, request=b"head", decode=decode)


def _typed(kind: type[T], raw: bytes) -> T:
    found = json.loads(raw)
    if type(found) is not kind:
        raise ValueError(f"{raw!r} is no {kind}")
    return found


def market() -> Market:
    return Market(
        name=ETH,
        underlying=ETH,
        lot=Base("0.01"),
        minimum=Usd(10),
        mark=Price(PRICE),
        index=Price(PRICE),
        funding=Rate(value=Ratio("0.0001"), interval_s=3600),
        borrow=Rate(value=Ratio(0), interval_s=3600),
        initial_margin=Ratio("0.1"),
        maintenance_margin=Ratio("0.05"),
    )


def view(venue: Name, stamp: Stamp, size: int, money: int, orders: tuple[OpenOrder, ...] = ()) -> View:
    """`size` and `money` as the venue holds them."""
    equity = Usd.from_int(money, USD_DECIMALS)
    return View(
        venue=venue,
        stamp=stamp,
        markets=(market(),),
        positions=(Position(market=ETH, size=Base.from_int(size, SIZE_DECIMALS), entry=Price(PRICE)),),
        orders=orders,
        equity=equity,
        free=equity,
    )


def order(ref: str, size: int, role: str, since_ms: int) -> OpenOrder:
    protective = role == "protective"
    return OpenOrder(
        id=ref,
        market=ETH,
        size=Base.from_int(size, SIZE_DECIMALS),
        role="protective" if protective else "working",
        since_ms=since_ms,
    )


def body(**call: object) -> bytes:
    return json.dumps(call, sort_keys=True).encode()
