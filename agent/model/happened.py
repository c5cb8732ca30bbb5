"""What a venue's own records say happened to an account: whose hand changed a position, and when."""

from enum import StrEnum
from typing import Literal, TypeAlias

from agent.model.base import Name, value
from agent.units import Base, Price, Usd


class Cause(StrEnum):
    """Why a position or its collateral changed, as far as the venue tells."""

    ADL = "adl"
    """Auto-deleveraged: closed by the venue against a loser's bankruptcy, at a profit and against our will."""
    LIQUIDATION = "liquidation"
    TRADE = "trade"
    """Somebody traded with the account: by hand, or another program."""
    STOP = "stop"
    """A protective stop of ours fired."""
    FUNDS = "funds"
    """Collateral was deposited or withdrawn."""


Answer: TypeAlias = Literal["rehedge", "hold", "ask"]
"""Go on from the position as it is now, add nothing, or add nothing and call a person."""


@value
class Happening:
    """One record of a venue."""

    venue: Name
    cause: Cause
    time_ms: int
    ref: str
    """The venue's own name for it: a transaction, an order."""
    market: Name | None = None
    size: Base = Base(0)
    """What it added to the position; < 0 for a sale."""
    price: Price | None = None
    amount: Usd = Usd(0)
    """Of collateral, for FUNDS: < 0 left."""
