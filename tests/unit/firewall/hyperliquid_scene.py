"""Legs of a plan with the Hyperliquid messages that carry them out, spelled here by hand.

Each is made from the message: its price and size are legal as they stand, and the plan's lie less than a step beyond.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

from eth_utils.crypto import keccak

from agent.firewall.hyperliquid import Hyperliquid
from agent.firewall.hyperliquid_pins import Perpetual
from agent.model import (
    Action,
    Cancel,
    Fund,
    Kind,
    Lane,
    Leg,
    Market,
    Message,
    Name,
    Position,
    Protect,
    Rate,
    Rules,
    Trade,
    Warrant,
    value,
)
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.scene import ACCOUNT, BTC, ETH, EXPIRES_MS, MESSAGE_LANE, OPERATOR, VENUE, Sound

Json: TypeAlias = dict[str, Any]

PEPE = Name("PEPE")
LANE, OTHER_LANE = MESSAGE_LANE, Lane(f"hyperliquid:mainnet:{OPERATOR}")
NONCE = EXPIRES_MS - 15_000
ENDPOINT = "https://exchange.example"
FEE = Decimal("0.00045")

MASTER = Hyperliquid(
    lane=LANE,
    endpoint=ENDPOINT,
    vault=None,
    markets={
        ETH: Perpetual(asset=4, size_decimals=4, leverage=2, cross=False),
        BTC: Perpetual(asset=0, size_decimals=5, leverage=3, cross=True),
        PEPE: Perpetual(asset=61, size_decimals=0, leverage=2, cross=False, multiplier=Ratio(1000)),
    },
)
SUB_ACCOUNT = replace(MASTER, vault=ACCOUNT)


@value
class Grid:
    """How a coin may be priced: whole numbers from `low` to `high`, with so many decimals, are all legal."""

    low: int
    high: int
    decimals: int


GRIDS: Mapping[Name, Grid] = {
    ETH: Grid(low=15_000, high=35_000, decimals=1),
    BTC: Grid(low=60_000, high=130_000, decimals=0),
    PEPE: Grid(low=5_000, high=30_000, decimals=6),
}
"""Five figures; whole dollars, sometimes six figures; six decimals, sometimes four figures."""


def row_of(action: Json) -> Json:
    """The order that is placed, or that is cancelled."""
    found: Json = action["orders" if "orders" in action else "cancels"][0]
    return found


@value
class Case(Sound):
    """`action` is what the body says."""

    pins: Hyperliquid
    tx: Message
    action: Json

    @property
    def order(self) -> Json:
        return row_of(self.action)

    @property
    def asset(self) -> int:
        return int(self.action["asset"] if "asset" in self.action else row_of(self.action)["a"])


def spelled(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def body(action: object, nonce: object, vault: object, expires: object) -> bytes:
    said = {"action": action, "nonce": nonce, "vaultAddress": vault, "expiresAfter": expires}
    return json.dumps(said, separators=(",", ":")).encode()


def vault_of(pins: Hyperliquid) -> str | None:
    return pins.vault.lower() if pins.vault else None


def client_id(lane: Lane, nonce: int) -> str:
    return "0x" + keccak(f"{lane}:{nonce}".encode())[:16].hex()


def message(pins: Hyperliquid, action: object, nonce: int = NONCE) -> Message:
    raw = body(action, nonce, vault_of(pins), EXPIRES_MS)
    return Message(lane=pins.lane, nonce=nonce, expires_ms=EXPIRES_MS, url=f"{ENDPOINT}/exchange", body=raw)


def case(pins: Hyperliquid, method: str, action: Json, warrant: Warrant) -> Case:
    tx = message(pins, action)
    rules = Rules(
        rehearsed=(tx,),
        ceilings={},
        warrants=(warrant,),
        max_deviation=Ratio("0.02"),
        max_order=Usd(50_000),
        turnover_left=Usd(200_000),
    )
    return Case(pins=pins, method=method, tx=tx, rules=rules, action=action)


# What the plan knows ------------------------------------------------------------------------------------
def market(pins: Hyperliquid, name: Name, mark: Price) -> Market:
    none, pinned = Rate(value=Ratio(0), interval_s=3600), pins.markets[name]
    return Market(
        name=name,
        underlying=name,
        lot=Base(Decimal(1).scaleb(-pinned.size_decimals)) * pinned.multiplier,
        minimum=Usd(10),
        mark=mark,
        index=mark,
        funding=none,
        borrow=none,
        initial_margin=Ratio(1) / Ratio(pinned.leverage),
        maintenance_margin=Ratio("0.02"),
        fee=Ratio(FEE),
        multiplier=pinned.multiplier,
    )


def warrant(
    pins: Hyperliquid,
    *actions: Action,
    name: Name,
    price: Price,
    position: Base,
    kind: Kind = Kind.REBALANCE,
    orders: Mapping[str, Name] | None = None,
) -> Warrant:
    """`price` is from outside, the mark a little below it; a flatten knows none from outside."""
    held = Position(market=name, size=position, entry=price, margin=abs(position) * price * Ratio("0.5"))
    return Warrant(
        leg=Leg(venue=VENUE, actions=actions, kind=kind),
        positions={name: position},
        outside={name: None if kind is Kind.FLATTEN else price},
        expires_ms=EXPIRES_MS,
        entries={name: price} if position else {},
        markets={name: market(pins, name, price * Ratio("0.9999"))},
        orders=orders or {},
        seen={name: held} if position else {},
    )


# Orders -------------------------------------------------------------------------------------------------
@value
class Drawn:
    """A legal order, and the plan that it is the nearest order to."""

    coins: Decimal
    limit: Decimal
    size: Base
    worst: Price


def draw(pins: Hyperliquid, name: Name, rng: Random, *, buys: bool) -> Drawn:
    grid, pinned = GRIDS[name], pins.markets[name]
    tick, lot = Decimal(1).scaleb(-grid.decimals), Decimal(1).scaleb(-pinned.size_decimals)
    limit = rng.randint(grid.low, grid.high) * tick
    coins = (rng.randint(100, 40_000) / limit).quantize(lot) + lot
    short_of = Decimal(rng.choice((0, rng.randint(1, 999)))) / 1000
    bound = limit + short_of * tick if buys else limit - short_of * tick
    with_fee = 1 + FEE if buys else 1 - FEE
    beyond = Decimal(rng.choice((0, rng.randint(1, 999)))) / 1000
    return Drawn(
        coins=coins,
        limit=limit,
        size=Base(coins + beyond * lot) * pinned.multiplier,
        worst=Price(bound * with_fee) / pinned.multiplier,
    )


def order(pins: Hyperliquid, name: Name, drawn: Drawn, *, buys: bool, reduce_only: bool) -> Json:
    placed = {
        "a": pins.markets[name].asset,
        "b": buys,
        "p": spelled(drawn.limit),
        "s": spelled(drawn.coins),
        "r": reduce_only,
        "t": {"limit": {"tif": "Ioc"}},
        "c": client_id(pins.lane, NONCE),
    }
    return {"type": "order", "orders": [placed], "grouping": "na"}


def increase(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    drawn = draw(pins, name, rng, buys=False)
    trade = Trade(market=name, size=-drawn.size, worst=drawn.worst, reduce_only=False)
    position = -drawn.size * Ratio(rng.randint(0, 2))
    said = warrant(pins, trade, name=name, price=drawn.worst * Ratio("1.01"), position=position)
    return case(pins, "increase", order(pins, name, drawn, buys=False, reduce_only=False), said)


def reduce(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    """A part of a short, or of a long."""
    buys = rng.random() < 0.7
    drawn = draw(pins, name, rng, buys=buys)
    size, slip = (drawn.size, Ratio("0.99")) if buys else (-drawn.size, Ratio("1.01"))
    trade = Trade(market=name, size=size, worst=drawn.worst, reduce_only=True)
    said = warrant(pins, trade, name=name, price=drawn.worst * slip, position=-size * Ratio("1.5"))
    return case(pins, "reduce", order(pins, name, drawn, buys=buys, reduce_only=True), said)


def flatten(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    """The whole position, with every price feed down."""
    drawn = draw(pins, name, rng, buys=True)
    trade = Trade(market=name, size=drawn.size, worst=drawn.worst, reduce_only=True)
    said = warrant(pins, trade, name=name, price=drawn.worst, position=-drawn.size, kind=Kind.FLATTEN)
    return case(pins, "flatten", order(pins, name, drawn, buys=True, reduce_only=True), said)


def stop(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    """Buys back at ten percent above its trigger at most, rounded to what both prices may be."""
    drawn = draw(pins, name, rng, buys=True)
    trigger = drawn.limit.quantize(Decimal(1).scaleb(2 - GRIDS[name].decimals), "ROUND_FLOOR")
    limit = Decimal("1.1") * trigger
    at = Price(trigger / pins.markets[name].multiplier.raw)
    protect = Protect(market=name, size=drawn.size, trigger=at)
    said = warrant(pins, protect, name=name, price=at * Ratio("0.8"), position=-drawn.size)
    action = order(pins, name, replace(drawn, limit=limit), buys=True, reduce_only=True)
    action["orders"][0]["t"] = {"trigger": {"isMarket": True, "triggerPx": spelled(trigger), "tpsl": "sl"}}
    return case(pins, "stop", action, said)


# What is no order ---------------------------------------------------------------------------------------
def cancel(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    oid = rng.randint(1, 2**40)
    orders = {str(oid): name, str(oid + 7): name}
    said = warrant(pins, Cancel(order_id=str(oid)), name=name, price=Price(1), position=Base(-1), orders=orders)
    action = {"type": "cancel", "cancels": [{"a": pins.markets[name].asset, "o": oid}]}
    return case(pins, "cancel", action, said)


def leverage(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    """Before the first opening; some coins allow less than what is configured."""
    opening, pinned = increase(pins, name, rng), pins.markets[name]
    allowed = rng.randint(1, pinned.leverage)
    seen = replace(opening.warrant.markets[name], initial_margin=Ratio(1) / Ratio(allowed))
    said = replace(opening.warrant, positions={name: Base(0)}, entries={}, markets={name: seen})
    action = {"type": "updateLeverage", "asset": pinned.asset, "isCross": pinned.cross, "leverage": allowed}
    return case(pins, "leverage", action, said)


def margin(pins: Hyperliquid, name: Name, rng: Random) -> Case:
    """For the one position, beside an increase, or for the more endangered of two."""
    millionths = rng.randint(1, 10**11) * rng.choice((1, -1))
    fund = Fund(amount=Usd.from_int(millionths, 6))
    said = warrant(pins, fund, name=name, price=Price(1), position=Base(-1), kind=rng.choice((*Kind,)))
    if millionths > 0:
        said, millionths = rng.choice((_alone, _beside, _of_two))(pins, name, said, millionths)
    asset = pins.markets[name].asset
    action = {"type": "updateIsolatedMargin", "asset": asset, "isBuy": True, "ntli": millionths}
    return case(pins, "margin", action, said)


Moved: TypeAlias = tuple[Warrant, int]


def _alone(pins: Hyperliquid, name: Name, said: Warrant, millionths: int) -> Moved:
    return said, millionths


def _beside(pins: Hyperliquid, name: Name, said: Warrant, millionths: int) -> Moved:
    """Ten coins more at a mark of 1 tie 5 dollars at a leverage of 2, and lose 0.2 at their worst price."""
    trade = Trade(market=name, size=Base(-10), worst=Price("0.98"), reduce_only=False)
    seen = replace(said.markets[name], mark=Price(1), index=Price(1), initial_margin=Ratio("0.5"))
    fund = Fund(amount=Usd.from_int(millionths, 6) + Usd("5.2"))
    leg = replace(said.leg, actions=(fund, trade), kind=Kind.REBALANCE)
    return replace(said, leg=leg, markets={name: seen}, outside={name: Price(1)}), millionths


def _of_two(pins: Hyperliquid, name: Name, said: Warrant, millionths: int) -> Moved:
    """100,000 coins at a mark of 1 with 10,000 behind them lack 40,000 at a leverage of 2; the other lacks less."""
    other = next(each for each in GRIDS if each != name)
    half = {each: replace(market(pins, each, Price(1)), initial_margin=Ratio("0.5")) for each in (other, name)}
    needy = Position(market=name, size=Base(-100_000), entry=Price(1), margin=Usd(10_000))
    mate = Position(market=other, size=Base(-100_000), entry=Price(1), margin=Usd(10_001))
    return replace(said, markets=half, seen={other: mate, name: needy}), min(millionths, 40_000 * 10**6)


MAKERS = (increase, reduce, flatten, stop, cancel, leverage, margin)


def cases(seed: int, times: int) -> list[Case]:
    """Every kind of message in every market, for a master account and for a sub-account."""
    rng, made = Random(seed), list[Case]()
    for _ in range(times):
        for pins in (MASTER, SUB_ACCOUNT):
            made += [make(pins, name, rng) for name in GRIDS for make in MAKERS]
    return made
