"""Movements of money: userNonFundingLedgerUpdates, as what they did to one account's collateral."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from agent.model import value
from agent.venues.hyperliquid.info import number, whole, word

USDC, PERP = "USDC", ""


@value
class Move:
    time_ms: int
    hash: str
    amount: Decimal
    """USDC; < 0 left."""


def to_moves(user: str) -> Callable[[Any], tuple[Move, ...]]:
    """Of that account, in lower case. What moves no collateral of perps is left out."""

    def decode(rows: Any) -> tuple[Move, ...]:
        moves = (_move(row, user) for row in rows)
        return tuple(move for move in moves if move.amount)

    return decode


def _move(row: Mapping[str, Any], user: str) -> Move:
    delta = row["delta"]
    known = _AMOUNTS.get(delta["type"])
    amount = known(delta, user) if known else Decimal(0)
    return Move(time_ms=whole(row["time"]), hash=word(row["hash"]), amount=amount)


def _sent(delta: Mapping[str, Any], user: str) -> Decimal:
    """Between users; a sender's own to itself moves nothing."""
    amount = number(delta["usdc"])
    return _signed(amount, gets=delta["destination"].lower() == user, gives=delta["user"].lower() == user)


def _sent_between_dexes(delta: Mapping[str, Any], user: str) -> Decimal:
    if delta["token"].split(":")[0] != USDC:
        return Decimal(0)
    gets = delta["destination"].lower() == user and delta["destinationDex"] == PERP
    gives = delta["user"].lower() == user and delta["sourceDex"] == PERP
    return _signed(number(delta["amount"]), gets=gets, gives=gives)


def _signed(amount: Decimal, *, gets: bool, gives: bool) -> Decimal:
    return amount * (int(gets) - int(gives))


_AMOUNTS: Mapping[str, Callable[[Mapping[str, Any], str], Decimal]] = {
    "deposit": lambda delta, _: number(delta["usdc"]),
    "withdraw": lambda delta, _: -number(delta["usdc"]),
    "accountClassTransfer": lambda delta, _: number(delta["usdc"]) * (1 if delta["toPerp"] else -1),
    "internalTransfer": _sent,
    "subAccountTransfer": _sent,
    "send": _sent_between_dexes,
}
"""By delta.type."""
