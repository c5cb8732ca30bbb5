"""What the exchange says of the account's orders: their fills, and what became of each."""

from decimal import Decimal
from typing import Any

from agent.model import value
from agent.venues.hyperliquid.info import number, table, whole, word

_WAITS = ("Stop", "Take Profit")
"""First words of the types of orders that wait for a price."""


@value
class Fill:
    coin: str
    oid: int
    cloid: str | None
    buys: bool
    size: Decimal
    price: Decimal
    fee: Decimal
    time_ms: int
    number: int
    """The trade's own."""
    does: str
    """In the exchange's words: "Close Short", "Auto-Deleveraging"."""
    liquidated: str | None
    """Whose liquidation it was a part of: also that of who traded against us."""


@value
class Fate:
    """orderStatus; `status` is None where the exchange knows no such order."""

    status: str | None
    oid: int = 0
    coin: str = ""
    asked: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    at_ms: int = 0
    triggered: bool = False
    """Whether it waited for a price: a stop."""


def to_fills(found: Any) -> tuple[Fill, ...]:
    return tuple(
        Fill(
            coin=row["coin"],
            oid=whole(row["oid"]),
            cloid=row.get("cloid"),
            buys=row["side"] == "B",
            size=number(row["sz"]),
            price=number(row["px"]),
            fee=number(row["fee"]),
            time_ms=whole(row["time"]),
            number=whole(row["tid"]),
            does=word(row["dir"]),
            liquidated=word(row["liquidation"]["liquidatedUser"]).lower() if row.get("liquidation") else None,
        )
        for row in found
    )


def to_fate(found: Any) -> Fate:
    if table(found)["status"] == "unknownOid":
        return Fate(status=None)
    inner = found["order"]
    row = inner["order"]
    return Fate(
        status=inner["status"],
        oid=whole(row["oid"]),
        coin=row["coin"],
        asked=number(row["origSz"]),
        left=number(row["sz"]),
        at_ms=whole(inner["statusTimestamp"]),
        triggered=bool(row.get("isTrigger")) or str(row.get("orderType")).startswith(_WAITS),
    )
